"""SQL of the way in: loading devices, and the statements of one commit."""

from typing import LiteralString

LOAD_DEVICES = """
    -- Devices by their names on the wire, each with its live keys and its series.
    SELECT d.device_id, d.owner_id, d.status, d.is_verified,
           coalesce(k.keys, '{}') AS keys, coalesce(k.ends_ms, '{}') AS ends_ms,
           coalesce(s.metrics, '{}') AS metrics, coalesce(s.ids, '{}') AS ids,
           coalesce(s.newest_ms, '{}') AS newest_ms,
           c.boot, c.seq, c.valid_from_ms, c.offset_ms, c.drift_ppm, c.uncertainty_ms, c.state,
           CASE WHEN d.is_online THEN d.status_boot END AS online_boot
    FROM iot_devices d
    LEFT JOIN LATERAL (
        SELECT array_agg(digest) AS keys,
               array_agg((extract(epoch FROM expires_at) * 1000)::bigint) AS ends_ms
        FROM device_keys
        WHERE device_id = d.device_id AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > now())
    ) k ON true
    LEFT JOIN LATERAL (
        SELECT array_agg(series.metric) AS metrics, array_agg(series.id) AS ids,
               array_agg((extract(epoch FROM latest.time) * 1000)::bigint) AS newest_ms
        FROM series LEFT JOIN latest ON latest.series_id = series.id
        -- Those of an earlier owner stay theirs.
        WHERE series.device_id = d.device_id AND series.patient_id = d.owner_id
    ) s ON true
    LEFT JOIN LATERAL (
        SELECT boot, seq, (extract(epoch FROM valid_from) * 1000)::bigint AS valid_from_ms,
               offset_ms, drift_ppm, uncertainty_ms, state
        FROM device_clocks
        WHERE device_id = d.device_id
        ORDER BY boot DESC, recorded_at DESC LIMIT 1
    ) c ON true
    WHERE d.device_id = ANY(%s)
"""

OPEN_SERIES = """
    -- Series ids for (patient, device, metric), made where they do not exist.
    WITH asked AS (
        SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[])
            AS a(patient_id, device_id, metric)
    ), made AS (
        INSERT INTO series (patient_id, device_id, metric)
        SELECT patient_id, device_id, metric FROM asked ORDER BY patient_id, metric, device_id
        ON CONFLICT DO NOTHING
        RETURNING id, patient_id, device_id, metric
    )
    SELECT id, patient_id, device_id, metric FROM made
    UNION ALL
    SELECT s.id, s.patient_id, s.device_id, s.metric
    FROM series s JOIN asked a
      ON s.patient_id = a.patient_id AND s.metric = a.metric
     AND s.device_id IS NOT DISTINCT FROM a.device_id AND s.source = ''
"""

COPY_VITALS = "COPY vitals (series_id, time, value, quality) FROM STDIN (FORMAT binary)"

CREATE_STAGING = """
    -- Readings of a batch some of which are stored already.
    CREATE TEMPORARY TABLE IF NOT EXISTS staging (
        row int, series_id int, time timestamptz, value double precision, quality real,
        stored boolean DEFAULT false
    ) ON COMMIT DELETE ROWS
"""

COPY_STAGING = "COPY staging (row, series_id, time, value, quality) FROM STDIN (FORMAT binary)"

MERGE_STAGING = """
    -- Store what is new; of several readings for one instant in the batch the first one counts.
    WITH first AS (
        SELECT DISTINCT ON (series_id, time) row, series_id, time, value, quality
        FROM staging ORDER BY series_id, time, row
    ), made AS (
        INSERT INTO vitals (series_id, time, value, quality)
        SELECT series_id, time, value, quality FROM first
        ON CONFLICT DO NOTHING
        RETURNING series_id, time
    )
    UPDATE staging SET stored = true
    FROM first JOIN made USING (series_id, time)
    WHERE staging.row = first.row
"""

