"""SQL that keeps rollups equal to the readings they are made from.

An hour of a series that has new readings is marked in `rollup_dirty` by the transaction that takes
them to the engine. The job moves marks to `rollup_work` and commits; a mark made after that is a
new one. Then it computes those hours from the readings, late ones and corrections included: by the
statements of `STEPS` where rollups are tables, by `REFRESHES` where the Community edition keeps
them as continuous aggregates. Both have the same names, columns and answers.
"""

IS_CONTINUOUS = """
    -- Whether the rollups of this database are continuous aggregates.
    SELECT EXISTS (
        SELECT FROM timescaledb_information.continuous_aggregates
        WHERE view_schema = current_schema AND view_name = 'rollup_day'
    )
"""

COMPUTE_LOCK = 0x4A45_4752
"""Advisory lock of the transaction that takes or computes work: one at a time."""

TAKE_MARKS = """
    -- Move the oldest marks to the work in hand, and note when. Milliseconds: whoever marks waits
    -- for no more. The clock is read after the marks: no time that is noted is before that of a
    -- change which was committed.
    WITH taken AS (
        DELETE FROM rollup_dirty d
        USING (
            SELECT series_id, bucket FROM rollup_dirty
            ORDER BY marked_at LIMIT %s FOR UPDATE SKIP LOCKED
        ) oldest
        WHERE d.series_id = oldest.series_id AND d.bucket = oldest.bucket
        RETURNING d.series_id, d.bucket
    ), noted AS (
        INSERT INTO reading_hours (series_id, hour, changed_at)
        SELECT series_id, bucket, clock_timestamp() FROM taken ORDER BY 1, 2
        ON CONFLICT (series_id, hour) DO UPDATE SET changed_at = excluded.changed_at
    )
    INSERT INTO rollup_work (series_id, bucket)
    SELECT series_id, bucket FROM taken ORDER BY 1, 2
    ON CONFLICT DO NOTHING
"""

LOCK = """
    -- Be alone at it; whoever finds another one leaves it to that.
    SELECT pg_try_advisory_xact_lock(%s)
"""

WORK = """
    -- Hours in hand, those of one time together so that few chunks are read.
    SELECT series_id, bucket FROM rollup_work ORDER BY bucket, series_id LIMIT %s
"""

MINUTES = """
    -- Minutes of these hours from their readings; what has not changed is not written.
    INSERT INTO rollup_minute (series_id, bucket, n, mean, min, max)
    SELECT w.series_id, date_trunc('minute', v.time), count(*), avg(v.value), min(v.value),
           max(v.value)
    FROM unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    JOIN vitals v ON v.series_id = w.series_id
        AND v.time >= w.bucket AND v.time < w.bucket + interval '1 hour'
    WHERE v.time >= %(since)s AND v.time < %(until)s
    GROUP BY 1, 2
    ON CONFLICT (series_id, bucket) DO UPDATE
    SET n = excluded.n, mean = excluded.mean, min = excluded.min, max = excluded.max
    WHERE (rollup_minute.n, rollup_minute.mean, rollup_minute.min, rollup_minute.max)
        IS DISTINCT FROM (excluded.n, excluded.mean, excluded.min, excluded.max)
"""

EMPTY_MINUTES = """
    -- Minutes of these hours whose readings are gone.
    DELETE FROM rollup_minute r
    USING unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    WHERE r.series_id = w.series_id
        AND r.bucket >= w.bucket AND r.bucket < w.bucket + interval '1 hour'
        AND NOT EXISTS (
            SELECT FROM vitals v WHERE v.series_id = r.series_id
                AND v.time >= r.bucket AND v.time < r.bucket + interval '1 minute'
        )
"""

HOURS = """
    -- These hours from their minutes.
    INSERT INTO rollup_hour (series_id, bucket, n, mean, min, max)
    SELECT w.series_id, w.bucket, sum(m.n), sum(m.mean * m.n) / sum(m.n), min(m.min), max(m.max)
    FROM unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    JOIN rollup_minute m ON m.series_id = w.series_id
        AND m.bucket >= w.bucket AND m.bucket < w.bucket + interval '1 hour'
    GROUP BY 1, 2
    ON CONFLICT (series_id, bucket) DO UPDATE
    SET n = excluded.n, mean = excluded.mean, min = excluded.min, max = excluded.max
"""

EMPTY_HOURS = """
    -- Those of these hours that have no minute left.
    DELETE FROM rollup_hour r
    USING unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    WHERE r.series_id = w.series_id AND r.bucket = w.bucket
        AND NOT EXISTS (
            SELECT FROM rollup_minute m WHERE m.series_id = w.series_id
                AND m.bucket >= w.bucket AND m.bucket < w.bucket + interval '1 hour'
        )
"""

DAYS = """
    -- The UTC days of these hours from their hours.
    INSERT INTO rollup_day (series_id, bucket, n, mean, min, max)
    SELECT w.series_id, w.day, sum(h.n), sum(h.mean * h.n) / sum(h.n), min(h.min), max(h.max)
    FROM (
        SELECT DISTINCT series_id, date_trunc('day', bucket, 'UTC') AS day
        FROM unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    ) w
    JOIN rollup_hour h ON h.series_id = w.series_id
        AND h.bucket >= w.day AND h.bucket < w.day + interval '24 hours'
    GROUP BY 1, 2
    ON CONFLICT (series_id, bucket) DO UPDATE
    SET n = excluded.n, mean = excluded.mean, min = excluded.min, max = excluded.max
"""

EMPTY_DAYS = """
    -- Those of these days that have no hour left.
    DELETE FROM rollup_day r
    USING unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    WHERE r.series_id = w.series_id AND r.bucket = date_trunc('day', w.bucket, 'UTC')
        AND NOT EXISTS (
            SELECT FROM rollup_hour h WHERE h.series_id = r.series_id
                AND h.bucket >= r.bucket AND h.bucket < r.bucket + interval '24 hours'
        )
"""

DONE = """
    -- Work that is done.
    DELETE FROM rollup_work r
    USING unnest(%(series)s::int[], %(buckets)s::timestamptz[]) AS w(series_id, bucket)
    WHERE r.series_id = w.series_id AND r.bucket = w.bucket
"""

REFRESH_MINUTES = """
    -- Minutes of a stretch of whole hours: those alone whose readings have changed.
    CALL refresh_continuous_aggregate('rollup_minute', %s::timestamptz, %s::timestamptz)
"""

REFRESH_HOURS = """
    -- Its hours, from the readings: their minutes may have been let go of.
    CALL refresh_continuous_aggregate('rollup_hour', %s::timestamptz, %s::timestamptz)
"""

REFRESH_DAYS = """
    -- A stretch of whole days of UTC, from their hours.
    CALL refresh_continuous_aggregate('rollup_day', %s::timestamptz, %s::timestamptz)
"""

LOCK_SESSION = """
    -- Be alone at it beyond one transaction: a refresh has transactions of its own.
    SELECT pg_try_advisory_lock(%s)
"""

UNLOCK_SESSION = """
    -- Let others at it.
    SELECT pg_advisory_unlock(%s)
"""

STEPS = (MINUTES, EMPTY_MINUTES, HOURS, EMPTY_HOURS, DAYS, EMPTY_DAYS)
"""In this order: each is made from the one before."""
