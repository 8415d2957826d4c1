-- The transparency log. Places are dense from 0 and given once; `body` is the entry itself, whose bytes are hashed.
CREATE TABLE log_entries (
  sequence INTEGER PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL,
  worker TEXT,
  version TEXT,
  event INTEGER,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX log_entries_worker ON log_entries (worker, version, kind);
CREATE INDEX log_entries_event ON log_entries (event);

-- 1 once the release has its entry; null also where code before this migration wrote the row.
ALTER TABLE releases ADD COLUMN logged INTEGER;
CREATE INDEX releases_unlogged ON releases (published_at, worker, version) WHERE logged IS NULL;
