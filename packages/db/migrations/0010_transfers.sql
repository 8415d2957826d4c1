-- Where the holder of a token is told of transfers. The address before stays for a while, so that whoever steals a token
-- cannot keep its holder from hearing of what happens.
ALTER TABLE tokens ADD COLUMN mail TEXT;
ALTER TABLE tokens ADD COLUMN former_mail TEXT;
ALTER TABLE tokens ADD COLUMN mail_changed_at INTEGER;
CREATE INDEX tokens_worker ON tokens (worker) WHERE worker IS NOT NULL;

-- Workers of which their owner said that they look after them no more.
CREATE TABLE orphans (
  worker TEXT PRIMARY KEY NOT NULL REFERENCES workers (id),
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE transfers (
  id TEXT PRIMARY KEY NOT NULL,
  worker TEXT NOT NULL REFERENCES workers (id),
  kind TEXT NOT NULL CHECK (kind IN ('transfer', 'adoption')),
  status TEXT NOT NULL CHECK (status IN ('asked', 'approved', 'refused', 'cancelled', 'done')),
  owner_from TEXT NOT NULL,
  owner_to TEXT NOT NULL,
  reason TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  asked_at INTEGER NOT NULL,
  -- Stands in the mail to the former owner, who may have no valid token any more; cancels and does nothing else.
  objection TEXT NOT NULL,
  reviewed_by TEXT,
  reviewed_at INTEGER,
  review TEXT,
  ended_by TEXT,
  ended_at INTEGER,
  end_reason TEXT,
  -- The waiting time, what of it has passed while the server ran, and when that was counted last: null before it began.
  wait_ms INTEGER NOT NULL DEFAULT 0,
  waited_ms INTEGER NOT NULL DEFAULT 0,
  counted_at INTEGER,
  -- Of the call that completed it, so that the statements of that call know that they are part of it.
  completion TEXT
) STRICT;
CREATE INDEX transfers_worker ON transfers (worker);
CREATE INDEX transfers_asked_at ON transfers (asked_at);
CREATE UNIQUE INDEX transfers_open ON transfers (worker, asked_by) WHERE status IN ('asked', 'approved');
CREATE UNIQUE INDEX transfers_approved ON transfers (worker) WHERE status = 'approved';

-- Mails on their way. The address is forgotten some time after the mail was handed over.
CREATE TABLE mails (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  -- Whether the recipient is the former owner, for whom the waiting time waits.
  to_owner INTEGER NOT NULL,
  transfer TEXT REFERENCES transfers (id),
  token TEXT,
  created_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  failure TEXT
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE sent_at IS NULL;
CREATE INDEX mails_transfer ON mails (transfer);

ALTER TABLE worker_events ADD COLUMN owner_from TEXT;
ALTER TABLE worker_events ADD COLUMN owner_to TEXT;

-- What staff did, and changes of the registry's own keys: events that concern no worker's rows. `body` is the entry of the
-- log; `name`, where there is one, keeps the same from being told twice.
CREATE TABLE registry_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  name TEXT UNIQUE,
  body TEXT NOT NULL,
  logged INTEGER
) STRICT;
CREATE INDEX registry_events_unlogged ON registry_events (id) WHERE logged IS NULL;
