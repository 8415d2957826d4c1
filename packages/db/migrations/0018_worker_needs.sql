-- What workers name among what they need, by name alone: the names may be those of packages, of workers, or of workers to come.
CREATE TABLE worker_needs (
  name TEXT NOT NULL,
  worker TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('run', 'build', 'optional')),
  PRIMARY KEY (name, worker, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX worker_needs_worker ON worker_needs (worker);
-- The downloads of the last days, of all workers: what rises is found without reading what was counted before.
CREATE INDEX downloads_by_worker_day_day ON downloads_by_worker_day (day, worker, downloads);
INSERT INTO due (worker) SELECT id FROM workers;
