-- name: add
INSERT INTO deliveries (event, incident, instance, hook, position, due_at, changed_at)
VALUES (:event, :incident, :instance, :hook, :position, :now, :now)
ON CONFLICT (event, instance, hook) DO NOTHING

-- name: add_again
INSERT INTO deliveries (event, incident, instance, hook, position, due_at, changed_at)
VALUES (:event, :incident, :instance, :hook, :position, :now, :now)
ON CONFLICT (event, instance, hook) DO UPDATE SET
    state = 'retry', settled_at = NULL, position = :position, due_at = :now, changed_at = :now
RETURNING *

-- name: join_lane
INSERT INTO lanes (incident, instance) VALUES (:incident, :instance) ON CONFLICT DO NOTHING

-- name: joined
SELECT instance FROM lanes WHERE incident = :incident

-- name: incidents_of
SELECT incident FROM lanes WHERE instance = :instance

-- name: ready
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY instance ORDER BY ready_at, id) AS turn
    FROM heads
    WHERE
        -- What was never tried waits for no time: the clock may have been set back since it was planned.
        (ready_at <= :now OR state = 'pending') AND (:incident IS NULL OR incident = :incident)
        AND (:names IS NULL OR instance IN (SELECT value FROM json_each(:names)))
)
WHERE turn <= :each
ORDER BY ready_at, id

-- name: next_ready
SELECT min(ready_at) AS ready_at FROM heads
WHERE :names IS NULL OR instance IN (SELECT value FROM json_each(:names))

-- name: one
SELECT * FROM deliveries WHERE id = :id

-- name: of_incident
SELECT * FROM deliveries WHERE incident = :incident ORDER BY position, id

-- name: unsettled
SELECT * FROM deliveries INDEXED BY deliveries_unsettled
WHERE settled_at IS NULL AND (:incident IS NULL OR incident = :incident)
ORDER BY id LIMIT :most

-- name: counts
SELECT instance, state, count(*) AS count FROM deliveries INDEXED BY deliveries_unsettled
WHERE settled_at IS NULL GROUP BY instance, state

-- name: recent
SELECT * FROM deliveries ORDER BY id DESC LIMIT :most

-- name: of_lane
SELECT * FROM deliveries WHERE incident = :incident AND instance = :instance ORDER BY position, id

-- name: settle
UPDATE deliveries SET state = :state, due_at = :due_at, reason = :reason, gone = :gone, changed_at = :now,
    attempts = attempts + :tried, settled_at = :settled_at
WHERE id = :id AND settled_at IS NULL
RETURNING *

-- name: supersede_links_changed
UPDATE deliveries SET state = 'superseded', reason = 'a newer link', changed_at = :now, settled_at = :now
WHERE incident = :incident AND instance = :instance AND hook = 'links_changed' AND settled_at IS NULL

-- name: lane_owner
SELECT owner FROM lanes WHERE incident = :incident AND instance = :instance

-- name: lease
UPDATE lanes SET owner = :owner, epoch = epoch + 1, leased_until = :until
WHERE incident = :incident AND instance = :instance
    AND (owner IS NULL OR owner = :takeover OR leased_until < :now)
    AND EXISTS (SELECT 1 FROM deliveries WHERE id = :id AND changed_at = :changed_at)
RETURNING epoch

-- name: release
UPDATE lanes SET owner = NULL, epoch = epoch + 1, leased_until = NULL
WHERE incident = :incident AND instance = :instance AND epoch = :epoch

-- name: holds
SELECT 1 FROM lanes WHERE incident = :incident AND instance = :instance AND epoch = :epoch

-- name: remove
DELETE FROM deliveries WHERE id = :id