NOT_STORED = """
    -- Rows of the batch that were there before, and whether with another value. The bounds let
    -- the planner leave out the chunks of other days.
    SELECT s.row, s.value IS DISTINCT FROM v.value AS conflicting
    FROM staging s JOIN vitals v ON v.series_id = s.series_id AND v.time = s.time
    WHERE NOT s.stored AND v.time BETWEEN %s AND %s
    ORDER BY s.row
"""

RAISE_LATEST = """
    -- Newest reading per series by measured time, never by arrival.
    INSERT INTO latest AS l (series_id, time, value, quality, received_at)
    SELECT series_id, to_timestamp(time_ms::float8 / 1000), value, quality,
           to_timestamp(received_ms::float8 / 1000)
    FROM unnest(%b::int[], %b::bigint[], %b::float8[], %b::real[], %b::bigint[])
        AS n(series_id, time_ms, value, quality, received_ms)
    ON CONFLICT (series_id) DO UPDATE
    SET time = EXCLUDED.time, value = EXCLUDED.value, quality = EXCLUDED.quality,
        received_at = EXCLUDED.received_at
    WHERE l.time < EXCLUDED.time
"""

OPEN_LEDGERS = """
    -- A ledger for every boot that this batch is the first to mention.
    INSERT INTO device_ledgers (device_id, boot)
    SELECT * FROM unnest(%b::uuid[], %b::bigint[]) AS a(device_id, boot) ORDER BY device_id, boot
    ON CONFLICT DO NOTHING
"""

_RECEIPT = """
    RETURNING b.account,
        CASE WHEN l.seen @> 1::bigint
             THEN (SELECT upper(r) - 1 FROM unnest(l.seen) AS r LIMIT 1) ELSE 0 END AS highest,
        CASE WHEN l.seen @> int8range(1, upper(l.seen)) THEN NULL ELSE l.seen::text END AS broken
"""

KEEP_PLAIN_LEDGERS: LiteralString = (
    """
    -- Enter boots whose messages in this batch are one run of numbers, all of them stored. A
    -- number counts once: those seen before were delivered again.
    WITH batch AS (
        SELECT account, device_id, boot, int8multirange(int8range(low, high, '[]')) AS seen,
               high, high - low + 1 AS n, readings_stored, readings_duplicate
        FROM unnest(
            %(account)b::int[], %(device)b::uuid[], %(boot)b::bigint[], %(low)b::bigint[],
            %(high)b::bigint[], %(readings_stored)b::bigint[], %(readings_duplicate)b::bigint[]
        ) AS a(account, device_id, boot, low, high, readings_stored, readings_duplicate)
    )
    UPDATE device_ledgers l SET
        seen = l.seen + b.seen,
        max_seq = greatest(l.max_seq, b.high),
        stored = l.stored + b.n
            - CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.seen) ELSE 0 END,
        redelivered = l.redelivered
            + CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.seen) ELSE 0 END,
        readings_stored = l.readings_stored + b.readings_stored,
        readings_duplicate = l.readings_duplicate + b.readings_duplicate,
        updated_at = now()
    FROM batch b
    WHERE l.device_id = b.device_id AND l.boot = b.boot
"""  # noqa: S608 - both parts are constants
    + _RECEIPT
)

