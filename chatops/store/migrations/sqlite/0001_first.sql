CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    number INTEGER NOT NULL UNIQUE,
    key TEXT,
    state TEXT NOT NULL,
    severity TEXT NOT NULL,
    title TEXT NOT NULL,
    services TEXT NOT NULL,
    drill INTEGER NOT NULL,
    declared_at TEXT NOT NULL,
    public_at TEXT,
    owes_the_end INTEGER NOT NULL,
    version INTEGER NOT NULL,
    snapshot TEXT NOT NULL
);
CREATE INDEX incidents_listed ON incidents ((state <> 'open'), declared_at DESC, number DESC);
CREATE INDEX incidents_open ON incidents (declared_at) WHERE state = 'open';
CREATE INDEX incidents_public ON incidents (public_at, id) WHERE public_at IS NOT NULL;
CREATE UNIQUE INDEX incidents_open_key ON incidents (key) WHERE key IS NOT NULL AND state = 'open';

CREATE TABLE events (
    id TEXT PRIMARY KEY,
    incident TEXT NOT NULL REFERENCES incidents (id),
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    key TEXT,
    body TEXT NOT NULL,
    UNIQUE (incident, seq)
);
CREATE INDEX events_key ON events (incident, key) WHERE key IS NOT NULL;

CREATE TABLE instances (
    name TEXT PRIMARY KEY,
    plugin TEXT NOT NULL,
    source TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    filters TEXT NOT NULL,
    traits TEXT,
    paused_until TEXT,
    became TEXT
);

CREATE TABLE lanes (
    incident TEXT NOT NULL REFERENCES incidents (id),
    instance TEXT NOT NULL REFERENCES instances (name) ON UPDATE CASCADE,
    owner TEXT,
    epoch INTEGER NOT NULL DEFAULT 0,
    leased_until TEXT,
    PRIMARY KEY (incident, instance)
);

CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event TEXT NOT NULL REFERENCES events (id),
    incident TEXT NOT NULL,
    instance TEXT NOT NULL,
    hook TEXT NOT NULL,
    position INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending',
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    gone INTEGER NOT NULL DEFAULT 0,
    changed_at TEXT NOT NULL,
    settled_at TEXT,
    UNIQUE (event, instance, hook),
    FOREIGN KEY (incident, instance) REFERENCES lanes (incident, instance) ON UPDATE CASCADE
);
CREATE INDEX deliveries_unsettled ON deliveries (incident, instance, position, id) WHERE settled_at IS NULL;
CREATE INDEX deliveries_of_lane ON deliveries (incident, instance, position);

CREATE TABLE steps (
    scope TEXT NOT NULL,
    instance TEXT NOT NULL REFERENCES instances (name) ON UPDATE CASCADE,
    step TEXT NOT NULL,
    posted_at TEXT,
    not_before TEXT,
    result TEXT,
    PRIMARY KEY (scope, instance, step)
);

-- When an instance's remote was asked, for as long as its pace counts it.
CREATE TABLE requests (
    instance TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX requests_by_time ON requests (instance, at);

-- A component of a page that we have changed: what it was before, what we set it to, and, while it is not
-- known whether that has arrived, what it was set to until then.
CREATE TABLE components (
    instance TEXT NOT NULL REFERENCES instances (name) ON UPDATE CASCADE,
    component TEXT NOT NULL,
    baseline TEXT NOT NULL,
    set_to TEXT NOT NULL,
    unsure_from TEXT,
    PRIMARY KEY (instance, component)
);

-- The delivery at the head of each lane, and when it may run. What failed stops its lane; a delivery
-- that was never tried does not wait for an instance whose remote is down.
CREATE VIEW heads AS
SELECT
    d.*,
    max(d.due_at, coalesce(CASE WHEN d.attempts > 0 THEN i.paused_until END, '')) AS ready_at
FROM deliveries AS d JOIN instances AS i ON i.name = d.instance
WHERE
    d.settled_at IS NULL AND d.state <> 'failed'
    AND (d.hook = 'links_changed' OR NOT EXISTS (
        SELECT 1 FROM deliveries AS e INDEXED BY deliveries_unsettled
        WHERE
            e.settled_at IS NULL AND e.incident = d.incident AND e.instance = d.instance
            AND e.hook <> 'links_changed' AND (e.position, e.id) < (d.position, d.id)
    ));
