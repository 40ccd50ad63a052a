-- What this gateway vouches for with its key. What is signed: see gateway/journal/vouched.py.

-- The chain as it was up to a record, at an instant of a boot. The older ones are thinned out: a
-- later one vouches for all that comes before it.
CREATE TABLE checkpoint (
    number INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    epoch TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    monotonic_ns INTEGER NOT NULL,
    wall_ns INTEGER NOT NULL,
    clock TEXT NOT NULL,
    key TEXT NOT NULL,
    signature BLOB NOT NULL
) STRICT;

-- A run of records that has gone leaves a signed stub. previous_hash is that of the record before
-- it: so the chain goes on through it. All three are empty where a program that knew no signatures
-- removed the run.
ALTER TABLE gap ADD COLUMN previous_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE gap ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE gap ADD COLUMN signature BLOB NOT NULL DEFAULT x'';

-- Still usable from schema 1 on: that program reads and writes none of this.
