"""SQL of the clock that looks after alarms which nobody has answered."""

TAKE_DUE = """
    -- One alarm that is due, locked; whoever else is at it takes another.
    SELECT a.id, a.state, a.priority, a.patient_id, a.assignee_id, a.parent_id, a.title,
        a.condition, a.category, a.snoozed_until, a.started_at,
        a.evidence #>> '{rule,repeat_s}' AS rule_repeat
    FROM alarms a WHERE a.attention_at <= now()
    ORDER BY a.attention_at LIMIT 1
    FOR UPDATE SKIP LOCKED
"""

CALLING = """
    -- The newest transition that made an alarm call, and how far its call has come.
    SELECT t.id AS calls_since, c.round, c.policy, c.steps, c.repeat_seconds, c.began_at,
        c.told_at, c.reminders, a.escalation_step AS taken, now() AS now,
        (SELECT max(at) FROM alarm_transitions
         WHERE alarm_id = a.id AND id > t.id AND reason = ANY (%(steps)s)
            AND detail -> 'told' <> '[]') AS called_at,
        e.hospital_id, coalesce(e.ward, '') AS ward, coalesce(e.bed, '') AS bed
    FROM alarms a
    LEFT JOIN LATERAL (
        SELECT id FROM alarm_transitions
        WHERE alarm_id = a.id AND to_state = 'active_unacknowledged' AND reason = ANY (%(calls)s)
        ORDER BY id DESC LIMIT 1
    ) t ON true
    LEFT JOIN alarm_attention c ON c.alarm_id = a.id
    LEFT JOIN encounters e ON e.patient_id = a.patient_id AND e.period_end IS NULL
    WHERE a.id = %(id)s
"""

POLICY = """
    -- The policy of a ward for a priority: of this hospital's, of any of that name, of all.
    SELECT ward, version, steps, repeat_seconds FROM escalation_policies
    WHERE superseded_at IS NULL AND priority = %(priority)s
        AND (hospital_id IS NULL OR hospital_id = %(hospital_id)s)
        AND (ward IS NULL OR ward = %(ward)s)
    ORDER BY hospital_id NULLS LAST, ward NULLS LAST LIMIT 1
"""

BEGIN_ROUND = """
    -- An alarm calls anew.
    INSERT INTO alarm_attention (alarm_id, round, policy, steps, repeat_seconds, began_at)
    VALUES (%(id)s, %(round)s, %(policy)s, %(steps)s, %(repeat_seconds)s, %(began_at)s)
    ON CONFLICT (alarm_id) DO UPDATE SET round = excluded.round, policy = excluded.policy,
        steps = excluded.steps, repeat_seconds = excluded.repeat_seconds,
        began_at = excluded.began_at, told_at = NULL, reminders = 0
"""

TOLD = """
    -- Somebody was told.
    UPDATE alarm_attention SET told_at = %(told_at)s, reminders = %(reminders)s
    WHERE alarm_id = %(id)s
"""

SET_ATTENTION = """
    -- How far it has come, and when to look again.
    UPDATE alarms SET escalation_step = %(taken)s, attention_at = %(attention_at)s
    WHERE id = %(id)s
"""

LOOK_AGAIN = """
    -- When to look again, if ever.
    UPDATE alarms SET attention_at = %(attention_at)s WHERE id = %(id)s
"""

POSTPONE = """
    -- Look at an alarm again later: something is wrong with it that must not hold up the others.
    UPDATE alarms SET attention_at = now() + %s * interval '1 second' WHERE id = %s
"""

RECORD = """
    -- Somebody was told of an alarm, whose state stays.
    INSERT INTO alarm_transitions (alarm_id, at, from_state, to_state, reason, priority, detail)
    VALUES (%(id)s, now(), %(state)s, %(state)s, %(reason)s, %(priority)s, %(detail)s)
"""

ACTIVE_USER = """
    -- A person, if the account is active.
    SELECT id, trim(first_name || ' ' || last_name) AS name FROM users
    WHERE id = %(user_id)s AND is_active
"""

_HOLDERS = """
    FROM users u
    JOIN user_roles h ON h.user_id = u.id
    JOIN roles r ON r.id = h.role_id AND r.is_active AND r.name = %(role)s
    WHERE u.is_active
"""

CARE_TEAM = f"""
    -- Holders of a role in whose care a patient is; the canary is in its own.
    SELECT DISTINCT u.id, trim(u.first_name || ' ' || u.last_name) AS name {_HOLDERS}
        AND u.id IN (SELECT clinician_id FROM care_relationships
            WHERE patient_id = %(patient_id)s AND starts_at <= now()
                AND (ends_at IS NULL OR ends_at > now()))
    UNION SELECT u.id, trim(u.first_name || ' ' || u.last_name) FROM users u
    WHERE u.id = %(patient_id)s AND u.is_synthetic AND u.is_active
    ORDER BY id LIMIT %(most)s
"""  # noqa: S608 - a constant of this module

WARD_ROLE = f"""
    -- Holders of a role who care for somebody on a ward.
    SELECT DISTINCT u.id, trim(u.first_name || ' ' || u.last_name) AS name {_HOLDERS}
        AND u.id IN (SELECT c.clinician_id FROM encounters e
            JOIN care_relationships c ON c.patient_id = e.patient_id AND c.starts_at <= now()
                AND (c.ends_at IS NULL OR c.ends_at > now())
            WHERE e.period_end IS NULL AND e.ward = %(ward)s AND e.ward <> ''
                AND e.hospital_id IS NOT DISTINCT FROM %(hospital_id)s)
    ORDER BY u.id LIMIT %(most)s
"""  # noqa: S608 - a constant of this module

ROLE = f"""
    -- Holders of a role.
    SELECT DISTINCT u.id, trim(u.first_name || ' ' || u.last_name) AS name {_HOLDERS}
    ORDER BY u.id LIMIT %(most)s
"""

EMERGENCY_CONTACT = """
    -- Whether a patient named somebody, and allows that they are told.
    SELECT 1 FROM users u
    JOIN consents c ON c.patient_id = u.id AND c.scope = 'emergency_contact'
        AND c.revoked_at IS NULL
    WHERE u.id = %(patient_id)s AND u.emergency_contact_phone <> ''
"""

HAS_ENDPOINT = """
    -- Whether a hospital's own system is told of alarms.
    SELECT 1 FROM webhook_endpoints
    WHERE hospital_id = %(hospital_id)s AND (kinds = '{}' OR 'alarm' = ANY (kinds)) LIMIT 1
"""
