"""A broker in Python, for the demo on a machine where mosquitto cannot be installed.

    python -m gateway.demo.amqtt_broker PORT CENTRE_PORT

It remembers nothing beyond its own life. So that nothing is lost when it comes back, the centre's
subscriber has a port of its own, and everybody else is let in by a line on standard input, once the
subscriber is there again. (mosquitto keeps the subscriber's session on disk and needs none of it.)
"""

import asyncio
import logging
import os
import signal
import sys
from functools import partial

from amqtt.broker import Broker  # type: ignore[import-untyped]  # it ships no types

LISTENER = "default"


async def main(port: int, centre_port: int) -> None:
    """Serve until SIGTERM or the end of standard input."""
    logging.getLogger("amqtt").setLevel(logging.ERROR)
    configuration = {
        "listeners": {LISTENER: {"type": "tcp", "bind": f"127.0.0.1:{centre_port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }
    loop = asyncio.get_running_loop()
    # At once, as by a loss of power: while it winds up it would take what it passes on to nobody.
    loop.add_signal_handler(signal.SIGTERM, os._exit, 0)
    broker = Broker(configuration)
    await broker.start()
    say("ready")
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(partial(asyncio.StreamReaderProtocol, orders), sys.stdin)
    if await orders.readline():
        admit = partial(broker.stream_connected, listener_name=LISTENER)
        try:
            server = await asyncio.start_server(admit, "127.0.0.1", port)
        except OSError as error:
            sys.stderr.write(f"{error}\n")
            os._exit(1)
        say("open")
        while server.is_serving() and await orders.readline():
            pass
    os._exit(0)


def say(word: str) -> None:
    """Tell the demo."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
