-- Archives of versions that kept no lists of files: each is read once more, and leaves this table before that begins.
CREATE TABLE unlisted_archives (
  digest TEXT PRIMARY KEY NOT NULL,
  sha256 TEXT NOT NULL,
  format TEXT NOT NULL CHECK (format IN ('tar.zst', 'tar.gz'))
) STRICT;
INSERT INTO unlisted_archives (digest, sha256, format)
  SELECT digest, min(sha256), format FROM blobs GROUP BY digest;
-- Documents of versions before name no changelog: those of every worker are written again.
INSERT INTO due (worker) SELECT id FROM workers;
