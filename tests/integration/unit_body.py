"""A unit as the doctor looks at it: real folders, users, ports and disks, prepared kernel files.

What a machine without a Raspberry Pi's board cannot show stands in a folder like sysfs; what
systemd would answer is said by a little program in its place.
"""

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from gateway.clock import ClockSources
from gateway.doctor.finding import Finding, Verdict
from gateway.doctor.machine import Machine
from gateway.doctor.patient import Asked, Patient

SITE = """\
site: {id: CS0001, name: Chợ, province: "33", commune: "12345"}
gateway: {id: GW-1}
buses: [{id: line, serial: {port: PORT}}]
zones: [{id: hall, name: Sảnh}]
detectors: [{id: dust, zone: hall, bus: line, profile: plantower-pms7003, kind: smoke-detector}]
rules: [{id: dusty, zone: hall, raises: fire-alarm, when: dust.pm2_5 > 300 µg/m³}]
uplink: {paths: [{id: lan, host: 127.0.0.1, port: 1}]}
"""

SYSTEMCTL = """\
#!/bin/sh
# Says what a systemd would that had these units.
case "$2" in
"""


class Body:
    """A unit in a folder.

    Attributes:
        folder: where all of it lies.
        machine: where the doctor looks.
        user: as whom the gateway runs here.
    """

    def __init__(self, folder: Path, user: str = "nobody") -> None:
        self.folder = folder
        self.user = user
        self.site = folder / "settings" / "site.yaml"
        self.state = folder / "state"
        self.site.parent.mkdir(mode=0o750)
        self.state.mkdir(mode=0o750)
        for name in ("dev", "sys", "boot", "systemd"):
            (folder / name).mkdir()
        self.boot = folder / "boot" / "cmdline.txt"
        self.boot.write_text("root=/dev/mmcblk0p2\n")
        self.systemctl = folder / "systemctl"
        self.machine = Machine(
            dev=folder / "dev",
            sys=folder / "sys",
            boot=(self.boot,),
            systemd=folder / "systemd",
            release=folder / "current",
            systemctl=str(self.systemctl),
            vcgencmd=str(folder / "vcgencmd"),
            timedatectl=str(folder / "timedatectl"),
        )
        (folder / "current" / "bin").mkdir(parents=True)
        (folder / "current" / "bin" / "firegw").touch()
        self.units({})
        self.write_site()

    def write_site(self, text: str = SITE, port: str = "/dev/null-port") -> None:
        self.site.write_text(text.replace("PORT", port))

    def units(self, units: dict[str, dict[str, str]]) -> None:
        """Say what systemctl shows of units; the manager itself is ''."""
        cases = "".join(
            f"{name or '--property=RuntimeWatchdogUSec'}) cat <<'END'\n{_lines(shown)}END\n;;\n"
            for name, shown in units.items()
        )
        self.systemctl.write_text(f"{SYSTEMCTL}{cases}*) echo ActiveState=inactive;;\nesac\n")
        self.systemctl.chmod(0o755)

    def kernel(self, name: str, text: str) -> None:
        """Have the kernel show something."""
        file = self.folder / "sys" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{text}\n")

    def patient(self, sources: ClockSources | None = None, **machine: object) -> Patient:
        asked = Asked(
            site=self.site,
            state=self.state,
            socket=str(self.folder / "control.sock"),
            user=self.user,
        )
        return Patient(asked, replace(self.machine, **machine), sources)


def _lines(shown: dict[str, str]) -> str:
    return "".join(f"{name}={value}\n" for name, value in shown.items())


def faults(findings: Iterable[Finding]) -> list[str]:
    """Give the names of what is amiss."""
    return [each.fault for each in findings if each.fault is not None]


def verdicts(findings: Iterable[Finding]) -> list[Verdict]:
    return [each.verdict for each in findings]


is_root = os.geteuid() == 0
