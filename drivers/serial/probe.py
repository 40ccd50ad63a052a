"""Listens once to what is on a serial port: the next frame, answer or printed line, or silence."""

import asyncio
import os
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final

import serial

from drivers.bus import BusDetector, BusPlan, LineDownError, Now
from drivers.probe import Exchange, Seen, Shown, Sort
from drivers.serial.answer import Refusal, decode, number_at, shown_at, warning_in
from drivers.serial.bus import open_port
from drivers.serial.codec import Frame, Framer
from drivers.serial.device import SerialProfile
from drivers.serial.options import port_settings
from drivers.serial.pattern import folded
from drivers.serial.port_settings import PortSettings
from drivers.serial.printed import PrintedLines
from rules.instant import Duration, in_seconds, seconds
from rules.reading import FailedPoll, FaultCause, Measurement, Reading

CHUNK_BYTES: Final = 4096
MOST_BYTES: Final = 64 * 1024  # of a port that never rests and never says what is waited for
LINE_WITHIN: Final = seconds(10)  # a panel prints when something happens
OPEN_WITHIN_S: Final = 5.0
BETWEEN_COMMANDS_S: Final = 0.1
LINE_ENDS: Final = b"\r\n"


async def read_once(plan: BusPlan, now: Now) -> Seen:
    """Wait for what the one detector of a plan says next; ask where it has to be asked.

    Raises:
        LineDownError: the port does not open, or is lost.
    """
    (detector,) = plan.detectors
    device: SerialProfile = detector.profile.device
    path = plan.options.port
    port = await _opened(path, port_settings(plan.options, device))
    try:
        for command in device.start:
            port.write(bytes.fromhex(command))
            await asyncio.sleep(BETWEEN_COMMANDS_S)
        port.reset_input_buffer()
        asked = bytes.fromhex(device.ask)
        began = now()
        port.write(asked)
        heard = await _hear(port.fileno(), _ended(device), _within(device))
    except (OSError, termios.error) as error:
        raise LineDownError(f"{path}: {error}; was it unplugged?") from error
    finally:
        with suppress(OSError, termios.error):
            port.close()
    took = Duration(now() - began)
    shown, measurements = _found(heard, detector, now)
    wrong = ""
    if not _ended(device)(heard):
        wrong = f"not a byte in {in_seconds(took):.1f} s" if not heard else "no good frame or line"
        measurements = (_silence(heard, detector, wrong, now),)
    exchange = Exchange(about=f"port {path}", asked=asked, answered=heard, took=took, wrong=wrong)
    return Seen(exchanges=(exchange,), shown=shown, measurements=measurements)


async def listen(path: str, settings: PortSettings, within: Duration) -> bytes:
    """Give what comes over a port in a time in which nobody is asked.

    Raises:
        LineDownError: the port does not open, or is lost.
    """
    port = await _opened(path, settings)
    try:
        return await _hear(port.fileno(), lambda _: False, within)
    except (OSError, termios.error) as error:
        raise LineDownError(f"{path}: {error}; was it unplugged?") from error
    finally:
        with suppress(OSError, termios.error):
            port.close()


async def _opened(path: str, settings: PortSettings) -> serial.Serial:
    try:
        async with asyncio.timeout(OPEN_WITHIN_S):
            return await asyncio.to_thread(open_port, path, settings, OPEN_WITHIN_S)
    except TimeoutError:
        raise LineDownError(f"{path}: did not open in {OPEN_WITHIN_S:g} s; unplug it") from None


