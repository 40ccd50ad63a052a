"""Looks at the site file, the folders and the secrets: are they there, whole, and whose."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.device_key import FILE_NAME, DeviceKeyError, read_key
from gateway.doctor.catalogue import found
from gateway.doctor.finding import Check, Finding, Unlooked, unlooked, well
from gateway.doctor.machine import ROOT, in_the_way, may, mode_of
from gateway.doctor.patient import Patient
from gateway.settings.model import CREDENTIAL
from gateway.uplink.credentials import files_of

READS: Final = 4
WRITES: Final = 7
OTHERS: Final = 0o007
OTHERS_WRITE: Final = 0o002
GROUP_AND_OTHERS: Final = 0o077
SECRETS: Final = ("tls.key", "password_file")


def site_file(patient: Patient) -> Iterator[Finding]:
    """See whether the site file can be used, and is the one that is."""
    site, about = patient.site, patient.site.file
    mistakes = [problem for problem in site.problems if not problem.warning]
    warnings = [problem for problem in site.problems if problem.warning]
    if mistakes and not site.texts:
        yield from _unreadable(patient, mistakes[0].what.partition(": ")[2])
        return
    if mistakes:
        count, first = len(mistakes), str(mistakes[0])
        yield found("site-mistakes", about, file=about, count=count, first=first)
    elif warnings:
        count, first = len(warnings), str(warnings[0])
        yield found("site-warnings", about, file=about, count=count, first=first)
    else:
        yield well(Check.SITE_FILE, about)
    running = "" if patient.status is None else patient.status.configuration
    if site.settings is not None and running and running != site.settings.hash:
        yield found("site-not-applied", about, **patient.values, file=about)


def _unreadable(patient: Patient, why: str) -> Iterator[Finding]:
    about = patient.site.file
    try:
        there = patient.asked.site.exists()
    except OSError:
        there = True
    if there and not patient.is_root:
        yield unlooked(Check.SITE_FILE, Unlooked.NEEDS_ROOT, about)
    else:
        yield found("site-unreadable", about, file=about, why=why)


def settings_folder(patient: Patient) -> Iterator[Finding]:
    """See who may look into the folder of the site file, and whether the gateway may."""
    folder, user = patient.asked.site.parent, patient.user
    try:
        mode = folder.stat().st_mode
        if mode & OTHERS:
            values = patient.values | {"folder": str(folder), "mode": mode_of(folder)}
            fault = "settings-writable" if mode & OTHERS_WRITE else "settings-open"
            yield found(fault, str(folder), **values)
        if user is None:
            yield unlooked(Check.SETTINGS, Unlooked.NO_USER, str(folder))
            return
        place = in_the_way(user, READS, patient.asked.site)
    except PermissionError:
        yield unlooked(Check.SETTINGS, Unlooked.NEEDS_ROOT, str(folder))
        return
    except OSError:
        yield unlooked(Check.SETTINGS, Unlooked.NO_SITE, str(folder))
        return
    if place is not None:
        file = patient.asked.site
        yield found("settings-closed", str(file), **patient.values, file=file, place=place)
    elif not mode & OTHERS:
        yield well(Check.SETTINGS, str(folder))


def secrets(patient: Patient) -> Iterator[Finding]:
    """See whether what each path proves itself with is there, closed, and the gateway's."""
    if patient.settings is None:
        yield unlooked(Check.SECRETS, Unlooked.NO_SITE)
        return
    named = [
        (path.id, setting, written)
        for path in patient.settings.uplink.paths
        for setting, written in files_of(path).items()
    ]
    if not named:
        yield unlooked(Check.SECRETS, Unlooked.NOT_USED)
    for path, setting, written in named:
        yield _secret(patient, path, setting, written)


def _secret(patient: Patient, path: str, setting: str, written: str) -> Finding:
    if written.startswith(CREDENTIAL):
        # systemd gives it to the service alone; that it can be used is seen by the broker's word.
        return well(Check.SECRETS, written, setting)
    file = Path(written)
    values = patient.values | {"path": path, "setting": setting, "file": written}
    try:
        status = file.stat()
        if setting in SECRETS and status.st_mode & GROUP_AND_OTHERS:
            return found("secret-open", written, **values, mode=mode_of(file))
        if patient.user is None:
            return unlooked(Check.SECRETS, Unlooked.NO_USER, written)
        is_closed = in_the_way(patient.user, READS, file) is not None
        # The gateway takes no secret of another's but root's, whatever its mode.
        is_others = setting in SECRETS and status.st_uid not in (ROOT, patient.user.uid)
    except PermissionError:
        return unlooked(Check.SECRETS, Unlooked.NEEDS_ROOT, written)
    except OSError:
        return found("secret-missing", written, **values)
    if is_closed or is_others:
        return found("secret-closed", written, **values)
    return well(Check.SECRETS, written, setting)


def state_directory(patient: Patient) -> Iterator[Finding]:
    """See whether the gateway can keep its state, and its key is its own."""
    folder, user = patient.asked.state, patient.user
    values = patient.values | {"folder": str(folder)}
    try:
        mode = folder.stat().st_mode
        if user is None:
            yield unlooked(Check.STATE, Unlooked.NO_USER, str(folder))
            return
        places = [folder, *sorted(folder.glob("journal.db*"))]
        closed = [
            place for place in places if not may(user, WRITES if place == folder else 6, place)
        ]
        if closed:
            yield found("state-closed", str(folder), **values, file=closed[0])
        elif mode & OTHERS:
            yield found("state-open", str(folder), **values, mode=mode_of(folder))
        else:
            yield well(Check.STATE, str(folder))
        yield from _key(patient, folder / FILE_NAME)
    except PermissionError:
        yield unlooked(Check.STATE, Unlooked.NEEDS_ROOT, str(folder))
    except OSError:
        yield found("state-missing", str(folder), **values)


def _key(patient: Patient, file: Path) -> Iterator[Finding]:
    user = patient.user
    assert user is not None
    why = ""
    try:
        if not may(user, READS, file):
            why = f"{file}: user {user.name} may not read it"
        elif may(user, READS, file.parent):
            read_key(file)
    except FileNotFoundError:
        return  # it is made at the start
    except DeviceKeyError as error:
        if isinstance(error.__cause__, PermissionError):
            return
        why = str(error)
    if why:
        yield found("key-unusable", str(file), **patient.values, file=file, why=why)
