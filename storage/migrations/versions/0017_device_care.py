"""What the firmware of devices does, who looks after them, and whose they were before."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("iot_devices", sa.Column("last_maintenance", sa.DateTime(timezone=True)))
    op.add_column("iot_devices", sa.Column("removed_at", sa.DateTime(timezone=True)))
    op.add_column("iot_devices", _instant("owned_since"))
    op.execute("UPDATE iot_devices SET owned_since = created_at")
    op.add_column("device_ledgers", _instant("opened_at"))
    op.execute("UPDATE device_ledgers SET opened_at = updated_at")
    _habits()
    _maintenance()


def downgrade() -> None:
    op.drop_column("device_ledgers", "opened_at")
    op.drop_table("device_maintenance")
    op.drop_table("device_habits")
    for column in ("owned_since", "removed_at", "last_maintenance"):
        op.drop_column("iot_devices", column)


def _instant(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )


def _device(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["device_id"],
        ["iot_devices.device_id"],
        name=op.f(f"fk_{table}_device_id"),
        ondelete="CASCADE",
    )


def _habits() -> None:
    op.create_table(
        "device_habits",
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("boot", sa.BigInteger(), nullable=False),
        sa.Column("habit", sa.String(), nullable=False),
        sa.Column("times", sa.BigInteger(), nullable=False),
        _instant("first_at"),
        _instant("last_at"),
        _device("device_habits"),
        sa.PrimaryKeyConstraint("device_id", "boot", "habit", name=op.f("pk_device_habits")),
    )


def _maintenance() -> None:
    table = "device_maintenance"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        _instant("started_at"),
        sa.Column("started_by_id", sa.Uuid()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("finished_by_id", sa.Uuid()),
        sa.Column("note", sa.String(), server_default="", nullable=False),
        _device(table),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=op.f(f"fk_{table}_{column}"), ondelete="SET NULL"
            )
            for column in ("started_by_id", "finished_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )
    for columns in (["started_by_id"], ["finished_by_id"], ["device_id", "started_at", "id"]):
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    op.create_index(
        f"ix_{table}_open",
        table,
        ["device_id"],
        unique=True,
        postgresql_where=sa.text("finished_at IS NULL"),
    )
