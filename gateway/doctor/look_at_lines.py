"""Looks at serial ports and GPIO lines. None is opened that the gateway may have."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from drivers.bus import LineDownError
from drivers.gpio.chips import FoundChip, LineNow, choose_chip, find_chips, line_now
from drivers.gpio.options import GpioBusOptions
from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.machine import in_the_way, lines_of, mode_of, owner_of, properties
from gateway.doctor.patient import Patient, SerialBus
from gateway.serial_ports import holders_of, serial_ports

READS_AND_WRITES: Final = 6
CONSOLE: Final = re.compile(r"console=([A-Za-z0-9_/-]+)")
ALIASES: Final = ("serial0", "serial1")
UNSTABLE: Final = re.compile(r"/dev/tty(USB|ACM)[0-9]+")

OURS: Final = ("lg", "gpiozero")
"""What lgpio writes as the consumer of a line that it holds."""


def console(patient: Patient) -> Iterator[Finding]:
    """See whether the kernel or a login talks on a port that the site uses."""
    buses = list(patient.serial_buses())
    if not buses:
        why = Unlooked.NO_SITE if patient.settings is None else Unlooked.NOT_USED
        yield unlooked(Check.CONSOLE, why)
    for bus in buses:
        faults = [*_kernel_on(patient, bus), *_login_on(patient, bus)]
        yield from faults
        if not faults:
            yield well(Check.CONSOLE, bus.port)


def _kernel_on(patient: Patient, bus: SerialBus) -> Iterator[Finding]:
    real = os.path.realpath(bus.port)
    for file in patient.machine.boot:
        for word in CONSOLE.finditer("\n".join(lines_of(file))):
            device = os.path.realpath(patient.machine.dev / word[1].removeprefix("/dev/"))
            if device in (real, bus.port) or bus.port.endswith(f"/{word[1]}"):
                yield found(
                    "console-on-port",
                    bus.port,
                    port=bus.port,
                    bus=bus.id,
                    word=word[0],
                    file=file,
                )
                return


def _login_on(patient: Patient, bus: SerialBus) -> Iterator[Finding]:
    names = {Path(bus.port).name, Path(os.path.realpath(bus.port)).name}
    for name in sorted(names):
        unit = f"serial-getty@{name}.service"
        shown = properties(patient.machine, unit, "--property=ActiveState")
        if shown is not None and shown.get("ActiveState") in ("active", "activating"):
            yield found("login-on-port", bus.port, port=bus.port, bus=bus.id, unit=unit)


def ports(patient: Patient) -> Iterator[Finding]:
    """See whether each port is there, the gateway's to open, and nobody else's."""
    buses = list(patient.serial_buses())
    if not buses:
        why = Unlooked.NO_SITE if patient.settings is None else Unlooked.NOT_USED
        yield unlooked(Check.PORT, why)
    for bus in buses:
        faults = list(_port(patient, bus))
        yield from faults
        if not faults:
            yield well(Check.PORT, bus.port)


def _port(patient: Patient, bus: SerialBus) -> Iterator[Finding]:
    values = patient.values | {"bus": bus.id, "port": bus.port}
    file = Path(bus.port)
    if not file.exists():
        there = ", ".join(port.path for port in serial_ports()) or "-"
        yield found("port-missing", bus.port, **values, there=there)
        return
    if patient.user is not None and in_the_way(patient.user, READS_AND_WRITES, file) is not None:
        owner, mode = owner_of(file), mode_of(file)
        yield found("port-closed", bus.port, **values, owner=owner, mode=mode)
    stable = _stable_name(bus.port)
    if stable is not None:
        yield found("port-name-changes", bus.port, **values, stable=stable)
    holders = holders_of(bus.port)
    others = [holder for holder in holders if not holder.is_gateway] or list(holders[1:])
    if others:
        command, pid = others[0].command, others[0].pid
        yield found("port-held", bus.port, **values, command=command, pid=pid)
    elif not patient.sees_open_files and not holders:
        yield unlooked(Check.PORT, Unlooked.NEEDS_ROOT, bus.port, "who has it open")


def _stable_name(port: str) -> str | None:
    """Give the name of a port that stays the same, where it is written by one that does not."""
    if not UNSTABLE.fullmatch(port):
        return None
    return next((each.path for each in serial_ports() if each.leads_to == port != each.path), None)


def gpio(patient: Patient) -> Iterator[Finding]:
    """See whether the chip is there, the gateway's to open, and its lines free or the gateway's."""
    settings = patient.settings
    buses = [] if settings is None else [bus for bus in settings.buses if bus.driver == "gpio"]
    if settings is None or not buses:
        yield unlooked(Check.GPIO, Unlooked.NO_SITE if settings is None else Unlooked.NOT_USED)
        return
    for bus in buses:
        options = bus.options
        assert isinstance(options, GpioBusOptions)
        lines = {
            entry.options.line: f"{kind}/{entry.id}"
            for kind, entries in (("detector", settings.detectors), ("output", settings.outputs))
            for entry in entries
            if entry.bus == bus.id
        }
        try:
            chip = choose_chip(find_chips(patient.machine.dev), options.chip)
        except LineDownError as error:
            yield _no_chip(bus.id, str(error))
            continue
        faults = list(_chip(patient, bus.id, chip, lines))
        yield from faults
        if not faults:
            yield well(Check.GPIO, bus.id, str(chip))


def _no_chip(bus: str, why: str) -> Finding:
    if "cannot be opened" in why:
        # By this process, which may be in a sandbox; whether the gateway may, the mode says.
        return unlooked(Check.GPIO, Unlooked.NEEDS_ROOT, bus)
    return found("gpio-chip-missing", bus, bus=bus, why=why.removeprefix("gpio: "))


def _chip(patient: Patient, bus: str, chip: FoundChip, lines: dict[int, str]) -> Iterator[Finding]:
    file = patient.machine.dev / f"gpiochip{chip.number}"
    yield from closed_chip(patient, bus, file)
    runs = patient.status is not None
    yield from taken_lines(bus, lines, partial(line_now, file), gateway_runs=runs)


def taken_lines(
    bus: str,
    lines: Mapping[int, str],
    ask: Callable[[int], LineNow | None],
    *,
    gateway_runs: bool,
) -> Iterator[Finding]:
    """See whether somebody else has a line of the site."""
    for line, what in sorted(lines.items()):
        now = ask(line)
        if now is not None and is_taken(now, gateway_runs=gateway_runs):
            values = {"line": line, "what": what, "consumer": now.consumer or "?"}
            yield found("gpio-line-taken", f"{bus} {line}", **values)


def closed_chip(patient: Patient, bus: str, file: Path) -> Iterator[Finding]:
    """See whether the gateway's user may open a chip."""
    if patient.user is None or in_the_way(patient.user, READS_AND_WRITES, file) is None:
        return
    values = patient.values | {"bus": bus, "chip": str(file)}
    yield found("gpio-closed", bus, **values, owner=owner_of(file), mode=mode_of(file))


def is_taken(now: LineNow, *, gateway_runs: bool) -> bool:
    """Tell whether somebody else has a line."""
    return now.is_used and not (gateway_runs and now.consumer.startswith(OURS))
