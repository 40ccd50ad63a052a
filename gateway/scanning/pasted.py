"""The lines of a site file for what a search has found, to be pasted and finished by hand."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from gateway.scanning.finding import Finding, Presence
from gateway.scanning.search_plan import LineSettings

ZONE: Final = "ZONE"
UNKNOWN_PROFILE: Final = "PROFILE"
BUS: Final = "line-1"


def pasted(findings: Sequence[Finding], where: str) -> list[str]:
    """Give the lines; none where nothing was found that could be read.

    One line has one setting. Where devices were found with several, those of the most usual one
    are written, and the others as comments: they have to be set alike first.

    Args:
        findings: what was found.
        where: the bus's own options but for the line's settings, as `port: /dev/ttyUSB0`.
    """
    usable = [each for each in findings if each.presence is not Presence.GARBLED]
    if not usable:
        return []
    (settings, _), *_ = Counter(each.settings for each in usable).most_common(1)
    echo = ", echo: true" if any(each.echo for each in usable) else ""
    return [
        "buses:",
        f"  - {{id: {BUS}, modbus: {{{where}{_of_line(settings)}{echo}}}}}",
        "detectors:",
        *_detectors(usable, settings),
    ]


def _of_line(settings: LineSettings | None) -> str:
    if settings is None:
        return ""
    stop_bits = "" if settings.stop_bits == 1 else f", stop_bits: {settings.stop_bits}"
    return f", baud: {settings.baud}, parity: {settings.parity}{stop_bits}"


def _detectors(findings: Sequence[Finding], settings: LineSettings | None) -> Iterator[str]:
    taken: set[str] = set()
    for finding in findings:
        fits = finding.settings == settings
        id_ = f"unit-{finding.unit}"
        if id_ in taken:
            id_ += f"-at-{'' if finding.settings is None else finding.settings.baud}"
        taken.add(id_)
        certain = [match.profile for match in finding.matches if match.certain]
        guesses = [match.profile for match in finding.matches if not match.certain]
        profile = certain[0] if len(certain) == 1 else UNKNOWN_PROFILE
        remark = f"  # perhaps {', '.join((*certain, *guesses))}" if profile not in certain else ""
        if profile == UNKNOWN_PROFILE and not finding.matches:
            remark = "  # no profile fits: see `firegw read`, and write one"
        if not fits:
            remark = f"  # at {finding.settings}: set it like the others first"
        yield (
            f"  {'' if fits else '# '}- {{id: {id_}, zone: {ZONE}, bus: {BUS}, "
            f"profile: {profile}, unit: {finding.unit}}}{remark}"
        )
