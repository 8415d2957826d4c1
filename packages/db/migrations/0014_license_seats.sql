-- Whether seats of a licence are free again when their machine falls silent.
ALTER TABLE licenses ADD COLUMN floating INTEGER NOT NULL DEFAULT 0;
-- How often it was changed: of two records of the same licence, this tells which is newer.
ALTER TABLE licenses ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;

-- Machines that use a licence, by a fingerprint that is good for this licence alone.
CREATE TABLE license_seats (
  license TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  label TEXT,
  activated_at INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  lease_ends_at INTEGER NOT NULL,
  -- When an operator took the seat from its machine, which learns of it when it asks again.
  released_at INTEGER,
  PRIMARY KEY (license, fingerprint)
) STRICT;
