"""SQL of technical alarms: facts of devices, what is wrong with them, and alarms of groups."""

TAKE_FACTS = """
    -- What has happened to devices, oldest first. It stays until it is deleted.
    SELECT id, device_id, kind, code, amount, (extract(epoch FROM at) * 1000)::bigint AS at_ms
    FROM device_facts ORDER BY id LIMIT %s
"""

DELETE_FACTS = """
    -- Facts that alarms have been made of.
    DELETE FROM device_facts WHERE id = ANY(%s)
"""

NOTE_SILENCE = """
    -- Devices that fell silent or are heard again, as the engine found them.
    INSERT INTO device_facts (device_id, kind, at)
    SELECT f.device_id, f.kind, to_timestamp(f.at_ms::float8 / 1000)
    FROM unnest(%s::uuid[], %s::text[], %s::bigint[])
        WITH ORDINALITY AS f(device_id, kind, at_ms, place)
    JOIN iot_devices USING (device_id)
    ORDER BY place
"""

_CONDITION = """
    SELECT device_id, kind, (extract(epoch FROM since) * 1000)::bigint AS since_ms,
           (extract(epoch FROM heard_at) * 1000)::bigint AS heard_ms, amount, code,
           (extract(epoch FROM due_at) * 1000)::bigint AS due_ms, raised, parent_id
    FROM device_conditions
"""

CONDITIONS = f"""
    -- Everything that is wrong with these devices.
    {_CONDITION} WHERE device_id = ANY(%s)
"""

DUE = """
    -- Devices with a condition that the clock must look at now, the longest overdue first.
    SELECT DISTINCT device_id FROM (
        SELECT device_id FROM device_conditions
        WHERE due_at <= to_timestamp(%s::float8 / 1000) ORDER BY due_at LIMIT %s
    ) AS due
"""

DOWN_SINCE = f"""
    -- Devices that fell silent or went offline in a stretch of time and belong to no group yet.
    {_CONDITION}
    WHERE kind = ANY(%s) AND parent_id IS NULL
        AND since BETWEEN to_timestamp(%s::float8 / 1000) AND to_timestamp(%s::float8 / 1000)
    ORDER BY since LIMIT %s
"""

MEMBERS_LEFT = """
    -- Devices of a group that are still away.
    SELECT device_id, kind FROM device_conditions WHERE parent_id = %s ORDER BY device_id
"""

PUT_CONDITIONS = """
    -- What is wrong with devices, as of this transaction.
    INSERT INTO device_conditions
        (device_id, kind, since, heard_at, amount, code, due_at, raised, parent_id)
    SELECT c.device_id, c.kind, to_timestamp(c.since_ms::float8 / 1000),
           to_timestamp(c.heard_ms::float8 / 1000), c.amount, c.code,
           to_timestamp(c.due_ms::float8 / 1000), c.raised, c.parent_id
    FROM unnest(
        %s::uuid[], %s::text[], %s::bigint[], %s::bigint[], %s::int[], %s::text[], %s::bigint[],
        %s::boolean[], %s::uuid[]
    ) AS c(device_id, kind, since_ms, heard_ms, amount, code, due_ms, raised, parent_id)
    JOIN iot_devices d ON d.device_id = c.device_id
    ORDER BY 1, 2
    ON CONFLICT (device_id, kind) DO UPDATE SET
        since = excluded.since, heard_at = excluded.heard_at, amount = excluded.amount,
        code = excluded.code, due_at = excluded.due_at, raised = excluded.raised,
        parent_id = excluded.parent_id
"""

DROP_CONDITIONS = """
    -- What is over.
    DELETE FROM device_conditions WHERE (device_id, kind) IN (
        SELECT * FROM unnest(%s::uuid[], %s::text[])
    )
"""

