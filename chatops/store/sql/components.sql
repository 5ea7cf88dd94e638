-- name: all
SELECT * FROM components WHERE instance = :instance

-- name: put
INSERT INTO components (instance, component, baseline, set_to, unsure_from)
VALUES (:instance, :component, :baseline, :set_to, :unsure_from)
ON CONFLICT (instance, component) DO UPDATE SET
    baseline = :baseline, set_to = :set_to, unsure_from = :unsure_from

-- name: forget
DELETE FROM components WHERE instance = :instance AND component = :component
