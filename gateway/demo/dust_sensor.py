"""A PMS5003 dust sensor on a pseudo-terminal: a program of its own that needs nothing but Python.

    python -m gateway.demo.dust_sensor LINK

It makes a pseudo-terminal pair and a symbolic link LINK to the end that is to be opened, and writes
a frame to it each second as the sensor does. It prints `ready`; then each line on standard input is
the PM2.5 value from there on, in µg/m³. At the end of its input it ends.

Frame (Plantower's data manual): 42 4D, length 00 1C, 13 words, and the sum of the 30 bytes before.
"""

import os
import select
import sys
import time
import tty
from contextlib import suppress
from pathlib import Path

START = b"\x42\x4d\x00\x1c"
FRAME_EVERY_S = 1.0
CLEAN_AIR = 18  # µg/m³


def frame_of(pm2_5: int) -> bytes:
    """Make the frame that tells a value.

    Words 1 to 3 are PM1.0, PM2.5 and PM10 as calibrated in the factory, 4 to 6 the same in the
    atmosphere at hand, 7 to 12 counts of particles, 13 the sensor's version.
    """
    masses = (pm2_5 * 2 // 3, pm2_5, pm2_5 * 5 // 4)
    counts = tuple(pm2_5 * factor for factor in (150, 45, 8, 2, 1, 0))
    words = (*masses, *masses, *counts, 0x9700)
    body = START + b"".join(min(word, 0xFFFF).to_bytes(2, "big") for word in words)
    return body + sum(body).to_bytes(2, "big")


def main(link: Path) -> None:
    """Be the sensor until standard input ends."""
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    os.set_blocking(ours, False)  # where nobody reads, the line loses what is said, as a wire does
    link.unlink(missing_ok=True)
    link.symlink_to(os.ttyname(theirs))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    value, told = CLEAN_AIR, b""
    next_frame = time.monotonic()
    while True:
        left = max(0.0, next_frame - time.monotonic())
        ready, _, _ = select.select([sys.stdin], [], [], left)
        if ready:
            chunk = os.read(sys.stdin.fileno(), 4096)
            if not chunk:
                return
            *lines, told = (told + chunk).split(b"\n")
            for line in lines:
                value = int(line)
        elif time.monotonic() >= next_frame:
            next_frame += FRAME_EVERY_S
            with suppress(BlockingIOError):
                os.write(ours, frame_of(value))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
