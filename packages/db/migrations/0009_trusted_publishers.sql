-- Workflows that may publish a worker without a token that anybody keeps.
CREATE TABLE trusted_publishers (
  id TEXT PRIMARY KEY NOT NULL,
  worker TEXT NOT NULL REFERENCES workers (id),
  provider TEXT NOT NULL,
  issuer TEXT NOT NULL,
  repository TEXT NOT NULL,
  repository_owner_id TEXT,
  repository_id TEXT,
  workflow TEXT NOT NULL,
  environment TEXT,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX trusted_publishers_worker ON trusted_publishers (worker, created_at);

-- Workers that take releases from trusted publishers only.
CREATE TABLE tokens_refused (
  worker TEXT PRIMARY KEY NOT NULL REFERENCES workers (id),
  at INTEGER NOT NULL
) STRICT;

-- Identity tokens that were exchanged: each is accepted once.
CREATE TABLE used_identities (
  issuer TEXT NOT NULL,
  token_id TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, token_id)
) STRICT;
CREATE INDEX used_identities_expires_at ON used_identities (expires_at);

-- Of a token that was given to a run: the trusted publisher, and the facts of the run as JSON.
ALTER TABLE tokens ADD COLUMN publisher TEXT;
ALTER TABLE tokens ADD COLUMN run TEXT;

-- Who published a release, as JSON; null where code before this migration wrote the row.
ALTER TABLE releases ADD COLUMN publisher TEXT;
