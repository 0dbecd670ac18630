"""Goals of patients, what they have reached, and when to look for it again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def _patient() -> sa.Column[object]:
    return sa.Column("patient_id", sa.Uuid(), nullable=False)


def _time(name: str, *, default: bool = False, nullable: bool = False) -> sa.Column[object]:
    now = sa.text("now()") if default else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=now, nullable=nullable)


def _id() -> sa.Column[object]:
    new = sa.text("gen_random_uuid()")
    return sa.Column("id", sa.Uuid(), server_default=new, nullable=False)


def _of_patient(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_patient_id")
    return sa.ForeignKeyConstraint(["patient_id"], ["users.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "health_goals",
        _patient(),
        sa.Column("metric", sa.SmallInteger(), nullable=False),
        sa.Column("target", sa.Double(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("start_value", sa.Double(), nullable=True),
        _id(),
        _time("created_at", default=True),
        _time("updated_at", default=True),
        sa.CheckConstraint(
            "direction IN ('at_most', 'at_least')", name=op.f("ck_health_goals_direction")
        ),
        sa.CheckConstraint(
            "due_on IS NULL OR due_on > starts_on", name=op.f("ck_health_goals_dates")
        ),
        _of_patient("health_goals"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_goals")),
    )
    op.create_index(
        "uq_health_goals_patient_id_metric", "health_goals", ["patient_id", "metric"], unique=True
    )
    op.create_table(
        "milestones",
        _id(),
        _patient(),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("metric", sa.SmallInteger(), nullable=True),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("achieved_on", sa.Date(), nullable=False),
        _time("created_at", default=True),
        _of_patient("milestones"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
    )
    op.create_index(
        "uq_milestones_patient_id_key", "milestones", ["patient_id", "key"], unique=True
    )
    op.create_index(
        "ix_milestones_patient_id_achieved_on", "milestones", ["patient_id", "achieved_on"]
    )
    op.create_table(
        "milestone_checks",
        _patient(),
        _time("next_at"),
        _time("checked_at", nullable=True),
        sa.Column("checked_until", sa.Date(), nullable=True),
        _of_patient("milestone_checks"),
        sa.PrimaryKeyConstraint("patient_id", name=op.f("pk_milestone_checks")),
    )
    op.create_index("ix_milestone_checks_next_at", "milestone_checks", ["next_at"])


def downgrade() -> None:
    op.drop_table("milestone_checks")
    op.drop_table("milestones")
    op.drop_table("health_goals")
