-- Licences of premium workers, without their tokens: whoever holds one proves it by its signature.
CREATE TABLE licenses (
  number INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  id TEXT NOT NULL UNIQUE,
  customer TEXT NOT NULL,
  workers TEXT NOT NULL,
  entitlements TEXT NOT NULL,
  seats INTEGER,
  trial INTEGER NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  revoke_reason TEXT
) STRICT;

-- Documents of releases say what they cost, and archives of those that are sold are not handed to everybody any more.
INSERT INTO due (worker) SELECT id FROM workers;
