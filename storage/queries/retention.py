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

ROLLUPS = """
    -- Buckets that are needed no more, the oldest of each series by its index.
    WITH old AS (
        SELECT m.series_id, m.bucket
        FROM series CROSS JOIN LATERAL (
            SELECT series_id, bucket FROM {relation}
            WHERE series_id = series.id AND bucket < now() - %s * interval '1 day'
            ORDER BY bucket
        ) m
        LIMIT %s
    )
    DELETE FROM {relation} r USING old
    WHERE r.series_id = old.series_id AND r.bucket = old.bucket
"""

SCORES = """
    -- Scores of hours so many days ago, the oldest of each patient by its index.
    WITH old AS (
        SELECT h.patient_id, h.kind, h.hour
        FROM users CROSS JOIN unnest(
            ARRAY['news2', 'qsofa', 'shock_index', 'deterioration']) AS k(kind)
        CROSS JOIN LATERAL (
            SELECT patient_id, kind, hour FROM score_history
            WHERE patient_id = users.id AND kind = k.kind
                AND hour < now() - %s * interval '1 day'
            ORDER BY hour
        ) h
        LIMIT %s
    )
    DELETE FROM score_history s USING old
    WHERE s.patient_id = old.patient_id AND s.kind = old.kind AND s.hour = old.hour
"""

SCORE_STATES = """
    -- What the deterioration score remembered at the end of such days; the newest of each patient
    -- stays, because the next hour goes on from it.
    WITH old AS (
        SELECT d.patient_id, d.day
        FROM users CROSS JOIN LATERAL (
            SELECT patient_id, day FROM score_states
            WHERE patient_id = users.id AND day < current_date - %s
                AND day < (SELECT max(day) FROM score_states WHERE patient_id = users.id)
            ORDER BY day
        ) d
        LIMIT %s
    )
    DELETE FROM score_states s USING old WHERE s.patient_id = old.patient_id AND s.day = old.day
"""

REFRESH_TOKENS = """
    -- Refresh tokens that ran out so many days ago: until then, reuse of one is still recognised.
    DELETE FROM refresh_tokens WHERE id IN (
        SELECT id FROM refresh_tokens
        WHERE expires_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

LOGIN_SESSIONS = """
    -- Sessions that nobody could have renewed for so many days.
    DELETE FROM login_sessions WHERE id IN (
        SELECT id FROM login_sessions
        WHERE expires_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

ONE_TIME_TOKENS = """
    -- What was sent to prove an address, and ran out so many days ago.
    DELETE FROM one_time_tokens WHERE id IN (
        SELECT id FROM one_time_tokens
        WHERE expires_at < now() - %s * interval '1 day' LIMIT %s
    )
"""

LOGIN_FAILURES = """
    -- Wrong guesses so many days ago: after one day they count no more.
    DELETE FROM login_failures WHERE key IN (
        SELECT key FROM login_failures
        WHERE last_failed_at < now() - (%s + 1) * interval '1 day' LIMIT %s
    )
"""

DROP_VITALS = """
    -- Whole days of readings, by their files; their rollups stay.
    SELECT drop_chunks('vitals', older_than => now() - %s * interval '1 day')
"""

RETENTION_POLICY = """
    -- For how long the Community edition itself keeps a relation's chunks; no row: for ever.
    SELECT (j.config->>'drop_after')::interval
    FROM timescaledb_information.jobs j
    LEFT JOIN timescaledb_information.continuous_aggregates c
        ON c.materialization_hypertable_name = j.hypertable_name
    WHERE j.proc_name = 'policy_retention' AND coalesce(c.view_name, j.hypertable_name) = %s
"""

REMOVE_RETENTION_POLICY = """
    -- From now on it keeps them for ever.
    SELECT remove_retention_policy(%s::regclass, if_exists => true)
"""

ADD_RETENTION_POLICY = """
    -- From now on it drops what is older than so many days.
    SELECT add_retention_policy(%s::regclass, %s * interval '1 day')
"""

CONVERSATIONS = """
    -- Conversations that nobody went on with for so many days, the oldest of each person.
    DELETE FROM conversations WHERE id IN (
        SELECT c.id FROM users CROSS JOIN LATERAL (
            SELECT id FROM conversations
            WHERE user_id = users.id AND updated_at < now() - %s * interval '1 day'
            ORDER BY updated_at
        ) c
        LIMIT %s
    )
"""

APPOINTMENTS = """
    -- Appointments that were over so many days ago; their documents went before, see OLD_FILES.
    DELETE FROM appointments WHERE id IN (
        SELECT id FROM appointments a
        WHERE appointment_date < now() - %s * interval '1 day'
            AND status IN ('completed', 'cancelled', 'no_show')
            AND NOT EXISTS (SELECT FROM appointment_files f WHERE f.appointment_id = a.id)
        ORDER BY appointment_date LIMIT %s
    )
"""

OLD_FILES = """
    -- Documents of appointments so many days ago, with their keys in the store.
    SELECT f.id, f.file FROM appointments a JOIN appointment_files f ON f.appointment_id = a.id
    WHERE a.appointment_date < now() - %s * interval '1 day'
    ORDER BY a.appointment_date LIMIT %s
"""

DELETE_FILES = "DELETE FROM appointment_files WHERE id = ANY(%s)"

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
