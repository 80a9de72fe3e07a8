-- Which data directory this is: names its keys in the OS keychain.
CREATE TABLE installation (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  id   BLOB NOT NULL CHECK (length(id) = 16)
) STRICT;

CREATE TABLE settings (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- `document` is the connection (JSON) and the only truth; the other columns are derived from it to be searched and sorted.
-- A connection in the trash has no `name_key`: it is not listed and its name is free.
CREATE TABLE connections (
  seq        INTEGER PRIMARY KEY,
  id         BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
  connector  TEXT NOT NULL,
  name_key   TEXT,
  search     TEXT NOT NULL,
  tested_at  INTEGER,
  changed_at INTEGER NOT NULL,
  deleted_at INTEGER,
  generation INTEGER NOT NULL DEFAULT 0,
  document   TEXT NOT NULL,
  CHECK ((name_key IS NULL) = (deleted_at IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX connection_name ON connections (name_key) WHERE name_key IS NOT NULL;
-- One per order of the list. They carry all that a search looks at, so that no row is read to be turned down.
CREATE INDEX listed_by_name      ON connections (name_key, connector, search)             WHERE name_key IS NOT NULL;
CREATE INDEX listed_by_test      ON connections (tested_at, name_key, connector, search)  WHERE name_key IS NOT NULL;
CREATE INDEX listed_by_change    ON connections (changed_at, name_key, connector, search) WHERE name_key IS NOT NULL;
CREATE INDEX listed_by_warehouse ON connections (connector, name_key, search)             WHERE name_key IS NOT NULL;
CREATE INDEX connection_trash    ON connections (deleted_at)                              WHERE deleted_at IS NOT NULL;

-- Master keys live in the OS keychain; here are their names, and a sealed check by which a wrong one is recognised.
-- pending: may be in the keychain, seals nothing · current · retired: to be removed from the keychain · lost: not found, sealed nothing
CREATE TABLE keys (
  id    BLOB PRIMARY KEY CHECK (length(id) = 16),
  state TEXT NOT NULL CHECK (state IN ('pending', 'current', 'retired', 'lost')),
  proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_current_key ON keys (state) WHERE state = 'current';

-- `data_key` (sealed by the master key) seals `sealed`; both are bound to connection, slot, generation and destination.
CREATE TABLE secrets (
  connection  INTEGER NOT NULL REFERENCES connections (seq) ON DELETE CASCADE,
  slot        TEXT NOT NULL,
  generation  INTEGER NOT NULL,
  destination BLOB NOT NULL,
  key         BLOB NOT NULL REFERENCES keys (id),
  data_key    BLOB NOT NULL,
  sealed      BLOB NOT NULL,
  expires_at  INTEGER,
  PRIMARY KEY (connection, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX secrets_by_key ON secrets (key);

-- The master key, sealed by a key that Argon2id makes of the recovery passphrase.
CREATE TABLE recovery (
  only   INTEGER PRIMARY KEY CHECK (only = 1),
  key    BLOB NOT NULL REFERENCES keys (id),
  salt   BLOB NOT NULL,
  memory INTEGER NOT NULL,
  passes INTEGER NOT NULL,
  lanes  INTEGER NOT NULL,
  sealed BLOB NOT NULL
) STRICT;
