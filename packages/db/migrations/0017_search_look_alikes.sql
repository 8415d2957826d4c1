-- All workers, filed under the texts by which those that look alike are found. "standing" is 2 for official workers, 1 for those of
-- verified publishers, 0 for others, and nothing for those that are not there any more. "publisher" is a proven one. (search_filed held
-- those of somebody official or verified alone; the version before still writes it.)
CREATE TABLE search_alike (
  number INTEGER PRIMARY KEY NOT NULL,
  worker TEXT NOT NULL UNIQUE,
  publisher TEXT,
  standing INTEGER,
  created_at INTEGER NOT NULL
) STRICT;
CREATE TABLE search_alike_keys (
  key TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (key, number)
) STRICT, WITHOUT ROWID;
-- Names change, ids do not.
CREATE INDEX search_alike_names ON search_alike_keys (number) WHERE key >= 'name ' AND key < 'name!';

-- What stands ahead of READMEs, which most questions are about: their lists are a tenth as long.
CREATE VIRTUAL TABLE search_heads USING fts5 (
  names, tags, properties, description,
  content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '2 3'
);

-- Words whose first letter is wrong or missing.
CREATE INDEX search_terms_rest ON search_terms (substr(term, 2), term);

-- Whether words were lost, so that workers have to be indexed anew.
ALTER TABLE search_state ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

INSERT INTO due (worker) SELECT id FROM workers;
