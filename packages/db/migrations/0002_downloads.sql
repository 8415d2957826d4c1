-- Download counts. Addresses of clients stand in none of these tables. Days are UTC, as YYYY-MM-DD.

-- What releases offer, and how often it was fetched.
CREATE TABLE release_artifacts (
  id INTEGER PRIMARY KEY NOT NULL,
  worker TEXT NOT NULL,
  version TEXT NOT NULL,
  variant TEXT NOT NULL,
  platform TEXT NOT NULL,
  downloads INTEGER NOT NULL DEFAULT 0,
  FOREIGN KEY (worker, version) REFERENCES releases (worker, version) DEFERRABLE INITIALLY DEFERRED
) STRICT;
CREATE UNIQUE INDEX release_artifacts_release ON release_artifacts (worker, version, variant, platform);

-- Which artifact the bytes of an archive are: the one that named them first, so that nobody collects the downloads of
-- others by publishing their bytes again.
CREATE TABLE release_archives (
  sha256 TEXT PRIMARY KEY NOT NULL,
  artifact INTEGER NOT NULL REFERENCES release_artifacts (id)
) STRICT;
CREATE INDEX release_archives_artifact ON release_archives (artifact);

-- Who fetched what on a day, as a keyed hash whose key ends with the day. Rows are deleted soon after it.
CREATE TABLE download_marks (
  day TEXT NOT NULL,
  client TEXT NOT NULL,
  artifact INTEGER NOT NULL,
  counted INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (day, client, artifact)
) STRICT, WITHOUT ROWID;
CREATE INDEX download_marks_uncounted ON download_marks (artifact) WHERE counted = 0;

-- `documented` is the number that the worker's statistics document shows: where it differs, the document is due.
CREATE TABLE downloads_by_worker (
  worker TEXT PRIMARY KEY NOT NULL,
  downloads INTEGER NOT NULL,
  documented INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX downloads_by_worker_most ON downloads_by_worker (downloads);
CREATE INDEX downloads_by_worker_due ON downloads_by_worker (worker) WHERE documented <> downloads;

CREATE TABLE downloads_by_worker_day (
  worker TEXT NOT NULL,
  day TEXT NOT NULL,
  downloads INTEGER NOT NULL,
  PRIMARY KEY (worker, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE downloads_by_day (
  day TEXT PRIMARY KEY NOT NULL,
  downloads INTEGER NOT NULL
) STRICT;
