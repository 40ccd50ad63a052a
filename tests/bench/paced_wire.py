"""A serial line that takes the time of a real one, with Modbus devices at its end.

    paced_wire.py BAUD UNITS SECONDS      prints the pseudo-terminal's path

A pseudo-terminal carries bytes at once. Here each byte takes the time of a character of 11 bits: a
question is complete when the wire would have carried it, the device waits until the 3.5 characters
of silence are over (1.75 ms above 19200 baud) and for SECONDS of its own, and its answer arrives as
the wire carries it, eight characters at a time, as a port with a FIFO hands them over. A question
that breaks into the silence behind an answer is not heard, since a device takes both for one frame.
Every register of every unit is 189. At 0 baud all is at once.

A pseudo-terminal has a fault that no wire has: what is written on one side takes some time to be
seen on the other, since two processes and the kernel's own thread have to be woken. Bytes sent to
and fro beforehand tell how long that takes; the half of it, the way there, counts as time on the
wire. The way back is the gateway's own: it has to be woken by a real port as well.

At the end of stdin it prints what it has seen in one line of JSON, see `Seen`. A wire does not wait
for a processor: where it may, this runs before all other processes, and it asks the kernel for
timers as exact as they come.
"""

import contextlib
import ctypes
import json
import os
import select
import statistics
import subprocess
import sys
import time
import tty
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Self

BITS_PER_CHARACTER = 11
FIFO = 8  # characters
QUESTION = 8  # characters: unit, function, address, count, checksum
FAST_SILENCE = 0.00175  # seconds, above 19200 baud
AWAKE = 0.0001  # seconds: the kernel may wake who sleeps so much later
PINGS = 200
PR_SET_TIMERSLACK = 29  # linux/prctl.h
READS = (3, 4)
ENDS_WITHIN = 10  # seconds


