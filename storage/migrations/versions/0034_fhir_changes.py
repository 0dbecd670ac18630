"""When what FHIR says of devices, alarms, work at hospitals and patients was changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"

# What a resource says may stand in another row than its own: that one changes it, whoever writes.
_ROLE_CHANGES = """
    CREATE FUNCTION provider_role_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE provider_hospitals SET updated_at = now() WHERE provider_id = NEW.id;
        RETURN NULL;
    END $$
"""
_ON_PROVIDERS = """
    CREATE TRIGGER role_changes AFTER UPDATE OF specialization, is_active ON healthcare_providers
    FOR EACH ROW WHEN (
        (OLD.specialization, OLD.is_active) IS DISTINCT FROM (NEW.specialization, NEW.is_active)
    )
    EXECUTE FUNCTION provider_role_changes()
"""
# A row that was written by this transaction says so already.
_PATIENT_CHANGES = """
    CREATE FUNCTION patient_changes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE users SET updated_at = now() WHERE id = NEW.user_id AND updated_at < now();
        RETURN NULL;
    END $$
"""
_ON_PROFILES = (
    """
    CREATE TRIGGER patient_begins AFTER INSERT ON user_profiles
    FOR EACH ROW WHEN (NEW.gender <> '') EXECUTE FUNCTION patient_changes()
    """,
    """
    CREATE TRIGGER patient_changes AFTER UPDATE OF gender ON user_profiles
    FOR EACH ROW WHEN (OLD.gender <> NEW.gender) EXECUTE FUNCTION patient_changes()
    """,
    """
    CREATE TRIGGER patient_begins AFTER INSERT ON user_roles
    FOR EACH ROW EXECUTE FUNCTION patient_changes()
    """,
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column(
        "provider_hospitals",
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
    )
    op.create_index(
        "ix_provider_hospitals_updated_at_provider_id_hospital_id",
        "provider_hospitals",
        ["updated_at", "provider_id", "hospital_id"],
    )
    op.create_index(
        "ix_iot_devices_updated_at_device_id", "iot_devices", ["updated_at", "device_id"]
    )
    op.create_index("ix_alarms_updated_at_id", "alarms", ["updated_at", "id"])
    for statement in (_ROLE_CHANGES, _ON_PROVIDERS, _PATIENT_CHANGES, *_ON_PROFILES):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER patient_begins ON user_roles")
    op.execute("DROP TRIGGER patient_changes ON user_profiles")
    op.execute("DROP TRIGGER patient_begins ON user_profiles")
    op.execute("DROP FUNCTION patient_changes()")
    op.execute("DROP TRIGGER role_changes ON healthcare_providers")
    op.execute("DROP FUNCTION provider_role_changes()")
    op.drop_index("ix_alarms_updated_at_id", "alarms")
    op.drop_index("ix_iot_devices_updated_at_device_id", "iot_devices")
    op.drop_index("ix_provider_hospitals_updated_at_provider_id_hospital_id", "provider_hospitals")
    op.drop_column("provider_hospitals", "updated_at")
