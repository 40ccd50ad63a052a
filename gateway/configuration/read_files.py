"""Site files and profiles of a person: has them checked as `firegw check` does.

A profile that lies with the site wins over one of that name that came with the gateway.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath

from gateway.configuration.site_files import SiteFiles
from gateway.settings.loader import load_site
from gateway.settings.model import Settings
from gateway.site_texts import profile_texts, shipped_profiles
from rules.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFiles:
    """Files, and what came of them.

    Attributes:
        files: the site file, and of its profiles those that it names.
        settings: None where a problem is more than a warning.
        problems: all of them.
        texts: by file name, all that was read, for the lines of the problems.
        shipped: by file name, the profiles that it names and that came with the gateway.
    """

    files: SiteFiles
    settings: Settings | None
    problems: tuple[Problem, ...]
    texts: Mapping[str, bytes]
    shipped: Mapping[str, bytes]


def checked(files: SiteFiles) -> CheckedFiles:
    """Check files as `firegw check` does."""
    own = files.texts
    names = {PurePath(name).name for name in files.profiles}
    shipped, unreadable = profile_texts(shipped_profiles())
    shipped = {path: text for path, text in shipped.items() if PurePath(path).name not in names}
    profiles = {path: text for path, text in own.items() if path != files.name}
    settings, problems = load_site(own[files.name], files.name, shipped | profiles)
    if settings is None:
        problems += unreadable
    named = () if settings is None else settings.profiles
    return CheckedFiles(
        files=replace(
            files,
            profiles={
                name: text
                for name, text in files.profiles.items()
                if PurePath(name).stem in named or settings is None
            },
        ),
        settings=settings,
        problems=problems,
        texts=own | shipped,
        shipped={path: text for path, text in shipped.items() if PurePath(path).stem in named},
    )
