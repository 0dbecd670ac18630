"""SQL of judging dead letters again."""

WAITING = """
    -- The next dead letters of these reasons that are not released, locked for this transaction.
    SELECT id, received_at, reason, device_id, topic, payload, readings, boot, seq, outcome
    FROM dead_letters
    WHERE reason = ANY(%(reasons)s) AND released_at IS NULL AND replayable AND id > %(after)s
        AND (%(device)s::uuid IS NULL OR device_id = %(device)s)
        AND (%(letter)s::bigint IS NULL OR id = %(letter)s)
        AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
    ORDER BY id LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
"""

NOT_REPLAYABLE = """
    -- How many of these reasons can never be judged again.
    SELECT count(*) FROM dead_letters
    WHERE reason = ANY(%(reasons)s) AND released_at IS NULL AND NOT replayable
        AND (%(device)s::uuid IS NULL OR device_id = %(device)s)
        AND (%(letter)s::bigint IS NULL OR id = %(letter)s)
        AND (%(since)s::timestamptz IS NULL OR received_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR received_at < %(until)s)
"""

FIRST_OUTCOMES = """
    -- What numbered messages were counted as when they were counted, and whether a letter of
    -- theirs was released before.
    SELECT l.device_id, l.boot, l.seq, (array_agg(l.outcome ORDER BY l.id))[1],
           bool_or(l.released_at IS NOT NULL)
    FROM dead_letters l
    JOIN (SELECT DISTINCT * FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]))
        AS m(device_id, boot, seq) USING (device_id, boot, seq)
    WHERE l.outcome IS NOT NULL
    GROUP BY l.device_id, l.boot, l.seq
"""

MOVE_LEDGERS = """
    -- Messages that are something else now than they were counted as, and readings likewise.
    UPDATE device_ledgers l SET
        stored = l.stored + m.stored,
        duplicate = l.duplicate + m.duplicate,
        quarantined = l.quarantined + m.quarantined,
        rejected = l.rejected + m.rejected,
        readings_stored = l.readings_stored + m.readings_stored,
        readings_duplicate = l.readings_duplicate + m.readings_duplicate,
        readings_rejected = (
            SELECT coalesce(jsonb_object_agg(key, n), '{}') FROM (
                SELECT key, sum(value::bigint) AS n FROM (
                    SELECT * FROM jsonb_each_text(l.readings_rejected)
                    UNION ALL SELECT * FROM jsonb_each_text(m.refused)
                ) AS both_of_them
                GROUP BY key HAVING sum(value::bigint) <> 0
            ) AS summed
        ),
        updated_at = now()
    FROM unnest(
        %s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[],
        %s::bigint[], %s::bigint[], %s::jsonb[]
    ) AS m(
        device_id, boot, stored, duplicate, quarantined, rejected, readings_stored,
        readings_duplicate, refused
    )
    WHERE l.device_id = m.device_id AND l.boot = m.boot
"""

RELEASED = "UPDATE dead_letters SET released_at = now() WHERE id = ANY(%s)"
"""Mark what was stored after all."""
