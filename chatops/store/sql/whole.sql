-- The tables as a whole, for a copy: what refers to others comes after them.

-- name: used
SELECT 1 AS one FROM incidents UNION ALL SELECT 1 FROM instances LIMIT 1

-- name: incidents
SELECT * FROM incidents ORDER BY number

-- name: events
SELECT * FROM events ORDER BY incident, seq

-- name: instances
SELECT * FROM instances ORDER BY name

-- name: lanes
SELECT * FROM lanes ORDER BY incident, instance

-- name: deliveries
SELECT * FROM deliveries ORDER BY id

-- name: steps
SELECT * FROM steps ORDER BY scope, instance, step

-- name: components
SELECT * FROM components ORDER BY instance, component

-- name: requests
SELECT * FROM requests ORDER BY instance, at
