"""SQL of sending: to whom a notification goes, one row per message, and what became of it."""

QUEUE_DELIVERIES = """
    -- Rows to send that were not there yet, each with its job; those that wait are queued for then.
    WITH wanted AS (
        SELECT * FROM jsonb_to_recordset(%(planned)s::jsonb) AS d(
            channel text, target_id uuid, address_class text, state text, not_before timestamptz,
            last_error text)
    ), added AS (
        INSERT INTO deliveries (notification_id, channel, target_id, address_class, state,
            not_before, last_error, sent_at)
        SELECT %(notification_id)s, channel, target_id, address_class, state, not_before,
            last_error, CASE WHEN state = 'sent' THEN now() END
        FROM wanted ORDER BY channel, target_id
        ON CONFLICT (notification_id, channel, target_id) DO NOTHING
        RETURNING id, state, not_before
    )
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW(%(queue)s, 'deliver', %(priority)s, NULL,
        NULL, jsonb_build_object('delivery_id', id), not_before)::procrastinate_job_to_defer_v1))
    FROM added WHERE state = 'queued'
"""

NOTIFICATION = """
    -- A notification and whom it is for, with everything that decides about its channels.
    SELECT n.id, n.user_id, n.hospital_id, n.recipient, n.kind, n.urgent, n.channels, n.created_at,
        coalesce(u.is_active, true) AS is_active,
        coalesce(u.email, '') <> '' AS has_email,
        coalesce(u.phone_number, '') <> '' AS has_phone,
        coalesce(u.is_email_verified, false) AS proved_email,
        coalesce(u.is_phone_verified, false) AS proved_phone,
        coalesce(p.email_notifications, true) AS wants_email,
        coalesce(p.push_notifications, true) AS wants_push,
        coalesce(p.health_reminders, true) AS wants_health,
        coalesce(f.channels, '{}'::jsonb) AS preferred, f.quiet_from, f.quiet_until,
        coalesce(f.time_zone, u.time_zone, 'UTC') AS time_zone,
        ARRAY(SELECT s.id FROM push_subscriptions s WHERE s.user_id = n.user_id
            ORDER BY s.created_at DESC LIMIT 20) AS subscriptions,
        ARRAY(SELECT w.id FROM webhook_endpoints w
            WHERE (w.user_id = n.user_id OR w.hospital_id = n.hospital_id)
                AND (w.kinds = '{}' OR n.kind = ANY (w.kinds))
            ORDER BY w.created_at LIMIT 20) AS endpoints
    FROM notifications n
    LEFT JOIN users u ON u.id = n.user_id
    LEFT JOIN user_profiles p ON p.user_id = n.user_id
    LEFT JOIN notification_preferences f ON f.user_id = n.user_id
    WHERE n.id = %s
"""

CLAIM = """
    -- Take a delivery in hand, unless somebody has it; `doubtful` where whoever had it may have
    -- sent it and died before saying so.
    WITH mine AS (
        SELECT id, claimed_until IS NOT NULL AS doubtful FROM deliveries
        WHERE id = %(id)s AND state IN ('queued', 'failed', 'dead')
            AND (claimed_until IS NULL OR claimed_until < now())
        FOR UPDATE
    )
    UPDATE deliveries d SET claimed_until = now() + %(lease_seconds)s * interval '1 second',
        claimed_at = coalesce(d.claimed_at, now()),
        -- Whoever asks for a dead one again begins anew.
        attempts = CASE WHEN d.state = 'dead' THEN 1 ELSE d.attempts + 1 END
    FROM mine WHERE d.id = mine.id
    RETURNING d.id, d.channel, d.target_id, d.attempts, d.claimed_at, mine.doubtful,
        d.notification_id
"""

STANDING = """
    -- What became of a delivery that could not be taken in hand.
    SELECT state, claimed_until FROM deliveries WHERE id = %s
"""

CONTENT = """
    -- What a delivery says and where it goes. An alarm is named by what is known of it now.
    SELECT n.kind, n.event_key, n.urgent, n.payload, n.created_at, n.user_id,
        coalesce(f.language, h.language, 'en') AS language,
        coalesce(f.time_zone, u.time_zone, p.time_zone, h.time_zone, 'UTC') AS time_zone,
        trim(coalesce(u.first_name || ' ' || u.last_name, p.emergency_contact_name,
            h.first_name || ' ' || h.last_name, '')) AS name,
        -- What proves an address goes to that address, also when the account has another one.
        CASE WHEN t.purpose IN ('verify_email', 'reset_password') THEN t.address
            ELSE coalesce(u.email, h.email, '') END AS email,
        CASE t.purpose WHEN 'verify_phone' THEN t.address
            ELSE coalesce(u.phone_number, p.emergency_contact_phone, '') END AS phone,
        t.id AS token_id, t.purpose,
        trim(coalesce(p.first_name || ' ' || p.last_name, '')) AS patient_name,
        s.endpoint, s.p256dh, s.auth, w.url, w.secret,
        (a.id IS NULL OR a.state IN ('active_unacknowledged', 'latched'))
            AND (n.payload ->> 'token_id' IS NULL
                OR t.used_at IS NULL AND t.expires_at > now())
            -- Nobody is reminded of what is over, moved or cancelled.
            AND (coalesce(n.payload ->> 'about', '') NOT LIKE 'reminder%%'
                OR ap.appointment_date = (n.payload ->> 'starts_at')::timestamptz
                    AND ap.appointment_date > now()
                    AND ap.status IN ('scheduled', 'confirmed')) AS unanswered,
        n.recipient NOT LIKE 'contact:%%' OR c.id IS NOT NULL AS allowed
    FROM notifications n
    LEFT JOIN users u ON u.id = n.user_id
    LEFT JOIN users p ON p.id = (n.payload ->> 'patient_id')::uuid
    LEFT JOIN healthcare_providers h ON n.recipient = 'provider:' || h.id
        AND h.id = (n.payload ->> 'provider_id')::uuid
    LEFT JOIN consents c ON c.patient_id = p.id AND c.scope = 'emergency_contact'
        AND c.revoked_at IS NULL
    LEFT JOIN notification_preferences f ON f.user_id = n.user_id
    LEFT JOIN push_subscriptions s ON s.id = %(target_id)s AND s.user_id = n.user_id
    LEFT JOIN webhook_endpoints w ON w.id = %(target_id)s
    LEFT JOIN one_time_tokens t ON t.id = (n.payload ->> 'token_id')::uuid
    LEFT JOIN alarms a ON a.id = (n.payload ->> 'alarm_id')::uuid
    LEFT JOIN appointments ap ON ap.id = (n.payload ->> 'appointment_id')::uuid
    WHERE n.id = %(notification_id)s
"""

SENT = """
    -- It was sent: the one thing that must not be forgotten.
    UPDATE deliveries SET state = 'sent', sent_at = now(), claimed_until = NULL,
        provider_message_id = %(provider_id)s, last_error = NULL
    WHERE id = %(id)s
"""

SETTLE = """
    -- It was not sent: failed (to be tried again), dead, or suppressed.
    UPDATE deliveries SET state = %(state)s, last_error = %(error)s, claimed_until = NULL
    WHERE id = %(id)s
"""

FORGET_SUBSCRIPTION = """
    -- The browser has taken its subscription back.
    DELETE FROM push_subscriptions WHERE id = %s
"""

OLD = """
    -- Notifications that are old enough to go, with their deliveries.
    DELETE FROM notifications WHERE id IN (
        SELECT id FROM notifications WHERE created_at < now() - %s * interval '1 day'
        ORDER BY created_at LIMIT %s
    )
"""