def checksum(data: bytes) -> bytes:
    """Give the CRC-16 of a frame, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    return crc.to_bytes(2, "little")


@dataclass(frozen=True)
class Wire:
    """What the wire and its devices take, in seconds."""

    baud: int
    own: float = 0.0

    @property
    def character(self) -> float:
        """Give the time of a character."""
        return BITS_PER_CHARACTER / self.baud if self.baud else 0.0

    @property
    def silence(self) -> float:
        """Give the silence that ends a frame (MODBUS over Serial Line V1.02, 2.5.1.1)."""
        return FAST_SILENCE if self.baud > 19200 else 3.5 * self.character

    def poll(self, registers: int) -> float:
        """Give the least time of a poll: question, silence, device, answer, silence."""
        characters = QUESTION + 5 + 2 * registers
        return characters * self.character + 2 * self.silence + self.own


@dataclass
class Seen:
    """What the devices saw.

    Attributes:
        answered: how many questions were answered.
        unheard: how many came too early to be heard.
        asked: by unit, when it was asked, in seconds.
    """

    answered: int = 0
    unheard: int = 0
    asked: dict[str, list[float]] = field(default_factory=dict)

    def cycles(self, since: float) -> list[float]:
        """Give the times from one question to a unit to the next, from so many seconds on."""
        return [
            after - before
            for instants in self.asked.values()
            for before, after in pairwise(at for at in instants if at >= instants[0] + since)
        ]


class Line:
    """The pseudo-terminal, and what is on the wire."""

    def __init__(self, wire: Wire, units: int) -> None:
        self.wire = wire
        self.ours, self.theirs = os.openpty()
        tty.setraw(self.theirs)
        os.set_blocking(self.ours, False)
        self.path = os.ttyname(self.theirs)
        self.answers: dict[bytes, bytes] = {}
        self.units = range(1, units + 1)
        self.seen = Seen()
        self.way = 0.0  # what a byte takes to get here
        self._silent_at = 0.0  # when the silence behind the last answer is over

    def serve(self) -> None:
        """Answer until stdin ends."""
        heard, carried = b"", 0.0
        while True:
            data = self._read()
            if data is None:
                return
            seen = time.monotonic()
            now = seen - self.way
            if not heard:
                carried = now
                if seen < self._silent_at:
                    self.seen.unheard += 1
                    continue
            heard += data
            carried = max(carried, now - len(data) * self.wire.character)
            carried += len(data) * self.wire.character
            if len(heard) >= QUESTION:
                answer, unit, heard = self._answer(heard[:QUESTION]), heard[0], b""
                if answer:
                    self.seen.answered += 1
                    self.seen.asked.setdefault(str(unit), []).append(now)
                    self._say(answer, carried + self.wire.silence + self.wire.own)

    def take_way(self) -> None:
        """Send every byte back, until a line of stdin says how long one is on its way."""
        while True:
            ready, _, _ = select.select([self.ours, sys.stdin], [], [])
            if self.ours not in ready:
                self.way = float(sys.stdin.readline())
                return
            os.write(self.ours, os.read(self.ours, 256))

    def _read(self) -> bytes | None:
        """Wait for bytes; None at the end of stdin."""
        ready, _, _ = select.select([self.ours, sys.stdin], [], [])
        return os.read(self.ours, 256) if self.ours in ready else None

    def _answer(self, question: bytes) -> bytes:
        """Give the answer, always the same; nothing where nobody is asked."""
        if question not in self.answers:
            unit, function = question[:2]
            sound = checksum(question[:-2]) == question[-2:]
            answer = b""
            if sound and unit in self.units and function in READS:
                size = 2 * int.from_bytes(question[4:6], "big")
                body = bytes((unit, function, size)) + (189).to_bytes(2, "big") * (size // 2)
                answer = body + checksum(body)
            self.answers[question] = answer
        return self.answers[question]

    def _say(self, answer: bytes, begins: float) -> None:
        """Let an answer arrive as its characters are whole."""
        if not self.wire.baud:
            os.write(self.ours, answer)
            return
        for said in range(0, len(answer), FIFO):
            whole = min(len(answer), said + FIFO)
            wait_until(begins + whole * self.wire.character)
            os.write(self.ours, answer[said:whole])
        self._silent_at = begins + len(answer) * self.wire.character + self.wire.silence


def wait_until(instant: float) -> None:
    """Wait until an instant, the last moment of it awake."""
    time.sleep(max(0.0, instant - AWAKE - time.monotonic()))
    while time.monotonic() < instant:
        pass


def way_to(port: str) -> float:
    """Give half of what a byte takes to the devices and back."""
    terminal, took = os.open(port, os.O_RDWR | os.O_NOCTTY), []
    for _ in range(PINGS):
        time.sleep(FAST_SILENCE)  # as between two questions
        began = time.monotonic()
        os.write(terminal, b"?")
        select.select([terminal], [], [])
        os.read(terminal, 1)
        took.append(time.monotonic() - began)
    os.close(terminal)
    return statistics.median(took) / 2


class Served:
    """A line in a process of its own, from `with` on.

    Attributes:
        port: its path.
        way: how long a byte is on its way to the devices, in seconds.
        seen: what it saw; known at the end.
    """

    def __init__(self, wire: Wire, units: int) -> None:
        arguments = [str(wire.baud), str(units), str(wire.own)]
        self._process = subprocess.Popen(
            [sys.executable, __file__, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = self._process.stdout.readline().strip()
        self.way = way_to(self.port)
        self._process.stdin.write(f"{self.way}\n")
        self._process.stdin.flush()
        self.seen = Seen()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        told, _ = self._process.communicate(timeout=ENDS_WITHIN)
        self.seen = Seen(**json.loads(told))


def be_exact() -> None:
    """Let nothing else delay what the wire carries."""
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def main() -> None:
    """Serve, and tell how it went."""
    be_exact()
    line = Line(Wire(int(sys.argv[1]), float(sys.argv[3])), int(sys.argv[2]))
    print(line.path, flush=True)
    line.take_way()
    line.serve()
    print(json.dumps(asdict(line.seen)), flush=True)


if __name__ == "__main__":
    main()
