-- name: next_number
SELECT coalesce(max(number), 0) + 1 AS number FROM incidents

-- name: save_incident
INSERT INTO incidents (id, number, key, state, severity, title, services, drill, declared_at, public_at,
    owes_the_end, version, snapshot)
VALUES (:id, :number, :key, :state, :severity, :title, :services, :drill, :declared_at, :public_at,
    :owes_the_end, :version, :snapshot)
ON CONFLICT (id) DO UPDATE SET state = :state, severity = :severity, title = :title,
    services = :services, public_at = :public_at, owes_the_end = :owes_the_end, version = :version,
    snapshot = :snapshot

-- name: add_event
INSERT INTO events (id, incident, seq, kind, at, key, body)
VALUES (:id, :incident, :seq, :kind, :at, :key, :body)

-- name: events
SELECT body FROM events WHERE incident = :incident AND seq <= :upto ORDER BY seq

-- name: event
SELECT body FROM events WHERE id = :id

-- name: turns
SELECT body FROM events
WHERE
    kind IN ('updated', 'resolved', 'cancelled', 'reopened')
    AND incident IN (
        SELECT id FROM incidents
        -- The first of these conditions says nothing of the rows: it lets the index be used.
        WHERE (state <> 'open') IN (FALSE, TRUE) AND declared_at >= coalesce(:since, '') AND drill = 0
    )
ORDER BY incident, seq

-- name: event_with_key
SELECT body FROM events
WHERE
    incident = :incident AND key = :key AND (:kind IS NULL OR kind = :kind)
    AND seq >= (
        SELECT coalesce(max(seq), 0) FROM events WHERE incident = :incident AND kind = 'reopened'
    )

-- name: incident
SELECT snapshot FROM incidents WHERE id = :id

-- name: numbered
SELECT snapshot FROM incidents WHERE number = :number

-- name: open_with_key
SELECT snapshot FROM incidents WHERE key = :key AND state = 'open'

-- name: open_since
SELECT snapshot FROM incidents WHERE state = 'open' AND declared_at >= :since ORDER BY declared_at DESC

-- name: listed
SELECT snapshot FROM incidents
WHERE
    -- What the next line says of the rows, said of the index: else all are read for the few open ones.
    (state <> 'open') BETWEEN coalesce(:state <> 'open', FALSE) AND coalesce(:state <> 'open', TRUE)
    AND (:state IS NULL OR state = :state)
    AND (:severity IS NULL OR severity = :severity)
    AND (:drill IS NULL OR drill = :drill)
    AND (:since IS NULL OR declared_at >= :since)
    AND (:service IS NULL OR EXISTS (SELECT 1 FROM json_each(services) WHERE value = :service))
ORDER BY (state <> 'open'), declared_at DESC, number DESC
LIMIT :most

-- name: public
SELECT id, public_at, snapshot, EXISTS (
    SELECT 1 FROM lanes WHERE incident = incidents.id AND instance = :instance
) AS joined
FROM incidents
WHERE public_at IS NOT NULL AND (:before IS NULL OR (public_at, id) < (:before, :before_id))
ORDER BY public_at DESC, id DESC
LIMIT 200

-- name: publicly_open
SELECT snapshot, EXISTS (
    SELECT 1 FROM lanes WHERE incident = incidents.id AND instance = :instance
) AS joined
FROM incidents
WHERE public_at IS NOT NULL AND (state = 'open' OR owes_the_end <> 0)

-- name: holding
SELECT snapshot FROM incidents, json_each(incidents.snapshot, '$.links') AS owned
WHERE
    json_extract(owned.value, '$.instance') = :instance
    AND json_extract(owned.value, '$.link.kind') = :kind AND json_extract(owned.value, '$.link.id') = :id
ORDER BY number

-- name: all_ids
SELECT id FROM incidents ORDER BY number
