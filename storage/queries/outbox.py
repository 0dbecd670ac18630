"""SQL of the outbox: committed batches on their way to the engine."""

VITALS_CHANNEL = "jeg_vitals"
"""NOTIFY channel: readings were committed, the outbox has rows. Payload: patient ids, or `*`."""

TAKE = """
    -- The oldest batches, and when they were committed. They stay until they are deleted.
    SELECT id, payload, (extract(epoch FROM created_at) * 1000)::bigint AS committed_ms
    FROM outbox ORDER BY id LIMIT %s
"""

DELETE = """
    -- Batches that the engine is through with.
    DELETE FROM outbox WHERE id = ANY(%s)
"""

DEPTH = """
    -- Batches waiting, counted no further than is worth telling.
    SELECT count(*) FROM (SELECT FROM outbox LIMIT %s) AS waiting
"""

BURY = """
    -- A batch that the engine cannot read, kept where everything unusable is.
    INSERT INTO dead_letters (reason, topic, payload, readings)
    SELECT %s, 'outbox', payload, readings FROM outbox WHERE id = %s
"""

MARK_ROLLUPS = """
    -- Hours of series whose rollups no longer match their readings. A series that has been
    -- removed meanwhile has none.
    INSERT INTO rollup_dirty (series_id, bucket)
    SELECT a.series_id, to_timestamp(a.hour * 3600.0)
    FROM unnest(%s::int[], %s::bigint[]) AS a(series_id, hour)
    JOIN (SELECT id FROM series WHERE id = ANY(%s) FOR KEY SHARE) AS kept ON kept.id = a.series_id
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING
"""

MARK_CHANGES = """
    -- The same in the transaction that changes the readings. A mark that is there already is of
    -- this change now, and locked until that ends: taken sooner, it would be gone when the change
    -- can be seen.
    INSERT INTO rollup_dirty (series_id, bucket)
    SELECT a.series_id, to_timestamp(a.hour * 3600.0)
    FROM unnest(%s::int[], %s::bigint[]) AS a(series_id, hour)
    JOIN (SELECT id FROM series WHERE id = ANY(%s) FOR KEY SHARE) AS kept ON kept.id = a.series_id
    ORDER BY 1, 2
    ON CONFLICT (series_id, bucket) DO UPDATE SET marked_at = excluded.marked_at
"""