DEVICES = """
    -- Devices as alarms name and group them. A ward is that of the owner's open stay. One that was
    -- given to another patient is in use from when it has spoken for them.
    SELECT d.device_id, d.owner_id,
           d.status = 'ACTIVE' AND NOT u.is_synthetic
               AND (d.is_verified OR d.owned_since = d.created_at) AS in_use,
           coalesce(nullif(d.name, ''), nullif(trim(d.manufacturer || ' ' || d.model), ''),
                    d.device_type) AS name,
           e.hospital_id, coalesce(h.name, '') AS hospital, coalesce(e.ward, '') AS ward,
           d.gateway, d.model, d.firmware_version,
           (SELECT (extract(epoch FROM max(l.received_at)) * 1000)::bigint
            FROM series s JOIN latest l ON l.series_id = s.id
            WHERE s.device_id = d.device_id) AS received_ms
    FROM iot_devices d
    JOIN users u ON u.id = d.owner_id
    LEFT JOIN encounters e ON e.patient_id = d.owner_id AND e.period_end IS NULL
    LEFT JOIN hospitals h ON h.id = e.hospital_id
    WHERE d.device_id = ANY(%s)
"""

HEARD_BETWEEN = """
    -- Of a device and a stretch of time: how many readings were measured in it, and when the newest
    -- of a series was received in it.
    WITH mine AS (SELECT id FROM series WHERE device_id = %s),
    bounds AS (SELECT %s::timestamptz AS since, %s::timestamptz AS until)
    SELECT (SELECT count(*) FROM bounds, mine JOIN LATERAL (
                SELECT FROM vitals WHERE series_id = mine.id AND time > since AND time < until
            ) v ON true),
           (SELECT max(l.received_at) FROM bounds, mine JOIN latest l ON l.series_id = mine.id
            WHERE l.received_at > since AND l.received_at < until)
"""

REGULAR = """
    -- Which of these devices were sending regularly in the quarter of an hour before an instant.
    SELECT w.device_id
    FROM unnest(%s::uuid[], %s::bigint[]) AS w(device_id, since_ms)
    WHERE EXISTS (
        SELECT FROM series s
        WHERE s.device_id = w.device_id AND (
            SELECT count(*) FROM (
                SELECT FROM vitals v
                WHERE v.series_id = s.id
                    AND v.time > to_timestamp(w.since_ms::float8 / 1000) - interval '15 minutes'
                    AND v.time <= to_timestamp(w.since_ms::float8 / 1000) + interval '1 minute'
                LIMIT %s
            ) AS newest
        ) >= %s
    )
"""

SIZE = {
    "ward": """
        -- Devices in use on a ward.
        SELECT count(*) FROM encounters e JOIN iot_devices d ON d.owner_id = e.patient_id
        WHERE e.period_end IS NULL AND e.hospital_id IS NOT DISTINCT FROM %s::uuid
            AND e.ward = %s AND d.status = 'ACTIVE' AND d.last_seen > now() - interval '1 day'
    """,
    "hospital": """
        -- Devices in use in a hospital.
        SELECT count(*) FROM encounters e JOIN iot_devices d ON d.owner_id = e.patient_id
        WHERE e.period_end IS NULL AND e.hospital_id = %s
            AND d.status = 'ACTIVE' AND d.last_seen > now() - interval '1 day'
    """,
    "gateway": """
        -- Devices in use behind a gateway.
        SELECT count(*) FROM iot_devices
        WHERE gateway = %s AND gateway <> '' AND status = 'ACTIVE'
            AND last_seen > now() - interval '1 day'
    """,
    "firmware": """
        -- Devices in use with a firmware.
        SELECT count(*) FROM iot_devices
        WHERE model = %s AND firmware_version = %s AND status = 'ACTIVE'
            AND last_seen > now() - interval '1 day'
    """,
    "platform": """
        -- All devices in use.
        SELECT count(*) FROM iot_devices
        WHERE status = 'ACTIVE' AND last_seen > now() - interval '1 day'
    """,
}
"""How many devices a group has, by its kind. Asked for only when some of them fell silent."""

OPEN_GROUPS = """
    -- Alarms of groups that are open.
    SELECT id, condition, evidence FROM alarms
    WHERE patient_id IS NULL AND condition >= 'storm:' AND condition < 'storm;'
        AND state <> 'closed'
"""

