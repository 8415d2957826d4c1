-- Times are milliseconds since the epoch. JSON that can outgrow the largest row of D1 (2 MB) lies in tables named
-- *_bodies, cut into parts that are put together in order.

CREATE TABLE tokens (
  id TEXT PRIMARY KEY NOT NULL,
  hash TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL CHECK (scope IN ('publish', 'operator')),
  worker TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER
) STRICT;

CREATE TABLE workers (
  id TEXT PRIMARY KEY NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('official', 'community')),
  owner TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Rows of this table are never deleted: a name that was given once stays with its worker.
CREATE TABLE names (
  name TEXT PRIMARY KEY NOT NULL,
  worker TEXT NOT NULL REFERENCES workers (id),
  kind TEXT NOT NULL CHECK (kind IN ('worker', 'variant', 'alias')),
  variant TEXT
) STRICT;
CREATE INDEX names_worker ON names (worker);

CREATE TABLE recipes (
  worker TEXT PRIMARY KEY NOT NULL REFERENCES workers (id),
  catalog TEXT NOT NULL,
  hash TEXT NOT NULL,
  version TEXT NOT NULL,
  path TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX recipes_catalog ON recipes (catalog);

CREATE TABLE recipe_bodies (
  worker TEXT NOT NULL REFERENCES recipes (worker) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (worker, part)
) STRICT;

CREATE TABLE releases (
  worker TEXT NOT NULL REFERENCES workers (id),
  version TEXT NOT NULL,
  identity TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  published_by TEXT NOT NULL,
  yanked TEXT,
  quarantined TEXT,
  PRIMARY KEY (worker, version)
) STRICT;

-- Deferred, because a release is inserted last of everything that belongs to it.
CREATE TABLE release_bodies (
  worker TEXT NOT NULL,
  version TEXT NOT NULL,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (worker, version, part),
  FOREIGN KEY (worker, version) REFERENCES releases (worker, version) DEFERRABLE INITIALLY DEFERRED
) STRICT;

CREATE TABLE blobs (
  sha256 TEXT PRIMARY KEY NOT NULL,
  size INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('tar.zst', 'tar.gz')),
  digest TEXT NOT NULL,
  unpacked_size INTEGER NOT NULL,
  stored_at INTEGER NOT NULL,
  programs TEXT NOT NULL,
  metadata TEXT
) STRICT;

CREATE TABLE uploads (
  id TEXT PRIMARY KEY NOT NULL,
  token_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('tar.zst', 'tar.gz')),
  digest TEXT NOT NULL,
  staging TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_token ON uploads (token_id, sha256);
CREATE INDEX uploads_expires_at ON uploads (expires_at);

CREATE TABLE upload_parts (
  upload TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  PRIMARY KEY (upload, part)
) STRICT;

CREATE TABLE syncs (
  id TEXT PRIMARY KEY NOT NULL,
  catalog TEXT NOT NULL,
  git_commit TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sync_bodies (
  sync TEXT NOT NULL REFERENCES syncs (id) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (sync, part)
) STRICT;

CREATE TABLE catalog_states (
  catalog TEXT PRIMARY KEY NOT NULL,
  position INTEGER NOT NULL
) STRICT;

CREATE TABLE catalog_state_bodies (
  catalog TEXT NOT NULL REFERENCES catalog_states (catalog) ON DELETE CASCADE,
  part INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (catalog, part)
) STRICT;

-- One row per change of a worker whose documents are not written yet. AUTOINCREMENT never gives a number twice, so
-- that clearing an old mark cannot clear a newer one.
CREATE TABLE due (
  revision INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  worker TEXT NOT NULL REFERENCES workers (id)
) STRICT;
CREATE INDEX due_worker ON due (worker);
