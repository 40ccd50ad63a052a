"""What a search has found, and the ports and chips of this machine: for people and for programs."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from drivers.gpio.chips import ChipsHere
from gateway.scanning.finding import Finding, Match, Presence
from gateway.scanning.listening import Stream
from gateway.scanning.pasted import pasted
from gateway.serial_ports import SerialPort
from gateway.text import say

INDENT: Final = "  "


def found_view(findings: Sequence[Finding], where: str, *, heeds_no_unit: bool) -> list[str]:
    """Give the lines that a person sees.

    Args:
        findings: what was found.
        where: the bus's own options but for the line's settings, as `port: /dev/ttyUSB0`.
        heeds_no_unit: whether the host answers whatever unit it is asked for.
    """
    lines = [line for finding in findings for line in _finding(finding)]
    if heeds_no_unit:
        lines.append(say("scan.heeds-no-unit"))
    if len({finding.settings for finding in findings}) > 1:
        lines.append(say("scan.two-settings"))
    if not findings:
        return [say("scan.nobody")]
    to_paste = pasted(findings, where)
    return [*lines, "", say("scan.paste"), "", *to_paste] if to_paste else lines


def found_as_json(
    findings: Sequence[Finding], where: str, *, heeds_no_unit: bool, ended: str
) -> dict[str, Any]:
    """Give the same for a program; `ended` is done, interrupted or why the line was lost."""
    return {
        "ended": ended,
        "heeds_no_unit": heeds_no_unit,
        "found": [
            {
                "unit": finding.unit,
                "baud": None if finding.settings is None else finding.settings.baud,
                "parity": None if finding.settings is None else finding.settings.parity,
                "stop_bits": None if finding.settings is None else finding.settings.stop_bits,
                "presence": finding.presence,
                "detail": finding.detail,
                "echo": finding.echo,
                "matches": [
                    {
                        "profile": match.profile,
                        "certain": match.certain,
                        "marks": dict(match.marks),
                        "values": dict(match.values),
                    }
                    for match in finding.matches
                ],
            }
            for finding in findings
        ],
        "paste": pasted(findings, where),
    }


def streams_view(streams: Sequence[Stream]) -> list[str]:
    """Give the lines for what came unasked, for a person."""
    lines: list[str] = []
    for stream in streams:
        key = "scan.sends" if stream.matches else "scan.unasked"
        lines.append(f"{stream.settings}: {say(key, count=stream.count)}")
        lines += [f"{INDENT}{each.profile}: {_pairs(each.values)}" for each in stream.matches]
        if not stream.matches:
            lines.append(INDENT + stream.beginning)
    return lines


def streams_as_json(streams: Sequence[Stream]) -> list[dict[str, Any]]:
    """Give the same for a program."""
    return [
        {
            "settings": str(stream.settings),
            "bytes": stream.count,
            "beginning": stream.beginning,
            "matches": [
                {"profile": match.profile, "values": dict(match.values)} for match in stream.matches
            ],
        }
        for stream in streams
    ]


def here_view(ports: Sequence[SerialPort], chips: ChipsHere) -> list[str]:
    """Give the ports and chips of this machine, for a person."""
    lines = [say("scan.ports" if ports else "scan.no-ports")]
    for port in ports:
        lines.append(INDENT + port.path)
        if port.leads_to != port.path:
            lines.append(INDENT * 2 + say("scan.leads-to", path=port.leads_to))
        if not port.is_open_to_us:
            lines.append(INDENT * 2 + say("scan.not-ours"))
        for holder in port.holders:
            key = "scan.held-by-gateway" if holder.is_gateway else "scan.held"
            lines.append(INDENT * 2 + say(key, pid=holder.pid, command=holder.command))
    lines.append(say("scan.chips" if chips.found or chips.silent else "scan.no-chips"))
    for chip in chips.found:
        what = say("scan.chip", number=chip.number, label=chip.label, lines=chip.lines)
        lines.append(INDENT + what)
    return [*lines, *(INDENT + text for text in chips.silent)]


def here_as_json(ports: Sequence[SerialPort], chips: ChipsHere) -> dict[str, Any]:
    """Give the same for a program."""
    return {
        "ports": [
            {
                "path": port.path,
                "leads_to": port.leads_to,
                "open_to_us": port.is_open_to_us,
                "holders": [
                    {"pid": each.pid, "command": each.command, "gateway": each.is_gateway}
                    for each in port.holders
                ],
            }
            for port in ports
        ],
        "chips": [
            {"chip": f"gpiochip{chip.number}", "label": chip.label, "lines": chip.lines}
            for chip in chips.found
        ],
        "silent_chips": list(chips.silent),
    }


def _finding(finding: Finding) -> Iterator[str]:
    where = "" if finding.settings is None else f"{finding.settings}, "
    unit = where + say("scan.unit", unit=finding.unit)
    if finding.presence is Presence.GARBLED:
        yield f"{unit}: {say('scan.garbled')}"
        yield INDENT + finding.detail
        return
    certain = [match for match in finding.matches if match.certain]
    if not finding.matches:
        refuses = finding.presence is Presence.REFUSES
        yield f"{unit}: {say('scan.refuses' if refuses else 'scan.unknown')}"
    for match in certain:
        yield f"{unit}: {say('scan.is', profile=match.profile, marks=_pairs(match.marks))}"
        yield from _values(match)
    if certain:
        return
    if finding.matches:
        yield f"{unit}: {say('scan.could-be')}"
    for match in finding.matches:
        yield INDENT + match.profile + (f": {_pairs(match.values)}" if match.values else "")


def _values(match: Match) -> Iterator[str]:
    if match.values:
        yield INDENT + _pairs(match.values)


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {text}" for name, text in pairs)
