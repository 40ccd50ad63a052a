"""The floor of the latency: what cannot be left out, in the straightest script.

For each line on stdin: one commit of sqlite3 (WAL, FULL), then one QoS 1 publication, its payload
the monotonic instant at which the line was read.

    straight_alarm.py DATABASE PORT
"""

import socket
import sqlite3
import sys
import time

import paho.mqtt.client as mqtt


def main() -> None:
    """Serve lines until stdin ends."""
    database = sqlite3.connect(sys.argv[1], isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE event (number INTEGER PRIMARY KEY, body TEXT)")
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", int(sys.argv[2]))
    client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.loop_start()
    while not client.is_connected():
        time.sleep(0.01)
    print("ready", flush=True)
    for _ in sys.stdin:
        now = str(time.monotonic_ns())
        database.execute("INSERT INTO event (body) VALUES (?)", (now * 30,))
        client.publish("straight/event", now, qos=1)
    client.disconnect()
    client.loop_stop()


if __name__ == "__main__":
    main()
