-- The journal. A record is written once and never changed; what is told about it (that it is still
-- to be delivered) stands in the outbox.

CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One life of the journal each. Kind is `journal`, of which the newest goes on; `memory`, numbered
-- while the store failed; or `rescued`, from a journal that was set aside.
CREATE TABLE epoch (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT;

-- Wall clock less monotonic clock of each boot, once it is known.
CREATE TABLE boot (
    id INTEGER PRIMARY KEY,
    boot_id TEXT NOT NULL UNIQUE,
    offset_ns INTEGER,
    quality TEXT
) STRICT;

-- previous_hash and hash: see gateway/hash_chain.py.
CREATE TABLE record (
    number INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL REFERENCES epoch (id),
    lane TEXT NOT NULL,
    seq INTEGER NOT NULL,
    boot INTEGER NOT NULL REFERENCES boot (id),
    monotonic_ns INTEGER NOT NULL,
    wall_ns INTEGER NOT NULL,
    clock TEXT NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    previous_hash BLOB NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (epoch, lane, seq)
) STRICT;

CREATE TRIGGER record_is_never_rewritten BEFORE UPDATE ON record
BEGIN
    SELECT RAISE(ABORT, 'a record is never rewritten');
END;

-- Records that the centre has not got yet, by lane in order.
CREATE TABLE outbox (
    lane TEXT NOT NULL,
    number INTEGER NOT NULL REFERENCES record (number),
    PRIMARY KEY (lane, number)
) STRICT, WITHOUT ROWID;

-- Runs of records that have gone by age: the hash of the last of each run keeps the chain whole.
CREATE TABLE gap (
    first_number INTEGER PRIMARY KEY,
    last_number INTEGER NOT NULL UNIQUE,
    last_hash BLOB NOT NULL
) STRICT;

-- The state that outlives a restart: JSON by key.
CREATE TABLE state (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The oldest schema whose program can still use this database. Each migration sets it, and only
-- adds tables, indexes and columns with a default, so that the release before it can be put back.
INSERT INTO meta (key, value) VALUES ('usable_from_schema', '1');
