-- Ids of fans and accounts are texts: not every platform numbers its users. The type of a column cannot be
-- changed, so each table is written anew, and this file is the present form of all of them.
-- Times are milliseconds since 1970. An open delivery is one whose ended_at is NULL.

-- Every message to a folder that can promise something, and the answer that it got.
ALTER TABLE messages RENAME TO messages_3;
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL,
  account TEXT NOT NULL,
  sender TEXT NOT NULL,
  kind TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  format TEXT, -- NULL with the answer: silence
  answer BLOB
) STRICT;
INSERT INTO messages
  SELECT id, key, CAST(account AS TEXT), CAST(sender AS TEXT), kind, received_at, format, answer FROM messages_3;
DROP TABLE messages_3;
CREATE UNIQUE INDEX messages_by_key ON messages (key);
CREATE INDEX messages_of_a_sender ON messages (sender);
CREATE INDEX messages_by_age ON messages (received_at);

-- The open deliveries of one sender to one account stand in a line, ordered by urgent, due and id. The first of
-- them, and no other, has a claimable_at: when it may be claimed or, while it is running, when its lease ends.
ALTER TABLE deliveries RENAME TO deliveries_3;
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER, -- NULL: no message promised it
  account TEXT NOT NULL,
  sender TEXT NOT NULL,
  rule TEXT NOT NULL,
  step INTEGER, -- NULL: right after the passive answer; below 0: no follow-up
  part INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  claimable_at INTEGER,
  due INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  single INTEGER NOT NULL,
  unless_replied INTEGER NOT NULL,
  unless_answered_by TEXT, -- a JSON list of names of rules
  reply TEXT NOT NULL, -- JSON
  reason TEXT,
  code INTEGER,
  ended_at INTEGER,
  key TEXT, -- by which whoever asked for it knows it again; one account has each once
  dialogue TEXT, -- the question that it reminds of or ends
  urgent INTEGER NOT NULL DEFAULT 0 -- goes before what is not
) STRICT;
-- a number that was given is never given again
INSERT INTO sqlite_sequence SELECT 'deliveries', seq FROM sqlite_sequence WHERE name = 'deliveries_3';
INSERT INTO deliveries (id, message, account, sender, rule, step, part, state, attempt, claimable_at, due,
    created, expires, single, unless_replied, unless_answered_by, reply, reason, code, ended_at)
  SELECT id, message, CAST(account AS TEXT), CAST(sender AS TEXT), rule, step, part, state, attempt, turn, due,
    created, expires, single, unless_replied, unless_answered_by, reply, reason, code, ended_at
  FROM deliveries_3;
DROP TABLE deliveries_3;
CREATE INDEX claimable ON deliveries (account, claimable_at) WHERE claimable_at IS NOT NULL;
CREATE UNIQUE INDEX heads ON deliveries (account, sender) WHERE claimable_at IS NOT NULL;
CREATE INDEX lines ON deliveries (account, sender, urgent DESC, due) WHERE ended_at IS NULL;
CREATE INDEX leases ON deliveries (claimable_at) WHERE state = 'running';
CREATE INDEX expiries ON deliveries (expires) WHERE ended_at IS NULL;
-- what is due, and since when; the second column spares counting the look into each row
CREATE INDEX dues ON deliveries (due, ended_at) WHERE ended_at IS NULL;
CREATE INDEX deliveries_of_a_sender ON deliveries (sender, message);
CREATE INDEX deliveries_by_end ON deliveries (ended_at) WHERE ended_at IS NOT NULL;
CREATE UNIQUE INDEX deliveries_by_key ON deliveries (account, key) WHERE key IS NOT NULL;

-- pending counts them by state; a state that is an end has no row there
CREATE TRIGGER delivery_promised AFTER INSERT ON deliveries BEGIN
  UPDATE pending SET deliveries = deliveries + 1 WHERE state = new.state;
END;
CREATE TRIGGER delivery_moved AFTER UPDATE OF state ON deliveries WHEN old.state <> new.state BEGIN
  UPDATE pending SET deliveries = deliveries - 1 WHERE state = old.state;
  UPDATE pending SET deliveries = deliveries + 1 WHERE state = new.state;
END;
CREATE TRIGGER delivery_forgotten AFTER DELETE ON deliveries BEGIN
  UPDATE pending SET deliveries = deliveries - 1 WHERE state = old.state;
END;

-- What is known of a fan. No window: it never opened, or the fan has left. A departure is kept when the fan
-- comes back: it goes on to end what was promised before it.
ALTER TABLE contacts RENAME TO contacts_3;
CREATE TABLE contacts (
  sender TEXT NOT NULL,
  account TEXT NOT NULL,
  window_closes INTEGER,
  departure TEXT,
  left_at INTEGER,
  replied_at INTEGER,
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (sender, account)
) STRICT, WITHOUT ROWID;
-- in the order of the key, which is another one for texts
INSERT INTO contacts
  SELECT CAST(sender AS TEXT), CAST(account AS TEXT), window_closes, departure, left_at, replied_at, touched_at
  FROM contacts_3 ORDER BY 1, 2;
DROP TABLE contacts_3;
CREATE INDEX contacts_by_age ON contacts (touched_at);

-- When a rule last answered a fan, for rules that some follow-up asks about.
ALTER TABLE answers RENAME TO answers_3;
CREATE TABLE answers (
  sender TEXT NOT NULL,
  account TEXT NOT NULL,
  rule TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (sender, account, rule)
) STRICT, WITHOUT ROWID;
INSERT INTO answers
  SELECT CAST(sender AS TEXT), CAST(account AS TEXT), rule, at FROM answers_3 ORDER BY 1, 2, 3;
DROP TABLE answers_3;
CREATE INDEX answers_by_age ON answers (at);

-- The most recent messages, where they are recorded: each a line of JSON that holds what a fan wrote.
ALTER TABLE recent RENAME TO recent_3;
CREATE TABLE recent (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sender TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  line TEXT NOT NULL
) STRICT;
INSERT INTO sqlite_sequence SELECT 'recent', seq FROM sqlite_sequence WHERE name = 'recent_3';
INSERT INTO recent SELECT number, CAST(sender AS TEXT), received_at, line FROM recent_3;
DROP TABLE recent_3;
CREATE INDEX recent_of_a_sender ON recent (sender);
CREATE INDEX recent_by_age ON recent (received_at);
