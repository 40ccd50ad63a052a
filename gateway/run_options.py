"""What the command line says of a run, and which software runs."""

from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from gateway.configuration.site_files import SiteFiles
from gateway.recording.black_box import SiteTexts


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """What the command line says.

    Attributes:
        state_directory: where the journal lies.
        control_socket: where firegw reaches the daemon.
        operators: user ids that may operate beside the groups, for a trial run.
        machine_id: of this machine: a journal from another begins a new epoch.
        site: the files that the settings were read from: a recording holds them.
        site_file: the site file that the command line names, from which `files` came or not.
        files: the site file and its own profiles that are in force.
        told: what there is to be told of how they came to be in force.
    """

    state_directory: Path
    control_socket: Path
    operators: frozenset[int]
    machine_id: str
    site: SiteTexts = field(default_factory=SiteTexts)
    site_file: Path = Path()
    files: SiteFiles = SiteFiles(name="", site="")  # noqa: RUF009 - frozen
    told: tuple[str, ...] = ()


def installed_version() -> str:
    """Give the version of fire-gateway, or what stands for it in a source tree."""
    try:
        return version("fire-gateway")
    except PackageNotFoundError:
        return "0+source"
