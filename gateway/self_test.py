"""What a centre is told when it asks who a gateway is, and how it is. Pure.

A self-test lists each part of the gateway, and of the building each detector that is not as it
should be: five hundred good ones are one line. It judges nothing anew; a part that the supervision
finds at fault is at fault here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from gateway.control.status import PathNow, Status
from gateway.earnest import in_earnest
from gateway.messages.command import MOST_CHECKS, CheckResult
from gateway.record import ClockQuality
from gateway.spoken_time import age
from gateway.text import Language
from rules.condition import Condition, Lane
from rules.health import HealthState
from rules.instant import Instant
from rules.snapshot import ConditionNow, DetectorNow, Protection, SiteNow

AMISS: Final = frozenset({Condition.FAULT, Condition.SUPERVISORY})

STORE, CLOCK, OUTBOX = "gateway/store", "gateway/clock", "gateway/outbox"
DETECTORS: Final = "detectors"
DETECTOR: Final = "detector/"
MORE: Final = "more"

WORDS_OF_CLOCK: Final = {
    ClockQuality.SYNCHRONISED: "synchronised",
    ClockQuality.HOLDOVER: "runs on without synchronisation",
    ClockQuality.UNKNOWN: "not known",
}


def identity_line(status: Status, *, configuration: str, device_key: str) -> str:
    """Say who and what this gateway is, in one line.

    Args:
        status: the present.
        configuration: hash of the site file, hexadecimal.
        device_key: the device's public key, as it is written.
    """
    running = age(Language.ENGLISH, status.now.at - status.started)
    return (
        f"gateway {status.gateway} of {status.site_name}, version {status.version}, "
        f"configuration {configuration[:12]}, {len(status.now.detectors)} detectors in "
        f"{len(status.now.zones)} zones, running for {running}, device key {device_key}"
    )


def checks_of(status: Status, buses: Sequence[str]) -> list[CheckResult]:
    """Look at every part of a gateway; no more than fit a reply, those of the building last.

    Args:
        status: the present.
        buses: ids of the site's buses.
    """
    faults = _faults(status)
    found = [*_of_gateway(status, buses, faults), *_of_building(status, faults)]
    if len(found) <= MOST_CHECKS:
        return found
    rest = found[MOST_CHECKS - 1 :]
    amiss = sum(not check.ok for check in rest)
    more = CheckResult(part=MORE, ok=not amiss, detail=f"{len(rest)} more, {amiss} of them amiss")
    return [*found[: MOST_CHECKS - 1], more]


def summary_of(checks: Iterable[CheckResult]) -> str:
    """Say in one line what a self-test has found."""
    amiss = [check.part for check in checks if not check.ok]
    return f"{len(amiss)} amiss: {', '.join(amiss)}" if amiss else "all is well"


def _of_gateway(
    status: Status, buses: Sequence[str], faults: Mapping[str, str]
) -> Iterator[CheckResult]:
    """Give the gateway's own parts, then every other that the supervision finds amiss."""
    own = [
        _part(STORE, faults, ok=status.store_ok, good="works", bad="cannot be written"),
        _clock(status.clock, faults),
        _part(OUTBOX, faults, good=_waiting(status)),
        *(_path(path, status.now.at, faults) for path in status.paths),
        *(_part(f"bus/{bus}", faults, good="works") for bus in buses),
        *_outputs(status.now, faults),
    ]
    if not status.paths:
        own.append(CheckResult(part="path", ok=False, detail="the site has none"))
    yield from own
    told = {check.part for check in own}
    for source, detail in faults.items():
        if source not in told and not source.startswith(DETECTOR):
            yield CheckResult(part=source, ok=False, detail=detail)


def _of_building(status: Status, faults: Mapping[str, str]) -> Iterator[CheckResult]:
    """Give the detectors in sum, then the zones and detectors that are not as they should be."""
    detectors = status.now.detectors
    amiss = [(each, why) for each in detectors if (why := _why_not(each, faults)) is not None]
    yield CheckResult(
        part=DETECTORS,
        ok=not amiss,
        detail=f"{len(detectors) - len(amiss)} of {len(detectors)} as they should be",
    )
    for zone in status.now.zones:
        if zone.protection is not Protection.FULL or zone.disabled or zone.under_test:
            words = [f"protection {zone.protection}"]
            words += ["disabled"] * zone.disabled + ["under test"] * zone.under_test
            yield CheckResult(part=f"zone/{zone.id}", ok=False, detail=", ".join(words))
    for detector, why in amiss:
        yield CheckResult(part=f"{DETECTOR}{detector.id}", ok=False, detail=why)


def _faults(status: Status) -> Mapping[str, str]:
    """Give what is amiss in earnest, by its source; of two conditions the graver one."""
    amiss = [each for each in in_earnest(status.now) if each.condition in AMISS]
    amiss.sort(key=lambda each: each.condition is Condition.FAULT)
    return {each.source: _words(each) for each in amiss}


def _words(condition: ConditionNow) -> str:
    return f"{condition.cause}: {condition.detail}" if condition.detail else condition.cause


def _part(
    part: str, faults: Mapping[str, str], *, good: str, ok: bool = True, bad: str = ""
) -> CheckResult:
    """Give a part: amiss where it is known to be, or where a fault stands that names it."""
    fault = faults.get(part)
    detail = fault if fault is not None else good if ok else bad
    return CheckResult(part=part, ok=ok and fault is None, detail=detail)


def _clock(quality: ClockQuality, faults: Mapping[str, str]) -> CheckResult:
    words = WORDS_OF_CLOCK[quality]
    return _part(CLOCK, faults, ok=quality is ClockQuality.SYNCHRONISED, good=words, bad=words)


def _path(path: PathNow, now: Instant, faults: Mapping[str, str]) -> CheckResult:
    lasted = age(Language.ENGLISH, now - path.since)
    return _part(
        f"path/{path.id}",
        faults,
        ok=path.connected,
        good=f"connected for {lasted}",
        bad=f"not connected for {lasted}" + (f": {path.detail}" if path.detail else ""),
    )


def _outputs(now: SiteNow, faults: Mapping[str, str]) -> Iterator[CheckResult]:
    for output, energised in now.outputs.items():
        level = "on" if energised else "off"
        is_disabled = output in now.disabled_outputs
        part = f"output/{output}"
        yield _part(part, faults, ok=not is_disabled, good=level, bad=f"disabled, {level}")


def _waiting(status: Status) -> str:
    counts = ", ".join(f"{lane} {status.outbox.get(lane, 0)}" for lane in Lane)
    return f"waiting: {counts}"


def _why_not(detector: DetectorNow, faults: Mapping[str, str]) -> str | None:
    """Say why a detector is not as it should be; None where it is."""
    words = ["disabled"] if detector.disabled else []
    health = detector.health
    if health.state is not HealthState.OK:
        words += [str(each) for each in (health.state, health.cause, health.detail) if each]
    elif (fault := faults.get(f"{DETECTOR}{detector.id}")) is not None:
        words.append(fault)
    return ": ".join(words) or None
