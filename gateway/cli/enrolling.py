"""What `enrol` and `replace` have in common: whose identity it is, and how it is shown."""

import argparse
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from gateway.cli.outcome import CommandError, ExitCode, complain
from gateway.cli.state_directory_argument import add_state_directory_argument
from gateway.device_key import DeviceKeyError
from gateway.enrolment.certificate import Certificate
from gateway.enrolment.folder import DEFAULT as TLS_DIRECTORY
from gateway.enrolment.request import EnrolmentError
from gateway.enrolment.unit import Enrolled, Unit
from gateway.messages.topics import Origin
from gateway.problem_view import problems_view
from gateway.settings.model import Settings
from gateway.site_file import read_site
from gateway.site_texts import SITE_FILE
from gateway.text import say

EARLY: Final = 30
"""Days before its end from which a certificate wants renewing."""


def add_enrolling_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --site, --directory, --state-directory and --json."""
    parser.add_argument(
        "--site",
        metavar="FILE",
        type=Path,
        default=SITE_FILE,
        help=say("argument.enrol-site", default=SITE_FILE),
    )
    parser.add_argument(
        "--directory",
        metavar="DIR",
        type=Path,
        default=TLS_DIRECTORY,
        help=say("argument.tls-directory", default=TLS_DIRECTORY),
    )
    add_state_directory_argument(parser)
    parser.add_argument("--json", action="store_true", help=say("argument.json"))


def settings_for(arguments: argparse.Namespace) -> Settings:
    """Read the site file that names the gateway."""
    site = read_site(arguments.site)
    if site.settings is None:
        for line in problems_view(site.problems, site.texts):
            complain(line)
        raise CommandError(ExitCode.BAD_INPUT, say("enrol.site", path=arguments.site))
    return site.settings


def unit_of(settings: Settings, arguments: argparse.Namespace) -> Unit:
    """Say which unit it is, and where its identity lies."""
    return Unit(
        origin=Origin(settings.site.province, settings.site.id, settings.gateway.id),
        directory=arguments.directory,
        state_directory=arguments.state_directory,
    )


@contextmanager
def told_in_a_line() -> Iterator[None]:
    """End the command with one line where the unit's identity cannot be made or used."""
    try:
        yield
    except (EnrolmentError, DeviceKeyError) as error:
        raise CommandError(ExitCode.REFUSED, str(error)) from error


def enrolled_view(unit: Unit, enrolled: Enrolled, now: dt.datetime) -> list[str]:
    """Give the lines that tell a person what the unit has."""
    key = {True: "enrol.made", False: "enrol.there"}

    def row(name: str, file: Path) -> str:
        return say(name, file=file, what=say(key[file in enrolled.made]))

    return [
        say(
            "enrol.gateway",
            gateway=unit.origin.gateway,
            site=unit.origin.site,
            province=unit.origin.province,
        ),
        row("enrol.device-key", unit.device_key),
        row("enrol.tls-key", unit.key),
        row("enrol.request", unit.request),
        _certificate_line(unit, enrolled, now),
        "",
        say("enrol.for-the-centre"),
        say("enrol.fingerprint", fingerprint=enrolled.fingerprint),
        say("enrol.public", key=enrolled.device_key),
    ]


def enrolled_as_json(unit: Unit, enrolled: Enrolled) -> dict[str, Any]:
    """Give the same for a program."""
    certificate = enrolled.certificate
    return {
        "gateway": unit.origin.gateway,
        "site": unit.origin.site,
        "province": unit.origin.province,
        "device_key": enrolled.device_key,
        "fingerprint": enrolled.fingerprint,
        "files": {
            "device_key": str(unit.device_key),
            "key": str(unit.key),
            "request": str(unit.request),
            "certificate": str(unit.certificate),
        },
        "made": [str(file) for file in enrolled.made],
        "certificate": None if certificate is None else certificate_as_json(certificate),
        "unfit": enrolled.unfit,
    }


def certificate_as_json(certificate: Certificate) -> dict[str, Any]:
    """Give a certificate for a program."""
    return {
        "serial": certificate.serial,
        "issuer": certificate.issuer,
        "since": certificate.since.isoformat(),
        "until": certificate.until.isoformat(),
    }


def _certificate_line(unit: Unit, enrolled: Enrolled, now: dt.datetime) -> str:
    if enrolled.unfit is not None:
        return say("enrol.certificate.unfit", file=unit.certificate, why=enrolled.unfit)
    certificate = enrolled.certificate
    if certificate is None:
        return say("enrol.certificate.missing", file=unit.certificate)
    return say(
        "enrol.certificate.there",
        file=unit.certificate,
        until=f"{certificate.until:%Y-%m-%d}",
        days=certificate.days_left(now),
    )
