-- name: get
SELECT * FROM steps WHERE scope = :scope AND instance = :instance AND step = :step

-- name: posted
INSERT INTO steps (scope, instance, step, posted_at, not_before)
VALUES (:scope, :instance, :step, :posted_at, :not_before)
ON CONFLICT (scope, instance, step) DO UPDATE SET posted_at = :posted_at, not_before = :not_before

-- name: not_posted
UPDATE steps SET posted_at = NULL, not_before = NULL
WHERE scope = :scope AND instance = :instance AND step = :step

-- name: finished
UPDATE steps SET result = :result WHERE scope = :scope AND instance = :instance AND step = :step

-- name: unconfirmed
SELECT max(not_before) AS not_before FROM steps
WHERE scope IN (:event, :incident) AND instance = :instance AND posted_at IS NOT NULL AND result IS NULL

-- name: forget
DELETE FROM steps WHERE scope = :scope AND instance = :instance
