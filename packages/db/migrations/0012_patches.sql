-- What turns the archive of an earlier release into that of an artifact, stored beside the archives by its SHA-256. The table
-- points to no other, so that its rows can be put back whatever else was lost.
CREATE TABLE patches (
  worker TEXT NOT NULL,
  version TEXT NOT NULL,
  platform TEXT NOT NULL,
  variant TEXT NOT NULL,
  from_digest TEXT NOT NULL,
  from_version TEXT NOT NULL,
  format TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (worker, version, platform, variant, from_digest)
) STRICT;
