"""The process that checks files for the daemon: files come in, a verdict goes out, and it ends.

Where memory runs short it is to go before the gateway, and the gateway's turns go before its own.
"""

import contextlib
import os
import pickle
import resource
import sys
from pathlib import Path
from typing import Final

import msgspec

from gateway.configuration.check_apart import Verdict
from gateway.configuration.read_files import checked
from gateway.configuration.site_files import SiteFiles

MOST_MEMORY: Final = 256 * 1024 * 1024  # bytes of address space
MOST_PROCESSOR_S: Final = 60
FIRST_TO_GO: Final = "800"  # of 1000
LAST_IN_TURN: Final = 10


def main() -> None:
    """Read files from standard input, and write the verdict to standard output."""
    # Each may be forbidden by a sandbox; the daemon's own bound on the time holds in any case.
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    with contextlib.suppress(OSError):
        os.nice(LAST_IN_TURN)
    for kind, most in (
        (resource.RLIMIT_AS, MOST_MEMORY),
        (resource.RLIMIT_CPU, MOST_PROCESSOR_S),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, most))
    files = msgspec.json.decode(sys.stdin.buffer.read(), type=SiteFiles)
    found = checked(files)
    verdict = Verdict(
        files=found.files,
        settings=found.settings,
        problems=found.problems,
        texts={} if found.settings is None else {**found.files.texts, **found.shipped},
    )
    sys.stdout.buffer.write(pickle.dumps(verdict, protocol=pickle.HIGHEST_PROTOCOL))


if __name__ == "__main__":
    main()
