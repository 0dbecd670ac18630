"""SQL of the life of alarms: for the engine, for whoever answers, and for the clock."""

_LIFE = """id, patient_id, device_id, condition, category, state, priority, started_at,
           activated_at, acknowledged_at, acknowledged_by_id, cleared_at, closed_at, latching,
           assignee_id, snoozed_until, snoozed_by_id, attention_at, reopened, retrospective,
           version, value, worst_value, worst_at, rule_version, parent_id"""

LOCK_ALARM = f"""
    -- One alarm, locked until the transaction ends.
    SELECT {_LIFE} FROM alarms WHERE id = %s FOR UPDATE
"""  # noqa: S608 - a constant of this module

LOCK_OPEN = f"""
    -- The open alarm of one patient and condition, locked until the transaction ends.
    SELECT {_LIFE} FROM alarms WHERE patient_id = %s AND condition = %s AND state <> 'closed'
    FOR UPDATE
"""  # noqa: S608 - a constant of this module

LOCK_OPEN_OF_NOBODY = f"""
    -- The open alarm of a condition of the platform itself, a site or a gateway, locked.
    SELECT {_LIFE} FROM alarms WHERE patient_id IS NULL AND condition = %s AND state <> 'closed'
    FOR UPDATE
"""  # noqa: S608 - a constant of this module

LOCK_CLOSED = f"""
    -- The alarm of one patient and condition that was closed last, locked.
    SELECT {_LIFE} FROM alarms
    WHERE patient_id = %s AND condition = %s AND state = 'closed' AND NOT retrospective
        AND activated_at IS NOT NULL
    ORDER BY closed_at DESC LIMIT 1
    FOR UPDATE
"""  # noqa: S608 - a constant of this module

LOCK_CLOSED_OF_NOBODY = f"""
    -- The same of a condition of the platform itself, a site or a gateway.
    SELECT {_LIFE} FROM alarms
    WHERE patient_id IS NULL AND condition = %s AND state = 'closed' AND NOT retrospective
        AND activated_at IS NOT NULL
    ORDER BY closed_at DESC LIMIT 1
    FOR UPDATE
"""  # noqa: S608 - a constant of this module

INSERT_ALARM = """
    -- A new alarm, unless another writer has just opened the same one.
    INSERT INTO alarms (patient_id, device_id, condition, category, priority, state, title,
        message, metric, unit, value, worst_value, worst_at, limit_value, severe_limit,
        rule_version, started_at, activated_at, cleared_at, closed_at, latching, attention_at,
        evidence)
    VALUES (%(patient_id)s,
        (SELECT device_id FROM iot_devices WHERE device_id = %(device_id)s FOR KEY SHARE),
        %(condition)s, %(category)s, %(priority)s, %(state)s, %(title)s, %(message)s, %(metric)s,
        %(unit)s, %(value)s, %(worst_value)s, %(worst_at)s, %(limit_value)s, %(severe_limit)s,
        %(rule_version)s, %(started_at)s, %(activated_at)s, %(cleared_at)s, %(closed_at)s,
        %(latching)s, %(attention_at)s, %(evidence)s)
    ON CONFLICT (patient_id, condition) WHERE state <> 'closed' DO NOTHING
    RETURNING id
"""

UPDATE_LIFE = """
    -- The next state of an alarm that is locked.
    UPDATE alarms SET state = %(state)s, priority = %(priority)s, activated_at = %(activated_at)s,
        acknowledged_at = %(acknowledged_at)s, acknowledged_by_id = %(acknowledged_by_id)s,
        cleared_at = %(cleared_at)s, closed_at = %(closed_at)s, latching = %(latching)s,
        assignee_id = %(assignee_id)s, snoozed_until = %(snoozed_until)s,
        snoozed_by_id = %(snoozed_by_id)s, attention_at = %(attention_at)s,
        reopened = %(reopened)s, version = version + 1, updated_at = now()
    WHERE id = %(id)s
"""

DESCRIBE = """
    -- What an alarm says as of its newest step; of its rule where it calls by it.
    UPDATE alarms SET message = %(message)s, value = coalesce(%(value)s, value),
        worst_value = %(worst_value)s, worst_at = %(worst_at)s, evidence = evidence || %(evidence)s,
        limit_value = CASE WHEN %(calls)s THEN %(limit_value)s ELSE limit_value END,
        severe_limit = CASE WHEN %(calls)s THEN %(severe_limit)s ELSE severe_limit END,
        rule_version = CASE WHEN %(calls)s THEN %(rule_version)s ELSE rule_version END,
        updated_at = now()
    WHERE id = %(id)s
"""

ADD_NOTE = """
    -- What somebody wrote about an alarm.
    INSERT INTO alarm_notes (alarm_id, at, author_id, text)
    VALUES (%s, %s, %s, %s) RETURNING id
"""

RECORD_STEP = """
    -- One step of an alarm.
    INSERT INTO alarm_transitions
        (alarm_id, at, from_state, to_state, reason, priority, actor_id, note_id, detail)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

SHELF_TURN = """
    -- Wait for the turn to decide about one patient's condition: an alarm that is just being
    -- raised and a shelf that is just being put up must see one another.
    SELECT pg_advisory_xact_lock(%s, hashtext(%s))
"""

STANDING_SHELF = """
    -- The shelf that stands for a patient's condition.
    SELECT id, starts_at, ends_at FROM alarm_shelves
    WHERE patient_id = %s AND condition = %s AND ended_at IS NULL
"""

STANDING_SHELF_OF_NOBODY = """
    -- The shelf that stands for a condition of the platform itself, a site or a gateway.
    SELECT id, starts_at, ends_at FROM alarm_shelves
    WHERE patient_id IS NULL AND condition = %s AND ended_at IS NULL
"""

LAPSE_SHELVES = """
    -- Shelves whose time is over.
    UPDATE alarm_shelves SET ended_at = ends_at
    WHERE patient_id IS NOT DISTINCT FROM %s AND condition = %s AND ended_at IS NULL
        AND ends_at <= now()
"""

INSERT_SHELF = """
    -- A new shelf, unless one stands.
    INSERT INTO alarm_shelves (patient_id, condition, reason, starts_at, ends_at, by_id)
    VALUES (%(patient_id)s, %(condition)s, %(reason)s, %(starts_at)s, %(ends_at)s, %(by_id)s)
    ON CONFLICT (patient_id, condition) WHERE ended_at IS NULL DO NOTHING
    RETURNING id
"""

END_SHELF = """
    -- A shelf is taken down before its time.
    UPDATE alarm_shelves SET ended_at = now(), ended_by_id = %s
    WHERE id = %s AND ended_at IS NULL AND ends_at > now()
    RETURNING patient_id, condition
"""

SHELF_OF = """
    -- Whose condition a shelf is about.
    SELECT patient_id, condition FROM alarm_shelves WHERE id = %s
"""

TELL = """
    -- Tell listeners that an alarm has changed; they hear it when the transaction commits.
    SELECT pg_notify(%s, %s)
"""
