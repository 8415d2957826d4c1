-- The index of search. Moments ("since", "until", "changed") are milliseconds since the epoch that never repeat or go back.

-- The moment of the last change.
CREATE TABLE search_state (
  id INTEGER PRIMARY KEY NOT NULL CHECK (id = 1),
  changed INTEGER NOT NULL
) STRICT;
INSERT INTO search_state (id, changed) VALUES (1, 0);

-- What the resolver reads of a release, each text once.
CREATE TABLE search_fits (
  id INTEGER PRIMARY KEY NOT NULL,
  body TEXT NOT NULL UNIQUE
) STRICT;

-- One row for the time in which it is true; those that ended are kept for a while, for who turns pages. "doc" is the number
-- under which the worker's words are filed; "revision" the mark of its documents that the row is at least as new as.
CREATE TABLE search_workers (
  "row" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  doc INTEGER NOT NULL,
  worker TEXT NOT NULL,
  revision INTEGER NOT NULL,
  digest TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER,
  changed INTEGER NOT NULL,
  name TEXT NOT NULL,
  labels TEXT NOT NULL,
  published_at INTEGER NOT NULL,
  downloads INTEGER NOT NULL,
  flags INTEGER NOT NULL,
  publisher TEXT NOT NULL,
  fit INTEGER NOT NULL REFERENCES search_fits (id)
) STRICT;
CREATE UNIQUE INDEX search_workers_current ON search_workers (worker) WHERE until IS NULL;
CREATE INDEX search_workers_worker ON search_workers (worker);
CREATE INDEX search_workers_changed ON search_workers (changed, "row");
CREATE INDEX search_workers_former ON search_workers (until) WHERE until IS NOT NULL;
CREATE INDEX search_workers_doc ON search_workers (doc);

-- What is shown of a hit.
CREATE TABLE search_texts (
  doc INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  worker TEXT NOT NULL,
  digest TEXT NOT NULL,
  summary TEXT NOT NULL,
  readme TEXT NOT NULL
) STRICT;
CREATE INDEX search_texts_worker ON search_texts (worker);

-- Words that typing errors are corrected to.
CREATE TABLE search_terms (
  term TEXT PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

-- Workers of somebody official or verified, filed under the texts by which look-alikes are found.
CREATE TABLE search_filed (
  key TEXT NOT NULL,
  worker TEXT NOT NULL,
  publisher TEXT NOT NULL,
  official INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (key, worker)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_filed_worker ON search_filed (worker);

-- Texts come as words that are folded already, with blanks between them: to SQLite every other sign is a letter.
CREATE VIRTUAL TABLE search_words USING fts5 (
  names, tags, description, readme,
  content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3'
);

INSERT INTO due (worker) SELECT id FROM workers;
