-- name: listed
SELECT snapshot FROM incidents
WHERE
    (state <> 'open') BETWEEN coalesce(:state <> 'open', FALSE) AND coalesce(:state <> 'open', TRUE)
    AND (:state IS NULL OR state = :state)
    AND (:severity IS NULL OR severity = :severity)
    AND (:drill IS NULL OR drill = :drill)
    AND (:since IS NULL OR declared_at >= :since)
    AND (:service IS NULL OR services::jsonb @> jsonb_build_array(:service::text))
ORDER BY (state <> 'open'), declared_at DESC, number DESC
LIMIT :most

-- name: holding
SELECT snapshot
FROM incidents CROSS JOIN LATERAL jsonb_array_elements(snapshot::jsonb -> 'links') AS owned
WHERE
    owned ->> 'instance' = :instance
    AND owned -> 'link' ->> 'kind' = :kind AND owned -> 'link' ->> 'id' = :id
ORDER BY number
