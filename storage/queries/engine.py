"""SQL of the analytics worker: what the engine knows, and the alarms that it raises."""

LEADER_LOCK = 0x4A45_4741
"""Advisory lock that the one worker at work holds for as long as its connection lives."""

LEAD = """
    -- Become the worker at work, unless another one is.
    SELECT pg_try_advisory_lock(%s)
"""

PATIENTS_OF_SERIES = """
    -- Whose series these are.
    SELECT DISTINCT patient_id FROM series WHERE id = ANY(%s)
"""

PATIENTS_REMEMBERED = """
    -- Patients whose channels have something to remember.
    SELECT DISTINCT patient_id FROM engine_states
"""

CHANNELS = """
    -- Every series of these patients with what is remembered of it, and where they live.
    SELECT s.patient_id, s.id, s.metric, s.device_id, u.time_zone, e.version, e.payload
    FROM series s
    JOIN users u ON u.id = s.patient_id
    LEFT JOIN engine_states e ON e.patient_id = s.patient_id AND e.channel = s.id
    WHERE s.patient_id = ANY(%s)
    ORDER BY s.id
"""

SCORES = """
    -- These patients, whether they are under the age of the score, and its memory.
    SELECT u.id, coalesce(u.date_of_birth > current_date - %s * interval '1 year', false) AS minor,
           e.version, e.payload
    FROM users u
    LEFT JOIN engine_states e ON e.patient_id = u.id AND e.channel = %s
    WHERE u.id = ANY(%s)
"""

REMEMBER = """
    -- What is remembered of channels, as of this transaction.
    INSERT INTO engine_states (patient_id, channel, version, payload)
    SELECT a.patient_id, a.channel, %s, a.payload
    FROM unnest(%s::uuid[], %s::int[], %s::bytea[]) AS a(patient_id, channel, payload)
    JOIN users u ON u.id = a.patient_id
    ORDER BY 1, 2
    ON CONFLICT (patient_id, channel)
    DO UPDATE SET version = excluded.version, payload = excluded.payload
"""

INSERT_TRANSITION = """
    -- One step of an alarm by the engine.
    INSERT INTO alarm_transitions (alarm_id, at, from_state, to_state, reason, priority)
    VALUES (%s, %s, %s, %s, %s, %s)
"""

INSERT_FINDING = """
    -- A retrospective finding. Its id is made from what was found, so the same data twice is one.
    INSERT INTO alarms (id, patient_id, condition, category, priority, state, retrospective, title,
        message, metric, unit, value, worst_value, worst_at, limit_value, severe_limit,
        rule_version, started_at, activated_at, closed_at, evidence)
    VALUES (%(id)s, %(patient_id)s, %(condition)s, %(category)s, %(priority)s, 'closed', true,
        %(title)s, %(message)s, %(metric)s, %(unit)s, %(value)s, %(value)s, %(worst_at)s,
        %(limit_value)s, %(severe_limit)s, %(rule_version)s, %(started_at)s, %(activated_at)s,
        now(), %(evidence)s)
    ON CONFLICT (id) DO NOTHING
    RETURNING id
"""

UPDATE_FINDING = """
    -- How bad a finding became, and when it was over.
    UPDATE alarms SET priority = %(priority)s, message = %(message)s, value = %(value)s,
        worst_value = %(value)s, worst_at = %(worst_at)s,
        cleared_at = coalesce(%(cleared_at)s, cleared_at), updated_at = now()
    WHERE id = %(id)s
"""

KNOWN_EPISODE = """
    -- The alarm or finding of a condition that speaks for a stretch of time already.
    SELECT id, retrospective, worst_value, worst_at FROM alarms
    WHERE patient_id = %s AND condition = %s AND activated_at IS NOT NULL AND started_at <= %s
        AND CASE WHEN retrospective THEN coalesce(cleared_at, activated_at)
                 ELSE coalesce(cleared_at, closed_at, 'infinity') END >= %s
    ORDER BY retrospective, started_at DESC LIMIT 1
"""

LENGTHEN_FINDING = """
    -- A finding that lasted longer, or became worse, than was known.
    UPDATE alarms SET cleared_at = greatest(cleared_at, %(cleared_at)s), priority = %(priority)s,
        message = %(message)s, value = %(value)s, worst_value = %(value)s,
        worst_at = %(worst_at)s, updated_at = now()
    WHERE id = %(known)s
"""

AMENDMENTS = """
    -- Corrections that the engine has not seen to, with the series that they are of.
    SELECT id, series_id FROM reading_amendments WHERE NOT settled ORDER BY amended_at LIMIT %s
"""

AMENDED = """
    -- Readings of series that may still have a say, the oldest first.
    SELECT series_id, (extract(epoch FROM time) * 1000)::bigint AS time_ms, value FROM vitals
    WHERE series_id = ANY(%s) AND time > now() - interval '2 days' AND time <= now()
        AND quality >= %s
    ORDER BY series_id, time
"""

SETTLED = """
    -- Corrections that have been seen to.
    UPDATE reading_amendments SET settled = true WHERE id = ANY(%s)
"""

EVIDENCE = """
    -- Readings of some series up to an instant, newest first, as many as are worth keeping.
    SELECT v.series_id, (extract(epoch FROM v.time) * 1000)::bigint AS time_ms, v.value
    FROM unnest(%s::int[]) AS wanted(series_id)
    CROSS JOIN LATERAL (
        SELECT series_id, time, value FROM vitals
        WHERE vitals.series_id = wanted.series_id AND time <= %s AND time >= %s
        ORDER BY time DESC LIMIT %s
    ) v
"""

READINGS_AT = """
    -- Readings of some series at given instants.
    SELECT v.series_id, v.time, v.value, v.quality
    FROM unnest(%s::int[], %s::timestamptz[]) AS wanted(series_id, time)
    JOIN vitals v ON v.series_id = wanted.series_id AND v.time = wanted.time
"""

KEEP_PATIENTS = """
    -- Those of these patients who are still there; they stay until this transaction is over.
    SELECT id FROM users WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE
"""

NOTIFY = """
    -- Tell listeners that an alarm has changed; they hear it when the transaction commits.
    SELECT pg_notify(%s, %s)
"""

PUBLISHED = """
    -- Alarms as they are told to subscribers, with the ward that they are of now: where the
    -- patient is, or whose devices went away together.
    SELECT a.id, a.patient_id, a.device_id, a.condition, a.title, a.metric, a.priority, a.category,
           a.state, a.retrospective, a.started_at, a.activated_at, a.acknowledged_at, a.cleared_at,
           a.closed_at, a.value, a.worst_value, a.worst_at, a.unit, a.limit_value AS "limit",
           a.severe_limit, a.message, a.rule_version, a.acknowledged_by_id, a.assignee_id,
           a.snoozed_until, a.escalation_step, a.parent_id, a.reopened, a.version,
           coalesce(e.hospital_id, (g.place ->> 'hospital_id')::uuid) AS hospital_id,
           coalesce(e.ward, g.place #>> '{key,1}') AS ward
    FROM alarms a
    LEFT JOIN encounters e ON e.patient_id = a.patient_id AND e.period_end IS NULL
    LEFT JOIN LATERAL (
        SELECT a.evidence -> 'group' AS place
        WHERE a.patient_id IS NULL AND a.evidence #>> '{group,kind}' = 'ward'
    ) g ON true
    WHERE a.id = ANY(%s)
"""
