-- The sets of rules that served, by number and time: a former one can be brought back. A folder has its newest.
CREATE TABLE rule_sets (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  folder TEXT NOT NULL, -- its path as it was set
  hash BLOB NOT NULL,
  kept_at INTEGER NOT NULL, -- when it came to serve
  rules INTEGER NOT NULL, -- how many it has
  source BLOB NOT NULL -- its files: of each the length and bytes of its path, then of what stands in it
) STRICT;
CREATE INDEX rule_sets_of_a_folder ON rule_sets (folder, number);

-- The set that was brought back, and serves for as long as the files of its folder stay as they were then.
CREATE TABLE rule_pins (
  folder TEXT NOT NULL PRIMARY KEY,
  number INTEGER NOT NULL, -- rule_sets.number
  files BLOB NOT NULL -- the hash of the files that it serves in place of
) STRICT, WITHOUT ROWID;
