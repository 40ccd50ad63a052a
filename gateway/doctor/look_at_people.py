"""Looks at users and groups: the gateway's own, and those of whoever asks."""

from collections.abc import Iterator
from typing import Final

from gateway.control.protocol import RIGHTS_OF_GROUP
from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, well
from gateway.doctor.machine import caller, has_group
from gateway.doctor.patient import Patient

DIALOUT: Final = "dialout"


def gateway_user(patient: Patient) -> Iterator[Finding]:
    """See whether the gateway's user is there, and in the groups of what it touches."""
    user, values = patient.user, patient.values
    if user is None:
        yield found("user-missing", patient.asked.user, **values)
        return
    faults = []
    drivers = {bus.driver for bus in patient.settings.buses} if patient.settings else set()
    if "gpio" in drivers and "gpio" not in user.groups:
        faults.append(found("no-gpio-group", user.name, **values))
    if any(patient.serial_buses()) and DIALOUT not in user.groups:
        faults.append(found("no-dialout-group", user.name, **values))
    faults += [
        found("user-has-rights", user.name, **values, name=name)
        for name in sorted(user.groups & RIGHTS_OF_GROUP.keys())
    ]
    yield from faults
    if not faults:
        yield well(Check.USER, user.name, ", ".join(sorted(user.groups)))


def groups(patient: Patient) -> Iterator[Finding]:
    """See whether the groups of people are there, and whoever asks is in one."""
    missing = [name for name in RIGHTS_OF_GROUP if not has_group(name)]
    if missing:
        yield found("groups-missing", **patient.values, names=", ".join(missing))
    name, names = caller()
    if patient.is_root:
        if not missing:
            yield well(Check.GROUPS, name)
    elif not names & RIGHTS_OF_GROUP.keys():
        yield found("caller-in-no-group", name, name=name)
    else:
        yield well(Check.GROUPS, name, ", ".join(sorted(names & RIGHTS_OF_GROUP.keys())))
