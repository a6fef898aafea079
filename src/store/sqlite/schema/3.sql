-- The most recent messages, where they are recorded: each a line of JSON that holds what a fan wrote.
CREATE TABLE recent (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sender INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  line TEXT NOT NULL
) STRICT;
CREATE INDEX recent_of_a_sender ON recent (sender);
CREATE INDEX recent_by_age ON recent (received_at);
