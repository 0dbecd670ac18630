"""SQL of housekeeping: what is old enough to go, a bounded number of rows at a time."""

DEAD_LETTERS = """
    -- Refused messages that nobody has asked about for so many days.
    DELETE FROM dead_letters WHERE id IN (
        SELECT id FROM dead_letters
        WHERE received_at < now() - %s * interval '1 day' ORDER BY received_at LIMIT %s
    )
"""

UNCALLED_ALARMS = """
    -- Conditions that never lasted for their delay: nobody was called.
    DELETE FROM alarms WHERE id IN (
        SELECT id FROM alarms
        WHERE state = 'closed' AND activated_at IS NULL AND NOT retrospective
            AND started_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

CLOSED_ALARMS = """
    -- Alarms that were closed so many days ago, with every step of theirs.
    DELETE FROM alarms WHERE id IN (
        SELECT id FROM alarms
        WHERE state = 'closed' AND closed_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

ROLLUP_MINUTES = """
    -- Minutes that are only needed for a close look at the recent past.
    DELETE FROM rollup_minute WHERE (series_id, bucket) IN (
        SELECT series_id, bucket FROM rollup_minute
        WHERE bucket < now() - %s * interval '1 day' LIMIT %s
    )
"""

REFRESH_TOKENS = """
    -- Refresh tokens that ran out so many days ago: until then, reuse of one is still recognised.
    DELETE FROM refresh_tokens WHERE id IN (
        SELECT id FROM refresh_tokens
        WHERE expires_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

DROP_VITALS = """
    -- Whole days of readings, by their files; their rollups stay.
    SELECT drop_chunks('vitals', older_than => now() - %s * interval '1 day')
"""

COMMANDS = """
    -- Commands of so many days ago, whatever became of them.
    DELETE FROM device_commands WHERE id IN (
        SELECT id FROM device_commands
        WHERE created_at < now() - %s * interval '1 day' ORDER BY created_at LIMIT %s
    )
"""

TIME_OUT_COMMANDS = """
    -- Commands that nobody answered in time.
    UPDATE device_commands SET status = 'timed_out'
    WHERE status IN ('pending', 'sent') AND expires_at < now()
"""

PULSE = """
    -- Whether the database answers.
    SELECT 1
"""
