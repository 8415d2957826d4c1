-- Since when a release is withdrawn or blocked, and what it cures; the columns with the reasons are there already.
ALTER TABLE releases ADD COLUMN yanked_at INTEGER;
ALTER TABLE releases ADD COLUMN quarantined_at INTEGER;
ALTER TABLE releases ADD COLUMN security_fix TEXT;
CREATE INDEX releases_quarantined ON releases (quarantined_at) WHERE quarantined IS NOT NULL;

CREATE TABLE deprecations (
  worker TEXT PRIMARY KEY NOT NULL REFERENCES workers (id),
  reason TEXT NOT NULL,
  successor TEXT,
  at INTEGER NOT NULL
) STRICT;

-- Who did what to a release or a worker, when and why. Rows are never changed and never deleted.
CREATE TABLE worker_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  worker TEXT NOT NULL REFERENCES workers (id),
  version TEXT,
  reason TEXT NOT NULL,
  successor TEXT,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX worker_events_worker ON worker_events (worker);
