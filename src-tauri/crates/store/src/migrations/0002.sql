-- Files of Local data: read in place, so only where they are.
CREATE TABLE local_files (
  id       TEXT PRIMARY KEY,
  path     BLOB NOT NULL UNIQUE,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What was looked at with the explorer: a saved connection, or (no connection) Local data. All below goes with it.
CREATE TABLE explored (
  seq            INTEGER PRIMARY KEY,
  connection     INTEGER UNIQUE REFERENCES connections (seq) ON DELETE CASCADE,
  writes_allowed INTEGER NOT NULL DEFAULT 0 CHECK (writes_allowed IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX explored_local ON explored ((connection IS NULL)) WHERE connection IS NULL;

-- One level of a tree as it was last seen: its nodes in one document, written and read whole.
-- `path` is a JSON array of names, here and below: no name, however odd, can make one path look like another.
CREATE TABLE catalog_levels (
  explored INTEGER NOT NULL REFERENCES explored (seq) ON DELETE CASCADE,
  path     TEXT NOT NULL,
  system   INTEGER NOT NULL CHECK (system IN (0, 1)),
  complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
  seen_at  INTEGER NOT NULL,
  entries  INTEGER NOT NULL,
  nodes    TEXT NOT NULL,
  PRIMARY KEY (explored, path, system)
) STRICT;
CREATE INDEX catalog_by_age ON catalog_levels (seen_at);

CREATE TABLE column_statistics (
  explored INTEGER NOT NULL REFERENCES explored (seq) ON DELETE CASCADE,
  path     TEXT NOT NULL,
  name     TEXT NOT NULL,
  seen_at  INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (explored, path, name)
) STRICT;
CREATE INDEX statistics_by_age ON column_statistics (seen_at);

-- `search` is the statement folded as names are.
CREATE TABLE history (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  explored INTEGER NOT NULL REFERENCES explored (seq) ON DELETE CASCADE,
  sql      TEXT NOT NULL,
  search   TEXT NOT NULL,
  at       INTEGER NOT NULL,
  millis   REAL NOT NULL,
  outcome  TEXT NOT NULL,
  worked   INTEGER NOT NULL CHECK (worked IN (0, 1))
) STRICT;
CREATE INDEX history_of ON history (explored, id);

CREATE TABLE saved_queries (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  explored   INTEGER NOT NULL REFERENCES explored (seq) ON DELETE CASCADE,
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,
  sql        TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  UNIQUE (explored, name_key)
) STRICT;
