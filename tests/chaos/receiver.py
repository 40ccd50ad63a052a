"""The oracle: a small centre that notes what arrives, in order, and by which path.

Beside the centre of the project, and independent of it: it shares with the gateway only how an
acknowledgement is signed. It says to its broker that it has a message only once that is durable,
and to the gateway likewise, so that it may be killed at any instant.

    python receiver.py DATABASE KEY-FILE CENTRE-ID lan=10.77.1.1:1883 4g=10.77.2.1:1883
"""

import json
import sqlite3
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import paho.mqtt.client as mqtt

from gateway.messages.acknowledgement import AckBody, Received
from gateway.messages.signed import SignedKind, sealed
from gateway.signature import PrivateKey

TOPICS = (("pccc/v1/+/+/+/event/+", 1), ("pccc/v1/+/+/+/heartbeat", 1))
FOR_EVER = 0xFFFFFFFF
BACK_WITHIN_S = 0.2
KEEP_ALIVE_S = 5

SCHEMA = """
    CREATE TABLE IF NOT EXISTS arrival (
        number INTEGER PRIMARY KEY,
        path TEXT NOT NULL,
        connection TEXT NOT NULL,
        epoch TEXT NOT NULL,
        lane TEXT NOT NULL,
        seq INTEGER NOT NULL,
        at_ns INTEGER NOT NULL,
        message TEXT NOT NULL
    )
"""
ARRIVED = """
    INSERT INTO arrival (path, connection, epoch, lane, seq, at_ns, message)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""


class Oracle:
    """Its database, which both connections write to."""

    def __init__(self, file: Path) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute(SCHEMA)

    def keep(self, path: str, connection: str, event: dict, message: str) -> None:
        """Note an arrival; it is durable when this returns."""
        name = (event["epoch"], event["lane"], event["seq"])
        with self._lock:
            self._database.execute(ARRIVED, (path, connection, *name, time.monotonic_ns(), message))


class Ear:
    """One subscriber, at the broker of one path."""

    def __init__(self, oracle: Oracle, centre: str, key: PrivateKey, way: str) -> None:
        self._oracle = oracle
        self._centre = centre
        self._key = key
        self._path, _, address = way.partition("=")
        host, _, port = address.rpartition(":")
        self._connection = "none yet"
        self._client = mqtt.Client(
            mqtt.CallbackAPIVersion.VERSION2,
            client_id=centre,
            protocol=mqtt.MQTTv5,
            manual_ack=True,
        )
        self._client.on_connect = self._welcomed
        self._client.on_message = self._took
        self._client.reconnect_delay_set(BACK_WITHIN_S, BACK_WITHIN_S)
        properties = mqtt.Properties(mqtt.PacketTypes.CONNECT)
        properties.SessionExpiryInterval = FOR_EVER
        self._client.connect_async(
            host, int(port), KEEP_ALIVE_S, clean_start=False, properties=properties
        )

    def listen(self) -> None:
        """Begin, and go on in a thread of its own."""
        self._client.loop_start()

    def _welcomed(self, client, userdata, flags, reason, properties) -> None:
        self._connection = f"{time.monotonic_ns()}"
        client.subscribe(list(TOPICS))

    def _took(self, client, userdata, message) -> None:
        body = json.loads(message.payload)
        gateway = message.topic.rsplit("/", 2 if "/event/" in message.topic else 1)[0]
        if "/event/" in message.topic:
            self._oracle.keep(self._path, self._connection, body, message.payload.decode())
            received = Received(
                epoch=body["epoch"], lane=body["lane"], ranges=[(body["seq"], body["seq"])]
            )
            self._say(gateway, received=[received])
        else:
            self._say(gateway, nonce=body["nonce"])
        client.ack(message.mid, message.qos)

    def _say(self, gateway: str, **what: object) -> None:
        ack = AckBody(centre=self._centre, gateway=gateway.rsplit("/", 1)[-1], time=None, **what)
        self._client.publish(f"{gateway}/ack", sealed(ack, SignedKind.ACK, self._key), qos=1)


def main() -> None:
    database, key_file, centre, *ways = sys.argv[1:]
    key = PrivateKey(bytes.fromhex(Path(key_file).read_text().strip()))
    oracle = Oracle(Path(database))
    ears = [Ear(oracle, centre, key, way) for way in ways]
    for ear in ears:
        ear.listen()
    threading.Event().wait()


def arrivals(database: Path, after: int = 0) -> list[tuple]:
    """Read what has arrived after a number: number, path, epoch, lane, seq, at_ns, message."""
    if not database.exists():
        return []
    question = """
        SELECT number, path, epoch, lane, seq, at_ns, message FROM arrival
        WHERE number > ? ORDER BY number
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        return reading.execute(question, (after,)).fetchall()


def events_of_centre(database: Path) -> dict[tuple[str, str, int], int]:
    """Read what `firegw centre` has: by epoch, lane and seq, the monotonic clock."""
    if not database.exists():
        return {}
    question = """
        SELECT epoch, lane, seq, monotonic_ns FROM event JOIN stream ON stream.id = event.stream
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        return {(e, lane, seq): int(at) for e, lane, seq, at in reading.execute(question)}


if __name__ == "__main__":
    main()