async def _hear(descriptor: int, ended: Callable[[bytes], bool], within: Duration) -> bytes:
    """Take bytes until they hold what is waited for, or the time is over."""
    loop = asyncio.get_running_loop()
    heard = bytearray()
    whole: asyncio.Future[None] = loop.create_future()

    def read() -> None:
        try:
            chunk = os.read(descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return
        except OSError as error:
            loop.remove_reader(descriptor)
            whole.set_exception(error)
            return
        heard.extend(chunk)
        if not chunk or len(heard) >= MOST_BYTES or ended(bytes(heard)):
            loop.remove_reader(descriptor)
            whole.set_result(None)

    loop.add_reader(descriptor, read)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(in_seconds(within)):
                await whole
    finally:
        loop.remove_reader(descriptor)
    return bytes(heard)


def _within(device: SerialProfile) -> Duration:
    if device.lines is not None:
        return LINE_WITHIN
    return device.answer_within if device.ask else device.silent_after


def _ended(device: SerialProfile) -> Callable[[bytes], bool]:
    """Give what tells that all that is waited for has come."""
    if device.lines is not None:
        return lambda data: _line_in(data) is not None
    return lambda data: _frame_in(data, device) is not None


def _line_in(data: bytes) -> bytes | None:
    """Give the first whole line that is not empty."""
    body = data.lstrip(LINE_ENDS)
    ends = [place for end in LINE_ENDS if (place := body.find(end)) >= 0]
    return body[: min(ends)] if ends else None


def _frame_in(data: bytes, device: SerialProfile) -> Frame | None:
    return next((each for each in Framer(device).feed(data) if isinstance(each, Frame)), None)


def _silence(heard: bytes, detector: BusDetector, wrong: str, now: Now) -> FailedPoll:
    cause = FaultCause.BAD_REPLY if heard else FaultCause.NO_REPLY
    return FailedPoll(detector.id, cause, wrong, now())


def _found(
    heard: bytes, detector: BusDetector, now: Now
) -> tuple[tuple[Shown, ...], tuple[Measurement, ...]]:
    """Give what stands in what came, and what the driver would make of it."""
    device: SerialProfile = detector.profile.device
    if device.lines is not None:
        line = _line_in(heard)
        return () if line is None else (_of_line(line, device.lines),), ()
    frame = _frame_in(heard, device)
    if frame is None:
        return (), ()
    said = decode(frame, device)
    if isinstance(said, Refusal):
        failed = FailedPoll(detector.id, said.cause, said.detail, now())
        return _of_frame(frame, device, {}), (failed,)
    at = now()
    found: list[Measurement] = []
    if warning := warning_in(frame, device):
        found.append(FailedPoll(detector.id, FaultCause.DEVICE_WARNING, warning, at))
    found += (Reading(detector.id, name, value, at) for name, value in said.items())
    return _of_frame(frame, device, said), tuple(found)


def _of_line(line: bytes, lines: PrintedLines) -> Shown:
    text = line.decode(lines.encoding, "replace")
    event = next((each for each in lines.events if each.pattern.fits(folded(text))), None)
    shown = "".join(character if character.isprintable() else "?" for character in text)
    return Shown(
        sort=Sort.STATE,
        name="line",
        place="",
        raw=shown,
        words="" if event is None else str(event.says),
    )


def _of_frame(
    frame: Frame, device: SerialProfile, values: Mapping[str, float]
) -> tuple[Shown, ...]:
    shown: list[Shown] = []
    signs = {
        name: (sort, sign)
        for sort, named in (
            (Sort.WARNING, device.warnings),
            (Sort.INHIBIT, device.inhibits),
            (Sort.FAULT, device.faults),
        )
        for name, sign in named.items()
    }
    for name, place in device.places.items():
        number = number_at(frame.bytes, place, device.byte_order)
        raw, _, where = shown_at(frame.bytes, place).rpartition(" at ")
        sort, words, is_set = Sort.VALUE, "", None
        if name in signs:
            sort, sign = signs[name]
            is_set = number is None or number >= sign.lowest
            words = _word(sign.words, number) if is_set else ""
        elif name == "state" and device.state is not None and name not in device.fields:
            sort, words = Sort.STATE, _word(device.state.meanings, number)
        else:
            number = values.get(name, number)
        shown.append(
            Shown(
                sort=sort,
                name=name,
                place=where,
                raw=raw,
                number=number,
                words=words,
                is_set=is_set,
            )
        )
    return tuple(shown)


def _word(words: Mapping[str, str], number: float | None) -> str:
    return next((str(word) for text, word in words.items() if int(text, 0) == number), "")
