-- What the centre keeps. Times are milliseconds since 1970-01-01 UTC, by the centre's clock; what a
-- gateway says of the time stands in its messages. Nothing is deleted but the oldest rows of
-- `refused` and `head`: an archive, whose owner decides how long it is one.

CREATE TABLE migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE gateway (
    id INTEGER PRIMARY KEY,
    province TEXT NOT NULL,
    site TEXT NOT NULL,
    gateway TEXT NOT NULL,
    first_heard_ms INTEGER NOT NULL,
    UNIQUE (province, site, gateway)
) STRICT;

-- A lane of one epoch: events are numbered in it from 1 without a gap. `announced` is the highest
-- seq that `state` or `heartbeat` spoke of, `missing` how many up to there, or up to the highest
-- that came, have not come. They are asked for again at `ask_at_ms`, `asked` times so far.
CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    epoch TEXT NOT NULL,
    lane TEXT NOT NULL,
    announced INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    ask_at_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (gateway, epoch, lane)
) STRICT;

CREATE INDEX stream_with_gaps ON stream (ask_at_ms) WHERE missing > 0;

-- What has come of a stream: joined ranges of seq.
CREATE TABLE received (
    stream INTEGER NOT NULL REFERENCES stream (id),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (stream, first)
) STRICT, WITHOUT ROWID;

-- The unique name is what removes duplicates, whatever comes in whatever order.
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL REFERENCES stream (id),
    seq INTEGER NOT NULL,
    received_at_ms INTEGER NOT NULL,
    type TEXT NOT NULL,
    condition TEXT,
    change TEXT,
    mode TEXT NOT NULL,
    zone TEXT,
    source TEXT NOT NULL,
    incident TEXT NOT NULL,
    time TEXT,
    boot TEXT NOT NULL,
    monotonic_ns TEXT NOT NULL,
    historical INTEGER NOT NULL,
    durable INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (stream, seq)
) STRICT;

-- For a person at the sqlite3 shell.
CREATE VIEW events AS
    SELECT province, site, gateway.gateway, epoch, lane, seq, time, type, condition, change, mode,
        zone, source, incident, historical,
        strftime('%Y-%m-%dT%H:%M:%fZ', received_at_ms / 1000.0, 'unixepoch') AS received_at, body
    FROM event
    JOIN stream ON stream.id = event.stream
    JOIN gateway ON gateway.id = stream.gateway;

CREATE TABLE state (
    gateway INTEGER PRIMARY KEY REFERENCES gateway (id),
    received_at_ms INTEGER NOT NULL,
    boot TEXT NOT NULL,
    monotonic_ns TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE TABLE inventory (
    gateway INTEGER PRIMARY KEY REFERENCES gateway (id),
    received_at_ms INTEGER NOT NULL,
    version TEXT NOT NULL,
    configuration TEXT NOT NULL,
    device_key TEXT,
    site_name TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- `session` is that of the newest birth.
CREATE TABLE presence (
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    path TEXT NOT NULL,
    online INTEGER NOT NULL,
    session TEXT NOT NULL,
    session_since TEXT,
    reason TEXT,
    received_at_ms INTEGER NOT NULL,
    PRIMARY KEY (gateway, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeat (
    gateway INTEGER PRIMARY KEY REFERENCES gateway (id),
    received_at_ms INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

-- The heads that a gateway's journal has had: whoever shortens or rewrites it contradicts them.
-- `number` is that of the last record; 0 where the heartbeat did not say.
CREATE TABLE head (
    id INTEGER PRIMARY KEY,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    epoch TEXT NOT NULL,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    received_at_ms INTEGER NOT NULL,
    UNIQUE (gateway, epoch, number, hash)
) STRICT;

CREATE TABLE refused (
    id INTEGER PRIMARY KEY,
    received_at_ms INTEGER NOT NULL,
    topic TEXT NOT NULL,
    why TEXT NOT NULL,
    detail TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

-- What was asked of gateways. A counter is used once, whatever becomes of the command.
CREATE TABLE command (
    key TEXT NOT NULL,
    counter INTEGER NOT NULL,
    gateway INTEGER NOT NULL REFERENCES gateway (id),
    sent_at_ms INTEGER NOT NULL,
    command TEXT NOT NULL,
    epoch TEXT,
    lane TEXT,
    first INTEGER,
    last INTEGER,
    outcome TEXT,
    detail TEXT,
    PRIMARY KEY (key, counter)
) STRICT, WITHOUT ROWID;

CREATE INDEX command_of_gateway ON command (gateway, sent_at_ms);

INSERT INTO meta (key, value) VALUES ('usable_from_schema', '1');
