-- Times are milliseconds since 1970. An open delivery is one whose ended_at is NULL.

-- Every message to a folder that can promise something, and the answer that it got.
CREATE TABLE messages (
  id INTEGER PRIMARY KEY,
  key BLOB NOT NULL UNIQUE,
  account INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  kind TEXT NOT NULL,
  received_at INTEGER NOT NULL,
  format TEXT, -- NULL with the answer: silence
  answer BLOB
) STRICT;
CREATE INDEX messages_of_a_sender ON messages (sender);
CREATE INDEX messages_by_age ON messages (received_at);

-- The open deliveries of one sender to one account stand in a line, ordered by due and id. The first of
-- them, and no other, has a turn: when it may be claimed or, while it is running, when its lease ends.
CREATE TABLE deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  message INTEGER NOT NULL,
  account INTEGER NOT NULL,
  sender INTEGER NOT NULL,
  rule TEXT NOT NULL,
  step INTEGER, -- NULL: right after the passive answer
  part INTEGER NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  turn INTEGER,
  due INTEGER NOT NULL,
  created INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  single INTEGER NOT NULL,
  unless_replied INTEGER NOT NULL,
  unless_answered_by TEXT, -- a JSON list of names of rules
  reply TEXT NOT NULL, -- JSON
  reason TEXT,
  code INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX turns ON deliveries (account, turn) WHERE turn IS NOT NULL;
CREATE UNIQUE INDEX heads ON deliveries (account, sender) WHERE turn IS NOT NULL;
CREATE INDEX lines ON deliveries (account, sender, due) WHERE ended_at IS NULL;
CREATE INDEX leases ON deliveries (turn) WHERE state = 'running';
CREATE INDEX expiries ON deliveries (expires) WHERE ended_at IS NULL;
CREATE INDEX deliveries_of_a_message ON deliveries (message);
CREATE INDEX deliveries_by_end ON deliveries (ended_at) WHERE ended_at IS NOT NULL;

-- What is known of a fan. No window: it never opened, or the fan has left. A departure is kept when the fan
-- comes back: it goes on to end what was promised before it.
CREATE TABLE contacts (
  sender INTEGER NOT NULL,
  account INTEGER NOT NULL,
  window_closes INTEGER,
  departure TEXT,
  left_at INTEGER,
  replied_at INTEGER,
  touched_at INTEGER NOT NULL,
  PRIMARY KEY (sender, account)
) STRICT, WITHOUT ROWID;
CREATE INDEX contacts_by_age ON contacts (touched_at);

-- When a rule last answered a fan, for rules that some follow-up asks about.
CREATE TABLE answers (
  sender INTEGER NOT NULL,
  account INTEGER NOT NULL,
  rule TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (sender, account, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX answers_by_age ON answers (at);
