-- What others attested who built a published artifact once more; the envelopes are documents, stored by their SHA-256. Of one
-- key and artifact the row that is not superseded counts. The table points to no other, so that its rows can be put
-- back whatever else was lost.
CREATE TABLE rebuilds (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  worker TEXT NOT NULL,
  version TEXT NOT NULL,
  platform TEXT NOT NULL,
  variant TEXT NOT NULL,
  key_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  account TEXT NOT NULL,
  own INTEGER NOT NULL,
  reproduced INTEGER NOT NULL,
  rebuilt TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL,
  superseded_at INTEGER
) STRICT;
CREATE UNIQUE INDEX rebuilds_current ON rebuilds (worker, version, platform, variant, key_id)
  WHERE superseded_at IS NULL;
CREATE INDEX rebuilds_key ON rebuilds (key_id);
CREATE INDEX rebuilds_account ON rebuilds (account);

-- Rebuilders, by the id of a key or as an account, whom operators do not count.
CREATE TABLE rebuilder_strikes (
  rebuilder TEXT PRIMARY KEY NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
