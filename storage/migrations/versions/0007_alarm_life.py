"""What people do about alarms: assign, snooze, note and shelve them, and see them again.

The indexes are made under a lock: a table of alarms is small beside one of readings.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

_STATES = (
    "state IN ('pending', 'suppressed', 'active_unacknowledged', 'active_acknowledged',"
    " 'latched', 'closed')"
)
_STATES_BEFORE = (
    "state IN ('pending', 'active_unacknowledged', 'active_acknowledged', 'latched', 'closed')"
)
_OPEN = sa.text("state <> 'closed'")
_WORDS = sa.text("to_tsvector('simple'::regconfig, (title || ' '::text) || message)")


def upgrade() -> None:
    _columns()
    _indexes()
    _notes()
    _shelves()


def _columns() -> None:
    op.alter_column("alarms", "patient_id", nullable=True)
    op.add_column("alarms", sa.Column("assignee_id", sa.Uuid(), nullable=True))
    op.add_column("alarms", sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alarms", sa.Column("snoozed_by_id", sa.Uuid(), nullable=True))
    op.add_column(
        "alarms",
        sa.Column("escalation_step", sa.SmallInteger(), server_default="0", nullable=False),
    )
    op.add_column("alarms", sa.Column("attention_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("alarms", sa.Column("parent_id", sa.Uuid(), nullable=True))
    op.add_column(
        "alarms", sa.Column("latching", sa.Boolean(), server_default="false", nullable=False)
    )
    op.execute(
        "UPDATE alarms SET latching = true WHERE priority = 'high'"
        " AND state IN ('active_unacknowledged', 'latched')"
    )
    op.add_column(
        "alarms", sa.Column("reopened", sa.SmallInteger(), server_default="0", nullable=False)
    )
    op.add_column("alarms", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    for column in ("assignee_id", "snoozed_by_id"):
        op.create_foreign_key(op.f(f"fk_alarms_{column}"), "alarms", "users", [column], ["id"])
    op.create_foreign_key(
        op.f("fk_alarms_parent_id"), "alarms", "alarms", ["parent_id"], ["id"], ondelete="SET NULL"
    )
    op.drop_constraint(op.f("ck_alarms_state"), "alarms", type_="check")
    op.create_check_constraint(op.f("ck_alarms_state"), "alarms", _STATES)


def _indexes() -> None:
    op.drop_index("uq_alarms_open", table_name="alarms")
    op.create_index(
        "uq_alarms_open",
        "alarms",
        ["patient_id", "condition"],
        unique=True,
        postgresql_where=_OPEN,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_alarms_open_started_at", "alarms", ["started_at", "id"], postgresql_where=_OPEN
    )
    op.drop_index(op.f("ix_alarms_device_id"), table_name="alarms")
    for column in ("device_id", "assignee_id", "condition"):
        op.create_index(f"ix_alarms_{column}_started_at", "alarms", [column, "started_at"])
    op.create_index(
        "ix_alarms_patient_id_condition_closed_at",
        "alarms",
        ["patient_id", "condition", "closed_at"],
    )
    for column in ("attention_at", "snoozed_by_id"):
        op.create_index(
            f"ix_alarms_{column}",
            "alarms",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.create_index(op.f("ix_alarms_parent_id"), "alarms", ["parent_id"])
    op.create_index("ix_alarms_words", "alarms", [_WORDS], postgresql_using="gin")


def _notes() -> None:
    op.create_table(
        "alarm_notes",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_alarm_notes_text")),
        sa.ForeignKeyConstraint(
            ["alarm_id"], ["alarms.id"], name=op.f("fk_alarm_notes_alarm_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_alarm_notes_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_notes")),
    )
    op.create_index("ix_alarm_notes_alarm_id_at", "alarm_notes", ["alarm_id", "at"])
    op.create_index(op.f("ix_alarm_notes_author_id"), "alarm_notes", ["author_id"])
    op.add_column("alarm_transitions", sa.Column("note_id", sa.Uuid(), nullable=True))
    op.add_column(
        "alarm_transitions", sa.Column("detail", JSONB(), server_default="{}", nullable=False)
    )
    op.create_foreign_key(
        op.f("fk_alarm_transitions_note_id"),
        "alarm_transitions",
        "alarm_notes",
        ["note_id"],
        ["id"],
        ondelete="CASCADE",
    )
    op.create_index(op.f("ix_alarm_transitions_note_id"), "alarm_transitions", ["note_id"])


def _shelves() -> None:
    op.create_table(
        "alarm_shelves",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("condition", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column(
            "starts_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_alarm_shelves_ends_at")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_alarm_shelves_reason")),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_alarm_shelves_patient_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["users.id"], name=op.f("fk_alarm_shelves_by_id")),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["users.id"], name=op.f("fk_alarm_shelves_ended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_shelves")),
    )
    op.create_index(
        "uq_alarm_shelves_standing",
        "alarm_shelves",
        ["patient_id", "condition"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index(
        "ix_alarm_shelves_patient_id_starts_at", "alarm_shelves", ["patient_id", "starts_at"]
    )
    op.create_index("ix_alarm_shelves_starts_at_id", "alarm_shelves", ["starts_at", "id"])
    for column in ("by_id", "ended_by_id"):
        op.create_index(op.f(f"ix_alarm_shelves_{column}"), "alarm_shelves", [column])


def downgrade() -> None:
    """Go back; alarms without a patient, and those that were suppressed, are not kept."""
    op.execute("DELETE FROM alarms WHERE patient_id IS NULL OR state = 'suppressed'")
    op.drop_table("alarm_shelves")
    op.drop_column("alarm_transitions", "detail")
    op.drop_column("alarm_transitions", "note_id")
    op.drop_table("alarm_notes")
    op.drop_index("ix_alarms_words", table_name="alarms")
    op.drop_constraint(op.f("ck_alarms_state"), "alarms", type_="check")
    op.create_check_constraint(op.f("ck_alarms_state"), "alarms", _STATES_BEFORE)
    op.drop_index("uq_alarms_open", table_name="alarms")
    op.create_index(
        "uq_alarms_open", "alarms", ["patient_id", "condition"], unique=True, postgresql_where=_OPEN
    )
    for name in ("open_started_at", "device_id_started_at", "condition_started_at"):
        op.drop_index(f"ix_alarms_{name}", table_name="alarms")
    op.drop_index("ix_alarms_patient_id_condition_closed_at", table_name="alarms")
    op.create_index(op.f("ix_alarms_device_id"), "alarms", ["device_id"])
    # Their indexes and constraints go with them.
    for column in (
        "assignee_id",
        "snoozed_until",
        "snoozed_by_id",
        "escalation_step",
        "attention_at",
        "parent_id",
        "latching",
        "reopened",
        "version",
    ):
        op.drop_column("alarms", column)
    op.alter_column("alarms", "patient_id", nullable=False)
