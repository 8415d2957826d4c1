-- A catalog that could not be read. Beside catalog_states, because one that was never read has no state.
CREATE TABLE catalog_failures (
  catalog TEXT PRIMARY KEY NOT NULL,
  position INTEGER NOT NULL,
  failed_at INTEGER NOT NULL,
  body TEXT NOT NULL
) STRICT;

-- Place among the catalogs of the operator; null where the client does not say.
ALTER TABLE syncs ADD COLUMN position INTEGER;

-- Account names of those who may change the folder, as a JSON array; null where code before this migration wrote the row.
ALTER TABLE recipes ADD COLUMN maintainers TEXT;
UPDATE recipes SET maintainers = (
  SELECT body -> '$.manifest.maintainers' FROM recipe_bodies
  WHERE recipe_bodies.worker = recipes.worker AND part = 0 AND json_valid(body)
);

-- Entries that were refused as they stand in their catalog, so that they need not be sent again while nothing changed.
CREATE TABLE refusals (
  catalog TEXT NOT NULL,
  worker TEXT NOT NULL,
  hash TEXT NOT NULL,
  rules INTEGER NOT NULL,
  blocker TEXT,
  blocker_state TEXT,
  body TEXT NOT NULL,
  PRIMARY KEY (catalog, worker)
) STRICT;