KEEP_LEDGERS: LiteralString = (
    """
    -- Enter the other boots. A number counts once, with its first outcome; where none of the
    -- batch's numbers was seen before, the counts are those of the batch itself.
    WITH ranges AS (
        SELECT account,
               range_agg(int8range(low, high, '[]')) AS seen,
               range_agg(int8range(low, high, '[]')) FILTER (WHERE outcome = 0) AS stored,
               range_agg(int8range(low, high, '[]')) FILTER (WHERE outcome = 1) AS duplicate,
               range_agg(int8range(low, high, '[]')) FILTER (WHERE outcome = 2) AS quarantined,
               range_agg(int8range(low, high, '[]')) FILTER (WHERE outcome = 3) AS rejected
        FROM unnest(
            %(range_account)b::int[], %(low)b::bigint[], %(high)b::bigint[],
            %(outcome)b::smallint[]
        ) AS r(account, low, high, outcome)
        GROUP BY account
    ), batch AS (
        SELECT a.*, coalesce(r.seen, '{}') AS seen, r.stored, r.duplicate, r.quarantined, r.rejected
        FROM unnest(
            %(account)b::int[], %(device)b::uuid[], %(boot)b::bigint[],
            %(n_stored)b::bigint[], %(n_duplicate)b::bigint[],
            %(n_quarantined)b::bigint[], %(n_rejected)b::bigint[], %(n_repeated)b::bigint[],
            %(readings_stored)b::bigint[], %(readings_duplicate)b::bigint[]
        ) AS a(
            account, device_id, boot, n_stored, n_duplicate, n_quarantined, n_rejected,
            n_repeated, readings_stored, readings_duplicate
        )
        LEFT JOIN ranges r USING (account)
    )
    UPDATE device_ledgers l SET
        seen = l.seen + b.seen,
        max_seq = greatest(l.max_seq, upper(b.seen) - 1),
        stored = l.stored + b.n_stored
            - CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.stored) ELSE 0 END,
        duplicate = l.duplicate + b.n_duplicate
            - CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.duplicate) ELSE 0 END,
        quarantined = l.quarantined + b.n_quarantined
            - CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.quarantined) ELSE 0 END,
        rejected = l.rejected + b.n_rejected
            - CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.rejected) ELSE 0 END,
        redelivered = l.redelivered + b.n_repeated
            + CASE WHEN l.seen && b.seen THEN jeg_size(l.seen * b.seen) ELSE 0 END,
        readings_stored = l.readings_stored + b.readings_stored,
        readings_duplicate = l.readings_duplicate + b.readings_duplicate,
        updated_at = now()
    FROM batch b
    WHERE l.device_id = b.device_id AND l.boot = b.boot
"""  # noqa: S608 - both parts are constants
    + _RECEIPT
)

KEEP_REFUSALS = """
    -- Add refused readings by reason to the ledgers.
    UPDATE device_ledgers l
    SET readings_rejected = l.readings_rejected || (
        SELECT jsonb_object_agg(
            key, value::bigint + coalesce((l.readings_rejected ->> key)::bigint, 0)
        )
        FROM jsonb_each_text(b.refused)
    )
    FROM unnest(%s::uuid[], %s::bigint[], %s::jsonb[]) AS b(device_id, boot, refused)
    WHERE l.device_id = b.device_id AND l.boot = b.boot
"""

COPY_DEAD_LETTERS = """
    COPY dead_letters (
        received_at, reason, device_id, topic, payload, readings, boot, seq, outcome, replayable
    ) FROM STDIN
"""

KEEP_CLOCKS = """
    -- Clocks that are understood anew. Of each device some thousand rows stay, the newest: those
    -- beyond are looked for once in a while, when the number of the message is a multiple of 32.
    WITH made AS (
        INSERT INTO device_clocks (
            device_id, boot, seq, valid_from, offset_ms, drift_ppm, uncertainty_ms, state
        )
        SELECT DISTINCT ON (device_id, boot, valid_from_ms)
               device_id, boot, seq, to_timestamp(valid_from_ms::float8 / 1000), offset_ms,
               drift_ppm, uncertainty_ms, state
        FROM unnest(
            %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::real[],
            %s::bigint[], %s::text[]
        ) WITH ORDINALITY AS c(
            device_id, boot, seq, valid_from_ms, offset_ms, drift_ppm, uncertainty_ms, state, place
        )
        ORDER BY device_id, boot, valid_from_ms, place DESC
        ON CONFLICT (device_id, boot, valid_from) DO UPDATE
        SET seq = EXCLUDED.seq, offset_ms = EXCLUDED.offset_ms, drift_ppm = EXCLUDED.drift_ppm,
            uncertainty_ms = EXCLUDED.uncertainty_ms, state = EXCLUDED.state,
            recorded_at = EXCLUDED.recorded_at
        RETURNING device_id, seq
    )
    DELETE FROM device_clocks c
    USING (SELECT DISTINCT device_id FROM made WHERE mod(seq, 32) = 0) m
    CROSS JOIN LATERAL (
        SELECT recorded_at FROM device_clocks WHERE device_id = m.device_id
        ORDER BY recorded_at DESC OFFSET 1000 LIMIT 1
    ) old
    WHERE c.device_id = m.device_id AND c.recorded_at <= old.recorded_at
"""

