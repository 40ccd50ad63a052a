"""Site files and profiles of a person: reads them from a folder, unchecked.

Apart from what checks them: the daemon reads what lies there, and has no memory for the checker.
"""

from pathlib import Path, PurePath

from gateway.configuration.site_files import PROFILES, SiteFiles, text_of
from gateway.site_texts import profile_texts, read_text_file
from rules.problem import Problem


def found_files(file: Path) -> tuple[SiteFiles | None, tuple[Problem, ...]]:
    """Read a site file with all profiles that lie beside it, unchecked.

    Without them, the problems say why.
    """
    data, problems = read_text_file(file)
    if data is None:
        return None, problems
    own, unreadable = profile_texts(file.parent / PROFILES)
    return (
        SiteFiles(
            name=str(file),
            site=text_of(data),
            profiles={PurePath(path).name: text_of(held) for path, held in own.items()},
        ),
        unreadable,
    )
