-- name: all
SELECT * FROM instances ORDER BY name

-- name: one
SELECT * FROM instances WHERE name = :name

-- name: put
INSERT INTO instances (name, plugin, source, enabled, filters)
VALUES (:name, :plugin, :source, 1, :filters)
ON CONFLICT (name) DO UPDATE SET plugin = :plugin, source = :source, enabled = 1, filters = :filters,
    became = NULL,
    traits = CASE WHEN instances.plugin = :plugin THEN instances.traits END

-- name: disable
UPDATE instances SET enabled = 0 WHERE name = :name

-- name: learn
UPDATE instances SET traits = :traits WHERE name = :name

-- name: pause
UPDATE instances SET paused_until = :until WHERE name = :name

-- name: rename
UPDATE instances SET name = :new WHERE name = :old

-- name: remember
INSERT INTO instances (name, plugin, source, enabled, filters, became)
SELECT :old, plugin, source, 0, filters, :new FROM instances WHERE name = :new

-- name: remove
DELETE FROM instances WHERE name = :name