SET_STATUS = """
    -- A device's word on itself; that of an older boot than the one known is out of date. Rows are
    -- locked in the order of their key, as by everyone who changes several. What it is, is another
    -- thing with other firmware only; how it is has a time of its own.
    WITH s AS (
        SELECT * FROM unnest(
            %s::uuid[], %s::bigint[], %s::boolean[], %s::float8[], %s::text[], %s::text[]
        ) AS s(device_id, boot, online, battery, firmware, gateway)
    ), locked AS MATERIALIZED (
        SELECT device_id FROM iot_devices JOIN s USING (device_id)
        ORDER BY device_id FOR NO KEY UPDATE OF iot_devices
    )
    UPDATE iot_devices d SET
        is_online = s.online, status_boot = s.boot, last_seen = now(),
        updated_at = CASE WHEN s.firmware <> d.firmware_version THEN now() ELSE d.updated_at END,
        battery_level = coalesce(s.battery, d.battery_level),
        firmware_version = coalesce(s.firmware, d.firmware_version),
        gateway = coalesce(s.gateway, d.gateway)
    FROM locked JOIN s USING (device_id)
    WHERE d.device_id = s.device_id AND (d.status_boot IS NULL OR s.boot >= d.status_boot)
    RETURNING d.device_id, d.is_online
"""

KEEP_FACTS = """
    -- What happened to devices, for whoever raises technical alarms, in the order it happened.
    INSERT INTO device_facts (device_id, kind, code, amount)
    SELECT device_id, kind, code, amount
    FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[])
        WITH ORDINALITY AS f(device_id, kind, code, amount, place)
    JOIN iot_devices USING (device_id)
    ORDER BY place
"""

KEEP_HABITS = """
    -- What the firmware of devices was seen to do, by boot.
    INSERT INTO device_habits AS h (device_id, boot, habit, times)
    SELECT n.device_id, n.boot, n.habit, n.times
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::bigint[])
        AS n(device_id, boot, habit, times)
    JOIN iot_devices USING (device_id)
    ORDER BY 1, 2, 3
    ON CONFLICT (device_id, boot, habit) DO UPDATE
    SET times = h.times + excluded.times, last_at = excluded.last_at
"""

KEEP_FAULTS = """
    -- Faults that devices report of themselves.
    INSERT INTO device_errors (device_id, boot, code, message, occurred_at)
    SELECT device_id, boot, code, message, to_timestamp(occurred_ms::float8 / 1000)
    FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::bigint[])
        AS f(device_id, boot, code, message, occurred_ms)
"""

TOUCH_DEVICES = """
    -- Devices heard of since the last time; gathered, not a write per message. Workers and the API
    -- do this at the same time, so rows are locked in the order of their key.
    WITH s AS (
        SELECT * FROM unnest(%s::uuid[], %s::bigint[]) AS s(device_id, seen_ms)
    ), locked AS MATERIALIZED (
        SELECT device_id FROM iot_devices JOIN s USING (device_id)
        ORDER BY device_id FOR NO KEY UPDATE OF iot_devices
    )
    UPDATE iot_devices d
    SET last_seen = greatest(d.last_seen, to_timestamp(s.seen_ms::float8 / 1000))
    FROM locked JOIN s USING (device_id)
    WHERE d.device_id = s.device_id
"""

ENQUEUE = "INSERT INTO outbox (readings, payload) VALUES (%s, %b)"

NOTIFY = "SELECT pg_notify('jeg_vitals', %s)"
