"""Sees to it that the next start is by what was confirmed last, whatever happens until then.

A person may have written what is on trial into the site file itself, so that it would be in force
at the next start without anybody's confirmation: then the one before is kept, in the place of that
very file. All of this blocks: for a thread.
"""

import contextlib
from pathlib import Path

from gateway.configuration.found_files import found_files
from gateway.configuration.kept import InForce, Kept, Trial, base_of, in_force
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.site_files import SiteFiles


class WayBack:
    """The way back.

    Args:
        site_file: the file that the gateway was started with.
        kept: where it keeps what it may not write there.
    """

    def __init__(self, site_file: Path, kept: KeptFiles) -> None:
        self._site_file = site_file
        self._kept = kept

    @property
    def state_directory(self) -> Path:
        """Where the gateway's own state lies."""
        return self._kept.folder.parent

    def prepare(self, before: SiteFiles, trial: Trial) -> None:
        """Have the next start be by these files, and note that others are on trial.

        Raises:
            OSError: it is not on disk.
        """
        self._kept.note(trial)
        self._have_in_force(before)

    def restore(self, before: SiteFiles) -> None:
        """Have the next start be by these files, and drop the note; raises OSError."""
        self._have_in_force(before)
        self._kept.drop_trial()

    def keep(self, files: SiteFiles, author: str) -> None:
        """Have the next start be by files that a person has confirmed; raises OSError."""
        file, _ = found_files(self._site_file)
        if file is not None and files.lies_in(file):
            self._kept.drop_kept()
        else:
            kept = Kept(files=files, base=base_of(file), author=author)
            self._kept.keep(kept, to_settle=True)
        with contextlib.suppress(OSError):  # it is seen at the start that it was confirmed
            self._kept.drop_trial()

    def _have_in_force(self, files: SiteFiles) -> None:
        file, _ = found_files(self._site_file)
        try:
            kept = self._kept.kept()
        except ValueError:
            kept = None
        if in_force(file, kept) is InForce.KEPT:
            is_so = kept is not None and kept.files.digest == files.digest
        else:
            is_so = file is not None and files.lies_in(file)
        if not is_so:
            self._kept.keep(Kept(files=files, base=base_of(file)), to_settle=False)
