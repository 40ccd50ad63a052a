"""What a gateway starts with: its site file, or what was confirmed in its place."""

from pathlib import Path

from gateway.configuration.change import SHOWN
from gateway.configuration.found_files import found_files
from gateway.configuration.kept import InForce, Kept, Trial, in_force
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.read_files import CheckedFiles, checked
from gateway.configuration.site_files import SiteFiles
from gateway.configuration.started import Started
from gateway.problem_view import problems_view
from gateway.recording.black_box import SiteTexts
from rules.problem import Problem


def read(site_file: Path, state_directory: Path) -> Started:
    """Read it; it changes nothing on disk."""
    file, unreadable = found_files(site_file)
    folder = KeptFiles(state_directory)
    told: list[str] = []
    kept = _kept(folder, told)
    by = in_force(file, kept)
    taken = None
    if by is InForce.KEPT and kept is not None:
        taken = checked(kept.files)
        if taken.settings is None:
            told.append(
                f"what was confirmed, {_name(kept.files)}, has mistakes for this version:"
                f" {site_file} is in force in its place"
            )
            taken = None
    elif by is InForce.EDITED and kept is not None:
        told.append(f"{site_file} was edited since {_name(kept.files)} was confirmed: it wins")
    if taken is None and file is not None:
        taken = checked(file)
    trial = _trial(folder)
    if trial is not None and taken is not None and taken.files.digest != trial.digest:
        told.append(
            f"{trial.hash[:SHOWN]}, applied by {trial.author}, was on trial when the gateway ended:"
            " gone back"
        )
    is_needless = by in (InForce.SETTLED, InForce.EDITED)
    return _started(taken, site_file, unreadable, told=tuple(told), is_needless=is_needless)


def _started(
    taken: CheckedFiles | None,
    site_file: Path,
    unreadable: tuple[Problem, ...],
    *,
    told: tuple[str, ...],
    is_needless: bool,
) -> Started:
    if taken is None:
        nothing = SiteFiles(name=str(site_file), site="")
        lines = tuple(problems_view(unreadable, {}))
        return Started(
            settings=None,
            site=SiteTexts(),
            files=nothing,
            lines=lines,
            told=(),
            is_needless=False,
        )
    problems = taken.problems + (unreadable if taken.settings is None else ())
    return Started(
        settings=taken.settings,
        site=SiteTexts(file=taken.files.name, texts={**taken.files.texts, **taken.shipped}),
        files=taken.files,
        lines=tuple(problems_view(problems, taken.texts)),
        told=told,
        is_needless=is_needless,
    )


def _kept(folder: KeptFiles, told: list[str]) -> Kept | None:
    try:
        return folder.kept()
    except (OSError, ValueError) as error:
        told.append(f"what was confirmed cannot be read: {error}: the site file is in force")
        return None


def _trial(folder: KeptFiles) -> Trial | None:
    try:
        return folder.trial()
    except (OSError, ValueError):
        return None


def _name(files: SiteFiles) -> str:
    return files.hash[:SHOWN]
