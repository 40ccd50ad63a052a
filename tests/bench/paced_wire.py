"""A serial line that takes the time of a real one, with Modbus devices at its end.

    paced_wire.py BAUD UNITS [SECONDS]      prints the pseudo-terminal's path

A pseudo-terminal carries bytes at once. Here each byte takes the time of a character of 11 bits: a
question is complete when the wire would have carried it, the device waits until the 3.5 characters
of silence are over (1.75 ms above 19200 baud) and for SECONDS of its own, and its answer arrives
character by character. A question that breaks into the silence behind an answer is not heard, as a
device takes both for one frame. Every register of every unit is 189.

At the end of stdin it prints in one line how many questions were answered and how many not heard. A
wire does not wait for a processor: where it may, this
runs before all other processes, and it asks the kernel for timers as exact as they come.
"""

import contextlib
import ctypes
import os
import select
import sys
import time
import tty
from dataclasses import dataclass

BITS_PER_CHARACTER = 11
QUESTION = 8  # characters: unit, function, address, count, checksum
PR_SET_TIMERSLACK = 29  # linux/prctl.h
READS = (3, 4)


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
        return BITS_PER_CHARACTER / self.baud

    @property
    def silence(self) -> float:
        """Give the silence that ends a frame (MODBUS over Serial Line V1.02, 2.5.1.1)."""
        return 0.00175 if self.baud > 19200 else 3.5 * self.character

    def poll(self, registers: int) -> float:
        """Give the least time of a poll: question, silence, device, answer, silence."""
        characters = QUESTION + 5 + 2 * registers
        return characters * self.character + 2 * self.silence + self.own


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
        self.answered = self.unheard = 0
        self._silent_at = 0.0  # when the silence behind the last answer is over

    def serve(self) -> None:
        """Answer until stdin ends."""
        heard, carried = b"", 0.0
        while True:
            data = self._read()
            now = time.monotonic()
            if data is None:
                return
            if not heard:
                carried = now
                if now < self._silent_at:
                    self.unheard += 1
                    continue
            heard += data
            carried = max(carried, now - len(data) * self.wire.character)
            carried += len(data) * self.wire.character
            if len(heard) >= QUESTION:
                answer, heard = self._answer(heard[:QUESTION]), b""
                if answer:
                    self._say(answer, carried + self.wire.silence + self.wire.own)

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
        """Let each character arrive when it is whole."""
        said = 0
        while said < len(answer):
            time.sleep(max(0.0, begins + (said + 1) * self.wire.character - time.monotonic()))
            whole = min(len(answer), int((time.monotonic() - begins) / self.wire.character))
            os.write(self.ours, answer[said:whole])
            said = whole
        self._silent_at = begins + len(answer) * self.wire.character + self.wire.silence
        self.answered += 1


def be_exact() -> None:
    """Let nothing else delay what the wire carries."""
    ctypes.CDLL(None).prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0)
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))


def main() -> None:
    """Serve, and tell how it went."""
    be_exact()
    baud, units, own = int(sys.argv[1]), int(sys.argv[2]), float((*sys.argv, "0")[3])
    line = Line(Wire(baud, own), units)
    print(line.path, flush=True)
    line.serve()
    print(line.answered, line.unheard, flush=True)


if __name__ == "__main__":
    main()
