"""What a gateway starts with. Nouns only."""

from dataclasses import dataclass

from gateway.configuration.site_files import SiteFiles
from gateway.recording.black_box import SiteTexts
from gateway.settings.model import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What a gateway starts with.

    Attributes:
        settings: None where there is nothing that it could guard by.
        site: all files that they were read from.
        files: the site file, and its own profiles.
        lines: what a person is shown of it.
        told: what the centre is told of how it came to be in force.
        is_needless: whether what is kept is not in force, and need not be kept.
    """

    settings: Settings | None
    site: SiteTexts
    files: SiteFiles
    lines: tuple[str, ...]
    told: tuple[str, ...]
    is_needless: bool
