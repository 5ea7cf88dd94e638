-- name: ready
SELECT * FROM (
    SELECT *, row_number() OVER (PARTITION BY instance ORDER BY ready_at, id) AS turn
    FROM heads
    WHERE
        -- What was never tried waits for no time: the clock may have been set back since it was planned.
        (ready_at <= :now OR state = 'pending') AND (:incident IS NULL OR incident = :incident)
        AND (:names IS NULL OR instance IN (SELECT json_array_elements_text(:names)))
) AS waiting
WHERE turn <= :each
ORDER BY ready_at, id

-- name: next_ready
SELECT min(ready_at) AS ready_at FROM heads
WHERE :names IS NULL OR instance IN (SELECT json_array_elements_text(:names))

-- name: unsettled
SELECT * FROM deliveries
WHERE settled_at IS NULL AND (:incident IS NULL OR incident = :incident)
ORDER BY id LIMIT :most

-- name: counts
SELECT instance, state, count(*) AS count FROM deliveries
WHERE settled_at IS NULL GROUP BY instance, state
