"""Accounts and care."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "hospitals",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("hospital_type", sa.String(), server_default="general", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("city", sa.String(), server_default="", nullable=False),
        sa.Column("region", sa.String(), server_default="", nullable=False),
        sa.Column("country", sa.String(), server_default="", nullable=False),
        sa.Column("phone_number", sa.String(), server_default="", nullable=False),
        sa.Column("email", sa.String(), server_default="", nullable=False),
        sa.Column("website", sa.String(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("specialties", sa.Text(), server_default="", nullable=False),
        sa.Column("facilities", sa.Text(), server_default="", nullable=False),
        sa.Column("established_year", sa.Integer(), nullable=True),
        sa.Column("bed_capacity", sa.Integer(), nullable=True),
        sa.Column("emergency_services", sa.Boolean(), server_default="false", nullable=False),
        sa.Column(
            "appointment_booking_available",
            sa.Boolean(),
            server_default="true",
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospitals")),
        sa.UniqueConstraint("name", name=op.f("uq_hospitals_name")),
    )
    op.create_index(op.f("ix_hospitals_city"), "hospitals", ["city"], unique=False)
    op.create_table(
        "roles",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("permissions", JSONB(), server_default="[]", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("name", name=op.f("uq_roles_name")),
    )
    op.create_table(
        "users",
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("phone_number", sa.String(), server_default="", nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("profile_image", sa.String(), server_default="", nullable=False),
        sa.Column("emergency_contact_name", sa.String(), server_default="", nullable=False),
        sa.Column("emergency_contact_phone", sa.String(), server_default="", nullable=False),
        sa.Column("is_email_verified", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_phone_verified", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("time_zone", sa.String(), server_default="UTC", nullable=False),
        sa.Column("last_login", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_users_email_lower")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("email", name=op.f("uq_users_email")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_index(
        "ix_users_last_name_first_name",
        "users",
        ["last_name", "first_name"],
        unique=False,
    )
    op.create_table(
        "care_relationships",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("clinician_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), server_default="assignment", nullable=False),
        sa.Column(
            "starts_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["clinician_id"],
            ["users.id"],
            name=op.f("fk_care_relationships_clinician_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_care_relationships_patient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_relationships")),
    )
    op.create_index(
        "ix_care_relationships_clinician_id_patient_id",
        "care_relationships",
        ["clinician_id", "patient_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_care_relationships_patient_id"),
        "care_relationships",
        ["patient_id"],
        unique=False,
    )
    op.create_index(
        "uq_care_relationships_open",
        "care_relationships",
        ["clinician_id", "patient_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.create_table(
        "encounters",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=True),
        sa.Column("ward", sa.String(), server_default="", nullable=False),
        sa.Column("bed", sa.String(), server_default="", nullable=False),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "period_end IS NULL OR period_end >= period_start",
            name=op.f("ck_encounters_period"),
        ),
        sa.ForeignKeyConstraint(
            ["hospital_id"], ["hospitals.id"], name=op.f("fk_encounters_hospital_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"],
            ["users.id"],
            name=op.f("fk_encounters_patient_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_encounters")),
    )
    op.create_index(op.f("ix_encounters_hospital_id"), "encounters", ["hospital_id"], unique=False)
    op.create_index(
        "ix_encounters_patient_id_period_start",
        "encounters",
        ["patient_id", "period_start"],
        unique=False,
    )
    op.create_index(
        "uq_encounters_open_patient",
        "encounters",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("period_end IS NULL"),
    )
    op.create_table(
        "healthcare_providers",
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone_number", sa.String(), server_default="", nullable=False),
        sa.Column("specialization", sa.String(), server_default="", nullable=False),
        sa.Column("license_number", sa.String(), nullable=False),
        sa.Column("hospital_clinic", sa.String(), server_default="", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("bio", sa.Text(), server_default="", nullable=False),
        sa.Column("years_of_experience", sa.Integer(), server_default="0", nullable=False),
        sa.Column(
            "consultation_fee",
            sa.Numeric(precision=10, scale=2),
            server_default="0",
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name=op.f("fk_healthcare_providers_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_healthcare_providers")),
        sa.UniqueConstraint("email", name=op.f("uq_healthcare_providers_email")),
        sa.UniqueConstraint("license_number", name=op.f("uq_healthcare_providers_license_number")),
        sa.UniqueConstraint("user_id", name=op.f("uq_healthcare_providers_user_id")),
    )
    op.create_index(
        op.f("ix_healthcare_providers_specialization"),
        "healthcare_providers",
        ["specialization"],
        unique=False,
    )
    op.create_table(
        "refresh_tokens",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_refresh_tokens_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refresh_tokens")),
    )
    op.create_index(
        op.f("ix_refresh_tokens_expires_at"),
        "refresh_tokens",
        ["expires_at"],
        unique=False,
    )
    op.create_index(op.f("ix_refresh_tokens_family"), "refresh_tokens", ["family"], unique=False)
    op.create_index(op.f("ix_refresh_tokens_user_id"), "refresh_tokens", ["user_id"], unique=False)
    op.create_table(
        "user_profiles",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("gender", sa.String(), server_default="", nullable=False),
        sa.Column("height", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("blood_type", sa.String(), server_default="", nullable=False),
        sa.Column("medical_conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("current_medications", sa.Text(), server_default="", nullable=False),
        sa.Column("allergies", sa.Text(), server_default="", nullable=False),
        sa.Column("health_goals", sa.Text(), server_default="", nullable=False),
        sa.Column("activity_level", sa.String(), server_default="", nullable=False),
        sa.Column("email_notifications", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("push_notifications", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("health_reminders", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.CheckConstraint(
            "height IS NULL OR height BETWEEN 30 AND 280",
            name=op.f("ck_user_profiles_height_cm"),
        ),
        sa.CheckConstraint(
            "weight IS NULL OR weight BETWEEN 0.3 AND 650",
            name=op.f("ck_user_profiles_weight_kg"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_profiles_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_profiles")),
        sa.UniqueConstraint("user_id", name=op.f("uq_user_profiles_user_id")),
    )
    op.create_table(
        "user_roles",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column(
            "assigned_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("assigned_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["assigned_by_id"], ["users.id"], name=op.f("fk_user_roles_assigned_by_id")
        ),
        sa.ForeignKeyConstraint(["role_id"], ["roles.id"], name=op.f("fk_user_roles_role_id")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["users.id"],
            name=op.f("fk_user_roles_user_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_roles")),
    )
    op.create_index(op.f("ix_user_roles_role_id"), "user_roles", ["role_id"], unique=False)
    op.create_index(
        "uq_user_roles_user_id_role_id",
        "user_roles",
        ["user_id", "role_id"],
        unique=True,
    )
    op.create_table(
        "provider_hospitals",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("hospital_id", sa.Uuid(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), server_default="false", nullable=False),
        sa.ForeignKeyConstraint(
            ["hospital_id"],
            ["hospitals.id"],
            name=op.f("fk_provider_hospitals_hospital_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["healthcare_providers.id"],
            name=op.f("fk_provider_hospitals_provider_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provider_id", "hospital_id", name=op.f("pk_provider_hospitals")),
    )
    op.create_index(
        op.f("ix_provider_hospitals_hospital_id"),
        "provider_hospitals",
        ["hospital_id"],
        unique=False,
    )
    op.execute(
        """
        INSERT INTO roles (name, description) VALUES
            ('patient', 'Sees their own data'),
            ('clinician', 'Sees the patients in their care'),
            ('developer', 'Registers and simulates devices'),
            ('admin', 'Manages the installation'),
            ('auditor', 'Reads the audit log')
        """
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_provider_hospitals_hospital_id"), table_name="provider_hospitals")
    op.drop_table("provider_hospitals")
    op.drop_index("uq_user_roles_user_id_role_id", table_name="user_roles")
    op.drop_index(op.f("ix_user_roles_role_id"), table_name="user_roles")
    op.drop_table("user_roles")
    op.drop_table("user_profiles")
    op.drop_index(op.f("ix_refresh_tokens_user_id"), table_name="refresh_tokens")
    op.drop_index(op.f("ix_refresh_tokens_family"), table_name="refresh_tokens")
    op.drop_index(op.f("ix_refresh_tokens_expires_at"), table_name="refresh_tokens")
    op.drop_table("refresh_tokens")
    op.drop_index(
        op.f("ix_healthcare_providers_specialization"),
        table_name="healthcare_providers",
    )
    op.drop_table("healthcare_providers")
    op.drop_index(
        "uq_encounters_open_patient",
        table_name="encounters",
        postgresql_where=sa.text("period_end IS NULL"),
    )
    op.drop_index("ix_encounters_patient_id_period_start", table_name="encounters")
    op.drop_index(op.f("ix_encounters_hospital_id"), table_name="encounters")
    op.drop_table("encounters")
    op.drop_index(
        "uq_care_relationships_open",
        table_name="care_relationships",
        postgresql_where=sa.text("ends_at IS NULL"),
    )
    op.drop_index(op.f("ix_care_relationships_patient_id"), table_name="care_relationships")
    op.drop_index("ix_care_relationships_clinician_id_patient_id", table_name="care_relationships")
    op.drop_table("care_relationships")
    op.drop_index("ix_users_last_name_first_name", table_name="users")
    op.drop_table("users")
    op.drop_table("roles")
    op.drop_index(op.f("ix_hospitals_city"), table_name="hospitals")
    op.drop_table("hospitals")
