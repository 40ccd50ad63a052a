"""What the change of a configuration is about. Nouns only."""

from dataclasses import dataclass
from typing import Final

from gateway.configuration.site_files import SiteFiles
from gateway.recording.black_box import SiteTexts
from gateway.settings.model import Settings

SHOWN: Final = 12  # digits of a hash


class HalfChangedError(Exception):
    """A configuration was taken up in part: only a start from the beginning is sure to mend it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A configuration that the gateway can guard by.

    Attributes:
        settings: those that were read.
        site: all files that they were read from.
        files: the site file, and its own profiles.
    """

    settings: Settings
    site: SiteTexts
    files: SiteFiles

    @property
    def name(self) -> str:
        """What it is called in events."""
        return self.settings.hash[:SHOWN]
