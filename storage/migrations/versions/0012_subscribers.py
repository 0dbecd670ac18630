"""Who is sent alarms over MQTT."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        sa.Column("ward", sa.String(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("name <> ''", name=op.f("ck_subscribers_name")),
        sa.CheckConstraint(
            "(patient_id IS NULL OR ward IS NULL)"
            " AND (hospital_id IS NULL OR ward IS NOT NULL) AND ward <> ''",
            name=op.f("ck_subscribers_scope"),
        ),
        sa.CheckConstraint("octet_length(digest) = 32", name=op.f("ck_subscribers_digest")),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_subscribers_patient_id_users"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospitals.id"],
            name=op.f("fk_subscribers_hospital_id_hospitals"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["users.id"],
            name=op.f("fk_subscribers_created_by_id_users"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscribers")),
        sa.UniqueConstraint("name", name=op.f("uq_subscribers_name")),
    )
    for column in ("patient_id", "hospital_id", "created_by_id"):
        op.create_index(op.f(f"ix_subscribers_{column}"), "subscribers", [column])


def downgrade() -> None:
    op.drop_table("subscribers")
