-- name: forget
DELETE FROM requests WHERE instance = :instance AND (at <= :since OR at > :until)

-- name: nth_newest
SELECT at FROM requests WHERE instance = :instance ORDER BY at DESC LIMIT 1 OFFSET :n

-- name: add
INSERT INTO requests (instance, at) VALUES (:instance, :at)
