-- The changes of each worker's keys, as @rbee/provenance reads them: dense from 0, never changed and never deleted. Neither
-- table points to others, so that both are put back first when rows that were lost are restored.
CREATE TABLE publisher_key_changes (
  worker TEXT NOT NULL,
  place INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (worker, place)
) STRICT;

-- Which artifacts have provenance; the envelopes are documents, stored by their SHA-256. Written once and never replaced.
CREATE TABLE artifact_provenance (
  worker TEXT NOT NULL,
  version TEXT NOT NULL,
  platform TEXT NOT NULL,
  variant TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  size INTEGER NOT NULL,
  key_ids TEXT NOT NULL,
  attached_at INTEGER NOT NULL,
  PRIMARY KEY (worker, version, platform, variant)
) STRICT;
