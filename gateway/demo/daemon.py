"""The real daemon on mock pins: nothing of the demo is in it but the pins.

    python -m gateway.demo.daemon --pins FIFO [--closed LINE ...] -- run SITE ...

What follows `--` is given to firegw. Each change of an output is told on standard output, as
`22 high`. At the end of standard input the daemon is asked to stop, so that it does not outlive
whoever plays the world.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from gateway.cli import firegw
from gateway.demo.mock_pins import install_mock_pins


def main() -> None:
    """Put the pins in place and be firegw."""
    parser = argparse.ArgumentParser(description="firegw on mock pins")
    parser.add_argument("--pins", type=Path, required=True, help="FIFO that moves the contacts")
    parser.add_argument("--closed", type=int, nargs="*", default=(), help="closed contacts")
    parser.add_argument("command", nargs="+", help="for firegw")
    arguments = parser.parse_args()
    install_mock_pins(arguments.pins, closed=arguments.closed, tell=tell)
    threading.Thread(target=end_with_input, name="end-with-input", daemon=True).start()
    sys.argv = ["firegw", *arguments.command]
    firegw.main()


def tell(line: int, level: bool) -> None:
    """Say that an output changed; where nobody listens any more, say nothing."""
    try:
        os.write(sys.stdout.fileno(), f"{line} {'high' if level else 'low'}\n".encode())
    except OSError:
        return


def end_with_input() -> None:
    """Ask the daemon to stop when whoever started it is gone."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
