"""SQL of the hourly scores: which hours to compute, from what, and what came of it."""

HISTORIAN_LOCK = 0x4A45_4742
"""Held for each transaction that computes hours, so that two never do the same ones."""

LOCK = """
    -- One at a time.
    SELECT pg_advisory_xact_lock(%s)
"""

MARK = """
    -- Hours of patients that have new readings of these metrics.
    INSERT INTO score_dirty (patient_id, hour)
    SELECT DISTINCT s.patient_id, to_timestamp(a.hour * 3600.0)
    FROM unnest(%s::int[], %s::bigint[]) AS a(series_id, hour)
    JOIN series s ON s.id = a.series_id AND s.metric = ANY(%s)
    ORDER BY 1, 2
    ON CONFLICT (patient_id, hour) DO UPDATE SET marked_at = excluded.marked_at
"""

DUE = """
    -- Marked hours that are over, of the patients with the newest of them: what is live goes first.
    WITH due AS (
        SELECT patient_id, hour, marked_at FROM score_dirty
        WHERE hour + interval '1 hour' <= %(settled)s AND marked_at <= %(settled)s
            AND (due_at IS NULL OR due_at <= now())
    ), chosen AS (
        SELECT patient_id FROM due GROUP BY patient_id
        ORDER BY max(hour) DESC, patient_id LIMIT %(patients)s
    )
    SELECT patient_id, hour, marked_at FROM due JOIN chosen USING (patient_id)
    ORDER BY patient_id, hour
"""

STATES = """
    -- For patients, each from an hour on: the state from before it, and the newest hour known.
    SELECT a.patient_id, s.hour, s.version, s.payload,
           (SELECT max(hour) FROM score_states WHERE patient_id = a.patient_id) AS newest
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS a(patient_id, hour)
    LEFT JOIN LATERAL (
        SELECT hour, version, payload FROM score_states
        WHERE patient_id = a.patient_id AND score_states.hour < a.hour
        ORDER BY day DESC LIMIT 1
    ) s ON true
"""

PRESCRIBED = """
    -- For hours of patients (those who are still there): the scale that was in force at the end of
    -- each, whether scores for adults apply, and for how long inputs of NEWS2 count.
    SELECT c.n, coalesce(w.scale, 1) AS scale,
           NOT coalesce(w.pregnant, false) AND NOT coalesce(
               u.date_of_birth > c.hour::date - %s * interval '1 year', false) AS applies,
           w.stale_after
    FROM unnest(%s::uuid[], %s::timestamptz[]) WITH ORDINALITY AS c(patient_id, hour, n)
    JOIN users u ON u.id = c.patient_id
    LEFT JOIN LATERAL (
        SELECT scale, pregnant, stale_after FROM early_warnings
        WHERE patient_id = c.patient_id AND created_at < c.hour + interval '1 hour'
        ORDER BY version DESC LIMIT 1
    ) w ON true
"""

READINGS = """
    -- For hours of patients, per series: the newest good reading of each minute, and the newest
    -- before the hour that may still count. The bounds let the planner leave out other chunks.
    SELECT c.n, s.metric, array_agg((extract(epoch FROM v.time) * 1000)::bigint) AS time_ms,
           array_agg(v.value) AS value
    FROM unnest(%(patients)s::uuid[], %(hours)s::timestamptz[])
        WITH ORDINALITY AS c(patient_id, hour, n)
    JOIN series s ON s.patient_id = c.patient_id AND s.metric = ANY(%(metrics)s)
    CROSS JOIN LATERAL (
        (SELECT DISTINCT ON (date_trunc('minute', time)) time, value FROM vitals
         WHERE series_id = s.id AND time >= c.hour AND time < c.hour + interval '1 hour'
           AND time >= %(since)s AND time < %(until)s AND quality >= %(quality)s
         ORDER BY date_trunc('minute', time) DESC, time DESC)
        UNION ALL
        (SELECT time, value FROM vitals
         WHERE series_id = s.id AND time < c.hour AND time >= c.hour - %(look_back)s
           AND time >= %(since)s - %(look_back)s AND time < %(until)s AND quality >= %(quality)s
         ORDER BY time DESC LIMIT 1)
    ) v
    GROUP BY c.n, s.metric
"""

FORGET_HOURS = """
    -- What was known of hours that are computed anew.
    DELETE FROM score_history h
    USING unnest(%s::uuid[], %s::timestamptz[]) AS c(patient_id, hour)
    WHERE h.patient_id = c.patient_id AND h.hour = c.hour
"""

KEEP_HOURS = """
    -- Scores of hours.
    INSERT INTO score_history (patient_id, kind, hour, minimum, maximum, worst, parts, version)
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[], %s::float8[], %s::float8[],
                         %s::float8[], %s::jsonb[], %s::text[])
"""

FORGET_STATES = """
    -- States that what came later has changed.
    DELETE FROM score_states s
    USING unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS c(patient_id, since, until)
    WHERE s.patient_id = c.patient_id AND s.hour >= c.since AND s.hour <= c.until
"""

KEEP_STATES = """
    -- The state at the end of each day, as far as it has come.
    INSERT INTO score_states (patient_id, day, hour, version, payload)
    SELECT a.patient_id, (a.hour AT TIME ZONE 'UTC')::date, a.hour, %s, a.payload
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::bytea[]) AS a(patient_id, hour, payload)
    ON CONFLICT (patient_id, day) DO UPDATE
    SET hour = excluded.hour, version = excluded.version, payload = excluded.payload
"""

UNMARK = """
    -- Hours that have been computed, unless they were marked again meanwhile.
    DELETE FROM score_dirty d
    USING unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS c(patient_id, hour, marked_at)
    WHERE d.patient_id = c.patient_id AND d.hour = c.hour AND d.marked_at = c.marked_at
"""

PUT_OFF = """
    -- Hours that could not be computed: tried again after a minute, two, four, up to six hours.
    UPDATE score_dirty d
    SET failures = failures + 1,
        due_at = now() + least(interval '1 minute' * 2 ^ least(failures, 9), interval '6 hours')
    FROM unnest(%s::uuid[], %s::timestamptz[]) AS c(patient_id, hour)
    WHERE d.patient_id = c.patient_id AND d.hour = c.hour
"""

CONTINUE = """
    -- From this hour on there is more to compute.
    INSERT INTO score_dirty (patient_id, hour, marked_at)
    SELECT patient_id, hour, %s FROM unnest(%s::uuid[], %s::timestamptz[]) AS c(patient_id, hour)
    ON CONFLICT (patient_id, hour) DO NOTHING
"""

PRESCRIPTIONS = """
    -- Who is not scored like everybody.
    SELECT patient_id, scale, pregnant, stale_after FROM early_warnings
    WHERE superseded_at IS NULL AND (scale = 2 OR pregnant OR stale_after IS NOT NULL)
"""

TRACKS = """
    -- Patients whose deterioration score is, or was lately, raised.
    SELECT patient_id, version, payload FROM engine_states WHERE channel = %s
"""

FORGET_TRACKS = """
    -- Patients whose score has come down.
    DELETE FROM engine_states WHERE channel = %s AND patient_id = ANY(%s)
"""