OPEN_OF_PATIENT = """
    -- The open alarm of one patient and condition, locked against what people do meanwhile.
    SELECT id, state, priority, started_at, activated_at, acknowledged_at, acknowledged_by_id,
           cleared_at, closed_at, message, parent_id
    FROM alarms WHERE patient_id = %s AND condition = %s AND state <> 'closed' FOR UPDATE
"""

OPEN_OF_PLATFORM = """
    -- The same for an alarm of the platform, a site or a gateway.
    SELECT id, state, priority, started_at, activated_at, acknowledged_at, acknowledged_by_id,
           cleared_at, closed_at, message, parent_id
    FROM alarms WHERE patient_id IS NULL AND condition = %s AND state <> 'closed' FOR UPDATE
"""

RAISE = """
    -- A technical alarm, unless another writer has just opened it or its patient is gone.
    INSERT INTO alarms (patient_id, device_id, condition, category, priority, state, title, message,
        rule_version, started_at, activated_at, attention_at, parent_id, evidence)
    SELECT %(patient_id)s, %(device_id)s, %(condition)s, 'technical', %(priority)s,
        %(state)s, %(title)s, %(message)s, %(rule_version)s, %(started_at)s,
        %(activated_at)s, %(attention_at)s, %(parent_id)s, %(evidence)s
    WHERE %(patient_id)s::uuid IS NULL
        OR EXISTS (SELECT FROM users WHERE id = %(patient_id)s FOR KEY SHARE)
    ON CONFLICT (patient_id, condition) WHERE state <> 'closed' DO NOTHING
    RETURNING id
"""

RENEW = """
    -- What an alarm says that has just been opened again.
    UPDATE alarms SET title = %(title)s, message = %(message)s, evidence = evidence || %(evidence)s,
        parent_id = %(parent_id)s, updated_at = now()
    WHERE id = %(id)s
"""

OVER = """
    -- The end of a technical alarm. It latches for nobody: what is mended needs no look.
    UPDATE alarms SET state = 'closed', cleared_at = %(at)s, closed_at = %(at)s,
        attention_at = NULL, version = version + 1, updated_at = now()
    WHERE id = %(id)s
"""

SAY = """
    -- What an open alarm says now.
    UPDATE alarms SET message = %(message)s, evidence = evidence || %(evidence)s,
        version = version + 1, updated_at = now()
    WHERE id = %(id)s AND (message <> %(message)s OR NOT evidence @> %(evidence)s)
    RETURNING id
"""

ADOPT = """
    -- Alarms that another one speaks for from now on, or (null) that speak for themselves again.
    UPDATE alarms SET parent_id = %(parent_id)s, version = version + 1, updated_at = now(),
        attention_at = CASE WHEN %(parent_id)s::uuid IS NULL AND state = 'active_unacknowledged'
                            THEN now() END
    WHERE id = ANY(%(ids)s)
"""

OPEN_OF_DEVICES = """
    -- Open alarms of these conditions.
    SELECT a.id, a.condition FROM alarms a
    JOIN unnest(%s::uuid[], %s::text[]) AS w(patient_id, condition)
        ON a.patient_id = w.patient_id AND a.condition = w.condition
    WHERE a.state <> 'closed' FOR UPDATE OF a
"""

KEEP_RUN = """
    -- A run of the canary, from its beginning to its end.
    INSERT INTO canary_runs (id, started_at, finished_at, channels)
    VALUES (%(id)s, %(started_at)s, %(finished_at)s, %(channels)s)
    ON CONFLICT (id) DO UPDATE
    SET finished_at = excluded.finished_at, channels = excluded.channels
"""

LAST_RUN = """
    -- The newest run of the canary that is over.
    SELECT started_at, finished_at, channels FROM canary_runs
    WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1
"""

FORGET_RUNS = """
    -- Runs of long ago, and the canary's own alarms that are over.
    WITH gone AS (
        DELETE FROM canary_runs WHERE started_at < now() - interval '7 days'
    )
    DELETE FROM alarms WHERE patient_id = %s AND state = 'closed'
        AND closed_at < now() - interval '1 day'
"""
