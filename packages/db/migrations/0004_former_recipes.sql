-- Of workers that left their catalog: the version that it brought last, so that nothing older comes back under the name.
CREATE TABLE former_recipes (
  worker TEXT PRIMARY KEY NOT NULL REFERENCES workers (id),
  catalog TEXT NOT NULL,
  version TEXT NOT NULL
) STRICT;
CREATE INDEX former_recipes_catalog ON former_recipes (catalog);
