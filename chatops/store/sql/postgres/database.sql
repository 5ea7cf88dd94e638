-- name: begin
BEGIN;
SELECT pg_advisory_xact_lock(:lock, 0);
SELECT pg_current_xact_id()::text AS xid

-- name: alone
SELECT pg_advisory_xact_lock(:lock, 0);

-- name: freeze
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY

-- name: became
SELECT pg_xact_status(:xid::xid8) AS status

-- name: now
SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS now

-- name: lock
SELECT pg_try_advisory_lock(:lock, hashtext(:name)) AS taken

-- name: listen
LISTEN chatops

-- name: serve
SELECT pg_advisory_lock_shared(:lock, hashtext('serves ' || name))
FROM json_array_elements_text(:names) AS name

-- name: serve_no_more
SELECT pg_advisory_unlock_shared(:lock, hashtext('serves ' || name))
FROM json_array_elements_text(:names) AS name

-- name: served
SELECT name FROM instances
WHERE EXISTS (
    SELECT FROM pg_locks AS held JOIN pg_database AS here ON here.oid = held.database
    WHERE
        here.datname = current_database() AND held.locktype = 'advisory' AND held.mode = 'ShareLock'
        AND held.classid::bigint = :lock
        AND held.objid::bigint = hashtext('serves ' || name)::bigint & 4294967295
)

-- name: settings
-- Whoever is suspended in the middle of a transaction must not hold up everybody else.
SELECT
    set_config('search_path', 'chatops', FALSE),
    set_config('lock_timeout', :busy, FALSE),
    set_config('idle_in_transaction_session_timeout', :idle, FALSE),
    set_config('synchronous_commit', 'on', FALSE)

-- name: has
SELECT to_regnamespace('chatops') IS NOT NULL AS schema, to_regclass('chatops.migrations') IS NOT NULL AS number

-- name: make_schema
CREATE SCHEMA chatops

-- name: make_number
CREATE TABLE migrations (number INTEGER PRIMARY KEY, at TEXT NOT NULL)

-- name: number
SELECT coalesce(max(number), 0) AS number FROM migrations

-- name: migrated
INSERT INTO migrations (number, at) VALUES (:number, :now)

-- name: go_on_counting
SELECT setval(pg_get_serial_sequence('deliveries', 'id'), coalesce(max(id), 0) + 1, FALSE) FROM deliveries
