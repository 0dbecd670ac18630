"""Payments of appointments, their states held here, refunds, and the local ledger."""

import json
from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026"
down_revision = "0025"

_STATES: Final = {
    "pending": "requires_action processing paid failed cancelled",
    "requires_action": "pending processing paid failed cancelled",
    "processing": "requires_action paid failed cancelled",
    "failed": "pending requires_action processing paid cancelled",
    "cancelled": "paid",
    "paid": "refund_pending partially_refunded refunded",
    "refund_pending": "paid partially_refunded refunded",
    "partially_refunded": "refund_pending refunded paid",
    "refunded": "partially_refunded paid",
}
"""State of a payment -> those that may follow (`telemetry.payments.NEXT`)."""
_STATUSES: Final = {
    "not_required": "pending paid",
    "pending": "not_required paid failed cancelled refund_pending",
    "failed": "not_required pending paid cancelled",
    "cancelled": "not_required pending paid refund_pending",
    "paid": "refund_pending refunded",
    "refund_pending": "paid refunded",
    "refunded": "paid refund_pending",
}
"""The same of an appointment's payment_status, which follows from its payments."""
_ADDED_TO: Final = ("payment_transitions", "ledger_entries")


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    _payments()
    _refunds()
    _records()
    _ledger()
    _machine()
    _sum_of_refunds()
    _append_only()
    _unpaid()
    _grant("admin", ["payments.manage"])


def downgrade() -> None:
    op.drop_index("ix_appointments_unpaid", "appointments")
    op.execute("DROP TRIGGER payment_status ON appointments")
    for table in (
        "ledger_entries",
        "payment_refunds",
        "payment_events",
        "payment_transitions",
        "payments",
    ):
        op.drop_table(table)
    for function in (
        "payment_moves()",
        "payment_moved()",
        "payment_status_moves()",
        "payment_refunds_fit()",
        "payment_records_refuse()",
        "payment_event_handled()",
    ):
        op.execute(f"DROP FUNCTION {function}")
    op.execute("UPDATE roles SET permissions = permissions - 'payments.manage'")


def _grant(role: str, permissions: list[str]) -> None:
    """Beside what the role was given on this installation."""
    statement = sa.text(
        "UPDATE roles SET permissions = (SELECT jsonb_agg(DISTINCT p) FROM jsonb_array_elements("
        " permissions || CAST(:more AS jsonb)) AS p) WHERE name = :role"
    )
    op.execute(statement.bindparams(more=json.dumps(permissions), role=role))


def _id() -> sa.Column[Any]:
    return sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False)


def _time(name: str) -> sa.Column[Any]:
    now = sa.text("now()")
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=False)


def _maybe_time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=True)


def _text(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), server_default=default, nullable=False)


def _maybe_text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=True)


def _money(name: str, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, sa.Numeric(12, 3), server_default=default, nullable=False)


def _small(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False)


def _forgets(table: str, column: str, whom: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{whom}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
    )


def _of_payment(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["payment_id"], ["payments.id"], name=op.f(f"fk_{table}_payment_id")
    )


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _payments() -> None:
    states = ", ".join(f"'{one}'" for one in _STATES)
    op.create_table(
        "payments",
        _id(),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        _text("provider"),
        _maybe_text("provider_ref"),
        _maybe_text("capture_ref"),
        _money("amount"),
        _text("currency"),
        _money("refunded_amount", "0"),
        _text("state", "pending"),
        _text("cause", ""),
        _text("reason", ""),
        _maybe_text("flag"),
        _text("idempotency_key"),
        _maybe_time("paid_at"),
        _maybe_time("next_look_at"),
        _small("looks"),
        _time("created_at"),
        _time("updated_at"),
        _check("payments", "provider", "provider IN ('local', 'stripe', 'paypal')"),
        _check("payments", "state", f"state IN ({states})"),
        _check("payments", "amount", "amount > 0"),
        _check("payments", "refunded", "refunded_amount >= 0 AND refunded_amount <= amount"),
        _check("payments", "currency", "currency ~ '^[A-Z]{3}$'"),
        _forgets("payments", "appointment_id", "appointments"),
        _forgets("payments", "patient_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payments_idempotency_key")),
    )
    _indexes_of_payments()


