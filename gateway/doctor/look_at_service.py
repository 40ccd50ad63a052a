"""Looks at the service, at what the gateway says of itself, and at the programs beside it."""

from collections.abc import Iterator
from typing import Final

from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.machine import properties
from gateway.doctor.patient import Patient
from gateway.doctor.words import MENDS, OTHER_CAUSE
from gateway.earnest import in_earnest
from gateway.serial_ports import running_gateways
from gateway.text import TEXTS
from rules.condition import Condition
from rules.health import HealthState
from rules.snapshot import ConditionNow

SHOWN: Final = "LoadState,UnitFileState,ActiveState,SubState,NRestarts,NeedDaemonReload,Result"
ENABLED: Final = ("enabled", "enabled-runtime", "static", "linked", "alias", "generated")
MANY_RESTARTS: Final = 3
FAULTS: Final = {
    Condition.FAULT: "standing-fault",
    Condition.SUPERVISORY: "standing-warning",
    Condition.DEGRADED: "standing-warning",
}
MODEM_PORTS: Final = ("ttyUSB", "ttyACM")


def service(patient: Patient) -> Iterator[Finding]:
    """See whether the service is there, starts with the unit, and stays up."""
    unit, values = patient.asked.unit, patient.values
    shown = properties(patient.machine, unit, f"--property={SHOWN}")
    if shown is None:
        yield unlooked(Check.SERVICE, Unlooked.NO_SYSTEMD, unit)
        return
    if shown.get("LoadState") == "not-found":
        yield found("service-missing", unit, **values)
        return
    faults = list(_amiss(patient, shown))
    yield from faults
    if not faults:
        state = f"{shown.get('ActiveState')}, {shown.get('UnitFileState')}"
        yield well(Check.SERVICE, unit, state)


def _amiss(patient: Patient, shown: dict[str, str]) -> Iterator[Finding]:
    unit, values = patient.asked.unit, patient.values
    state, result = shown.get("ActiveState", ""), shown.get("Result", "")
    count = int(shown.get("NRestarts", "0") or 0)
    enabled = shown.get("UnitFileState", "")
    if enabled not in ENABLED:
        yield found("service-disabled", unit, **values, state=enabled or "unknown")
    if shown.get("SubState") == "auto-restart":
        yield found("service-restarting", unit, **values, count=count, result=result)
    elif state in ("failed", "inactive"):
        yield found("service-down", unit, **values, state=state, result=result)
    elif count >= MANY_RESTARTS:
        yield found("service-restarted", unit, **values, count=count)
    if shown.get("NeedDaemonReload") == "yes":
        yield found("service-changed", unit, **values)
    link = patient.machine.release
    if not (link / "bin" / "firegw").exists():
        yield found("release-broken", str(link), **values, link=link)


def daemon(patient: Patient) -> Iterator[Finding]:
    """Give what the gateway itself holds to be amiss, each with what to do about it."""
    status = patient.status
    if status is None and not patient.is_permitted:
        yield unlooked(Check.DAEMON, Unlooked.NOT_PERMITTED, detail=patient.why_silent)
        return
    if status is None:
        yield found("gateway-silent", **patient.values, why=patient.why_silent)
        return
    standing = [each for each in in_earnest(status.now) if each.condition in FAULTS]
    told = {each.source for each in standing}
    for each in standing:
        yield _standing(each)
    for detector in status.now.detectors:
        health = detector.health
        if health.state is HealthState.FAULTY and f"detector/{detector.id}" not in told:
            cause = "" if health.cause is None else str(health.cause)
            yield _standing_fault("standing-fault", f"detector/{detector.id}", cause, health.detail)
    if not standing:
        yield well(Check.DAEMON, status.gateway, f"version {status.version}")


def _standing(each: ConditionNow) -> Finding:
    return _standing_fault(FAULTS[each.condition], each.source, str(each.cause), each.detail)


def _standing_fault(fault: str, source: str, cause: str, detail: str) -> Finding:
    said, mend = TEXTS.get(f"cause.{cause}"), MENDS.get(cause, OTHER_CAUSE)
    return found(
        fault,
        source,
        source=source,
        cause=cause if said is None else said.en,
        cause_vi=cause if said is None else said.vi,
        detail=detail or source,
        mend=mend.en,
        mend_vi=mend.vi,
    )


def programs(patient: Patient) -> Iterator[Finding]:
    """See whether there is but one gateway, and no program that writes to every new port."""
    faults = []
    gateways = running_gateways(patient.machine.proc)
    if len(gateways) > 1:
        pids = ",".join(str(each.pid) for each in gateways)
        faults.append(found("two-gateways", **patient.values, count=len(gateways), pids=pids))
    usb = [bus for bus in patient.serial_buses() if _is_usb(bus.port)]
    if usb and _is_active(patient, "ModemManager.service"):
        faults.append(found("modem-manager", usb[0].port, port=usb[0].port, bus=usb[0].id))
    yield from faults
    if not faults:
        yield well(Check.PROGRAMS)


def _is_usb(port: str) -> bool:
    return "/by-id/" in port or any(word in port for word in MODEM_PORTS)


def _is_active(patient: Patient, unit: str) -> bool:
    shown = properties(patient.machine, unit, "--property=ActiveState")
    return shown is not None and shown.get("ActiveState") == "active"
