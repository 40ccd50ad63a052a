"""`firegw enrol`: the unit's keys and its certificate request, and the certificate installed.

Makes what is missing and writes nothing over, so that it can be called again at any time.
"""

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Final

from gateway.cli.enrolling import (
    EARLY,
    add_enrolling_arguments,
    certificate_as_json,
    enrolled_as_json,
    enrolled_view,
    settings_for,
    told_in_a_line,
    unit_of,
)
from gateway.cli.outcome import CommandError, ExitCode, show
from gateway.enrolment.folder import content_of
from gateway.enrolment.request import EnrolmentError
from gateway.enrolment.unit import Installed, Unit, enrol, install
from gateway.settings.model import Settings
from gateway.text import say

NAME: Final = "enrol"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the certificate to install, if any, and where things lie."""
    parser.add_argument("--install", metavar="CERT", type=Path, help=say("argument.install"))
    parser.add_argument("--ca", metavar="CA", type=Path, help=say("argument.enrol-ca"))
    add_enrolling_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make what is missing; or install what the centre has sent."""
    if arguments.ca is not None and arguments.install is None:
        raise CommandError(ExitCode.BAD_INPUT, say("enrol.ca-alone"))
    settings = settings_for(arguments)
    unit = unit_of(settings, arguments)
    now = dt.datetime.now(dt.UTC)
    with told_in_a_line():
        if arguments.install is not None:
            return _install(unit, settings, arguments, now)
        enrolled = enrol(unit, now)
    if arguments.json:
        show(json.dumps(enrolled_as_json(unit, enrolled), ensure_ascii=False))
        return ExitCode.OK
    for line in enrolled_view(unit, enrolled, now):
        show(line)
    if enrolled.certificate is None or enrolled.certificate.days_left(now) < EARLY:
        show("")
        show(say("enrol.next", request=unit.request))
    return ExitCode.OK


def _install(
    unit: Unit, settings: Settings, arguments: argparse.Namespace, now: dt.datetime
) -> int:
    chain = _brought(arguments.install)
    authority = None if arguments.ca is None else _brought(arguments.ca)
    installed = install(unit, chain, authority, (str(arguments.install), str(arguments.ca)), now)
    named = _is_named(unit, settings)
    if arguments.json:
        answer = {
            "gateway": unit.origin.gateway,
            "file": str(unit.certificate),
            "changed": installed.changed,
            "chain_checked": installed.chain_checked,
            "authority_made": installed.authority_made,
            "authority_differs": installed.authority_differs,
            "named_by_a_path": named,
            "certificate": certificate_as_json(installed.certificate),
        }
        show(json.dumps(answer, ensure_ascii=False))
    else:
        for line in _view(unit, installed, named=named, site=arguments.site, now=now):
            show(line)
    return ExitCode.OK


def _view(
    unit: Unit, installed: Installed, *, named: bool, site: Path, now: dt.datetime
) -> list[str]:
    certificate = installed.certificate
    lines = [
        say(
            "enrol.installed" if installed.changed else "enrol.installed-already",
            file=unit.certificate,
            until=f"{certificate.until:%Y-%m-%d}",
            days=certificate.days_left(now),
        )
    ]
    if installed.authority_made:
        lines.append(say("enrol.authority.made", file=unit.authority))
    if installed.authority_differs:
        lines.append(say("enrol.authority.differs", file=unit.authority))
    if not installed.chain_checked:
        lines.append(say("enrol.chain-not-checked"))
    if certificate.days_left(now) < EARLY:
        lines.append(say("enrol.soon", days=certificate.days_left(now)))
    if named:
        lines.append(say("enrol.no-restart"))
    else:
        lines.append(say("enrol.not-named", site=site))
        lines.append(f"      tls: {{ca: {unit.authority},")
        lines.append(f"            certificate: {unit.certificate}, key: {unit.key}}}")
    return lines


def _brought(file: Path) -> bytes:
    content = content_of(file)
    if content is None:
        raise EnrolmentError(say("enrol.missing", file=file))
    return content


def _is_named(unit: Unit, settings: Settings) -> bool:
    """Say whether a path shows the certificate that lies there."""
    wanted = (str(unit.certificate), str(unit.key))
    return any(
        path.tls is not None and (path.tls.certificate, path.tls.key) == wanted
        for path in settings.uplink.paths
    )