def _indexes_of_payments() -> None:
    op.create_index(
        "uq_payments_open_appointment",
        "payments",
        ["appointment_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('pending', 'requires_action', 'processing', 'failed')"),
    )
    for columns in (
        ("appointment_id", "created_at"),
        ("patient_id", "created_at", "id"),
        ("created_at", "id"),
    ):
        op.create_index(f"ix_payments_{'_'.join(columns)}", "payments", list(columns))
    op.create_index(
        "ix_payments_flagged",
        "payments",
        ["created_at", "id"],
        postgresql_where=sa.text("flag IS NOT NULL"),
    )
    op.create_index(
        "uq_payments_provider_provider_ref",
        "payments",
        ["provider", "provider_ref"],
        unique=True,
        postgresql_where=sa.text("provider_ref IS NOT NULL"),
    )
    op.create_index("ix_payments_capture_ref", "payments", ["provider", "capture_ref"])
    op.create_index(
        "ix_payments_next_look_at",
        "payments",
        ["next_look_at"],
        postgresql_where=sa.text("next_look_at IS NOT NULL"),
    )


def _refunds() -> None:
    table = "payment_refunds"
    op.create_table(
        table,
        _id(),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        _money("amount"),
        _text("reason", ""),
        _text("state", "pending"),
        _maybe_text("provider_ref"),
        _small("round"),
        _maybe_text("error"),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        _time("created_at"),
        _maybe_time("finished_at"),
        _check(table, "state", "state IN ('pending', 'succeeded', 'failed')"),
        _check(table, "amount", "amount > 0"),
        _check(table, "finished", "(state = 'pending') = (finished_at IS NULL)"),
        _of_payment(table),
        _forgets(table, "requested_by_id", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_payment_id_created_at", table, ["payment_id", "created_at"])


def _records() -> None:
    op.create_table(
        "payment_transitions",
        _id(),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        _maybe_text("from_state"),
        _text("to_state"),
        _text("cause"),
        _time("at"),
        _of_payment("payment_transitions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_transitions")),
    )
    op.create_index(
        "ix_payment_transitions_payment_id_at", "payment_transitions", ["payment_id", "at"]
    )
    table = "payment_events"
    op.create_table(
        table,
        _id(),
        *map(_text, ("provider", "event_id", "kind")),
        sa.Column("payment_id", sa.Uuid(), nullable=True),
        sa.Column("facts", JSONB(), nullable=False),
        _time("received_at"),
        _maybe_text("outcome"),
        _maybe_time("handled_at"),
        _check(table, "handled", "(outcome IS NULL) = (handled_at IS NULL)"),
        _of_payment(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("provider", "event_id", name=op.f(f"uq_{table}_provider_event_id")),
    )
    for column in ("payment_id", "received_at"):
        op.create_index(f"ix_{table}_{column}", table, [column])


def _ledger() -> None:
    table = "ledger_entries"
    op.create_table(
        table,
        _id(),
        *map(_text, ("ref", "key", "entry")),
        _money("amount"),
        _text("currency"),
        _text("note", ""),
        _time("at"),
        _check(
            table,
            "entry",
            "entry IN ('opened', 'action', 'processing', 'paid', 'declined', 'cancelled',"
            " 'refunded')",
        ),
        _check(table, "amount", "amount > 0"),
        _check(table, "currency", "currency ~ '^[A-Z]{3}$'"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("ref", "key", name=op.f(f"uq_{table}_ref_key")),
    )


def _pairs(machine: dict[str, str]) -> str:
    found = [f"'{a}>{b}'" for a, following in machine.items() for b in following.split()]
    return f"ARRAY[{', '.join(found)}]"


def _machine() -> None:
    """States move along `_STATES` alone; an appointment's payment_status follows by itself."""
    op.execute(
        f"""
        CREATE FUNCTION payment_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.state <> OLD.state
                AND NOT (OLD.state || '>' || NEW.state) = ANY ({_pairs(_STATES)})
            THEN
                RAISE EXCEPTION 'a payment cannot go from % to %', OLD.state, NEW.state
                    USING ERRCODE = '23514';
            END IF;
            IF (NEW.amount, NEW.currency, NEW.provider) <> (OLD.amount, OLD.currency, OLD.provider)
                OR NEW.provider_ref IS DISTINCT FROM OLD.provider_ref
                    AND OLD.provider_ref IS NOT NULL
            THEN
                RAISE EXCEPTION 'what a payment is of does not change' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER moves BEFORE UPDATE ON payments"
        " FOR EACH ROW EXECUTE FUNCTION payment_moves()"
    )
    # Money that is here comes before money that is asked for: an appointment is paid by either of
    # two payments, and pending while one of them still may come.
    op.execute(
        """
        CREATE FUNCTION payment_moved() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'UPDATE' THEN
                IF NEW.state = OLD.state THEN RETURN NULL; END IF;
            END IF;
            INSERT INTO payment_transitions (payment_id, from_state, to_state, cause)
            VALUES (NEW.id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.state END, NEW.state, NEW.cause);
            UPDATE appointments a SET payment_status = p.status
            FROM (
                SELECT CASE
                    WHEN bool_or(state IN ('paid', 'partially_refunded')) THEN 'paid'
                    WHEN bool_or(state = 'refund_pending') THEN 'refund_pending'
                    WHEN bool_or(state IN ('pending', 'requires_action', 'processing'))
                        THEN 'pending'
                    WHEN bool_or(state = 'failed') THEN 'failed'
                    WHEN bool_or(state = 'refunded') THEN 'refunded'
                    ELSE 'cancelled' END AS status
                FROM payments WHERE appointment_id = NEW.appointment_id
            ) p
            WHERE a.id = NEW.appointment_id AND a.payment_status <> p.status;
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER moved AFTER INSERT OR UPDATE OF state ON payments"
        " FOR EACH ROW EXECUTE FUNCTION payment_moved()"
    )
    op.execute(
        f"""
        CREATE FUNCTION payment_status_moves() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.payment_status <> OLD.payment_status AND NOT
                (OLD.payment_status || '>' || NEW.payment_status) = ANY ({_pairs(_STATUSES)})
            THEN
                RAISE EXCEPTION 'payment_status cannot go from % to %',
                    OLD.payment_status, NEW.payment_status USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER payment_status BEFORE UPDATE OF payment_status ON appointments"
        " FOR EACH ROW EXECUTE FUNCTION payment_status_moves()"
    )


def _sum_of_refunds() -> None:
    """Never more goes back than came, whoever asks at the same time: the payment is locked."""
    op.execute(
        """
        CREATE FUNCTION payment_refunds_fit() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            most numeric;
            others numeric;
        BEGIN
            SELECT amount INTO most FROM payments WHERE id = NEW.payment_id FOR UPDATE;
            SELECT coalesce(sum(amount), 0) INTO others FROM payment_refunds
            WHERE payment_id = NEW.payment_id AND id <> NEW.id AND state <> 'failed';
            IF NEW.state <> 'failed' AND others + NEW.amount > most THEN
                RAISE EXCEPTION 'more would go back than came' USING ERRCODE = '23514';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER fit BEFORE INSERT OR UPDATE ON payment_refunds"
        " FOR EACH ROW EXECUTE FUNCTION payment_refunds_fit()"
    )


def _append_only() -> None:
    op.execute(
        """
        CREATE FUNCTION payment_records_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = '42501';
        END
        $$
        """
    )
    for table in _ADDED_TO:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION payment_records_refuse()"
        )
    op.execute(
        "CREATE TRIGGER append_only BEFORE DELETE OR TRUNCATE ON payment_events"
        " FOR EACH STATEMENT EXECUTE FUNCTION payment_records_refuse()"
    )
    op.execute(
        """
        CREATE FUNCTION payment_event_handled() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            -- Emptied when the person is erased; else as it came, with one outcome.
            IF (NEW.id, NEW.provider, NEW.event_id, NEW.kind, NEW.received_at)
                    <> (OLD.id, OLD.provider, OLD.event_id, OLD.kind, OLD.received_at)
                OR (NEW.facts <> OLD.facts AND NEW.facts <> '{}')
                OR (OLD.outcome IS NOT NULL AND NEW.outcome IS DISTINCT FROM OLD.outcome)
            THEN
                RAISE EXCEPTION 'an event is handled once' USING ERRCODE = '42501';
            END IF;
            RETURN NEW;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER handled BEFORE UPDATE ON payment_events"
        " FOR EACH ROW EXECUTE FUNCTION payment_event_handled()"
    )


def _unpaid() -> None:
    """What is looked through for appointments that nobody paid in time."""
    op.create_index(
        "ix_appointments_unpaid",
        "appointments",
        ["created_at"],
        postgresql_where=sa.text(
            "status IN ('scheduled', 'confirmed')"
            " AND payment_status IN ('pending', 'failed', 'cancelled')"
        ),
    )
