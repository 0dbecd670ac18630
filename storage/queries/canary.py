"""SQL of the canary: a patient who is nobody, and a device, by which the platform tries itself."""

from uuid import UUID

PATIENT = UUID("00000000-0000-4000-8000-00000ca9a1e5")
DEVICE = UUID("00000000-0000-4000-8000-0000deca9a1e")
EMAIL = "canary@platform.invalid"
"""RFC 2606: no mail can ever be sent there."""

ADD_PATIENT = """
    -- The synthetic patient; it is no patient by its role, so it is in no list and no count.
    INSERT INTO users (id, username, email, password_hash, first_name, last_name, is_synthetic)
    VALUES (%(patient)s, 'canary', %(email)s, %(password_hash)s, 'Platform', 'Canary', true)
    ON CONFLICT (id) DO UPDATE SET password_hash = excluded.password_hash, is_active = true
"""

ADD_ROLE = """
    -- The right to be told of its own alarms, and no other.
    INSERT INTO roles (name, description, permissions)
    VALUES ('canary', 'The platform trying itself: hears of its own alarms.', '["patients.view"]')
    ON CONFLICT (name) DO UPDATE SET permissions = excluded.permissions
"""

GIVE_ROLE = """
    -- Its one role.
    INSERT INTO user_roles (user_id, role_id)
    SELECT %(patient)s, id FROM roles WHERE name = 'canary'
    ON CONFLICT (user_id, role_id) DO NOTHING
"""

ADD_DEVICE = """
    -- Its device.
    INSERT INTO iot_devices (device_id, name, device_type, owner_id, is_verified)
    VALUES (%(device)s, 'Canary', 'MONITOR', %(patient)s, true)
    ON CONFLICT (device_id) DO UPDATE SET status = 'ACTIVE', is_verified = true
"""

DROP_KEYS = "DELETE FROM device_keys WHERE device_id = %s"
"""Forget the key of the run before: each run has its own, and none is written to a disk."""

ADD_KEY = "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)"
"""The digest of this run's key."""

FORGET_SESSIONS = "DELETE FROM login_sessions WHERE user_id = %s"
"""Logins of runs before, with their tokens."""

ALARM = """
    -- The alarm of this run: it calls, and does so since the run began. It may be that of an
    -- earlier run, opened again.
    SELECT a.id FROM alarms a
    WHERE a.patient_id = %s AND a.condition = 'oxygen_saturation_low' AND a.state <> 'closed'
        AND EXISTS (
            SELECT FROM alarm_transitions t
            WHERE t.alarm_id = a.id AND t.to_state = 'active_unacknowledged' AND t.at >= %s
        )
"""

TOLD = """
    -- Whether the canary has been told of an alarm of its own since the run began.
    SELECT 1 FROM notifications n
    JOIN deliveries d ON d.notification_id = n.id AND d.channel = 'in_app' AND d.state = 'sent'
    WHERE n.user_id = %s AND n.created_at >= %s AND n.kind = 'alarm' LIMIT 1
"""
