"""Has files checked by a process of their own: that takes long on a small unit, and much memory.

The daemon goes on meanwhile. A process that is spawned, and not a fork of this one: threads are at
work here, and whatever one of them holds at that instant a fork would hold for ever.
"""

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from gateway.configuration.site_files import SiteFiles
from gateway.settings.model import Settings
from rules.instant import in_seconds, seconds
from rules.problem import Problem

CHECKED_WITHIN: Final = seconds(60)
"""A site of 3,000 detectors takes some ten seconds on the smallest board."""

ENDED_WITHIN: Final = seconds(2)
PROGRAM: Final = "gateway.configuration.checking_process"
SOURCES: Final = Path(__file__).resolve().parents[2]


class NotCheckedError(Exception):
    """The check itself came to no end; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a check.

    Attributes:
        files: the site file, and of its profiles those that it names.
        settings: None where a problem is more than a warning.
        problems: all of them.
        texts: by file name, what the settings were read from; empty without settings.
    """

    files: SiteFiles
    settings: Settings | None
    problems: tuple[Problem, ...]
    texts: dict[str, bytes]


async def check_apart(files: SiteFiles) -> Verdict:
    """Check files in a process of their own.

    Raises:
        NotCheckedError: it could not be started, took too long, or was ended for want of memory.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(SOURCES)},
            start_new_session=True,  # a Ctrl-C at a trial run is for the gateway alone
        )
    except OSError as error:
        raise NotCheckedError(f"no process can be started: {error.strerror or error}") from None
    try:
        async with asyncio.timeout(in_seconds(CHECKED_WITHIN)):
            told, _ = await process.communicate(msgspec.json.encode(files))
    except TimeoutError:
        limit = round(in_seconds(CHECKED_WITHIN))
        raise NotCheckedError(f"the check took longer than {limit} s") from None
    finally:
        await _end(process)
    if process.returncode != 0:
        raise NotCheckedError(_why(process.returncode))
    verdict: Verdict = pickle.loads(told)  # noqa: S301 - nobody but that process writes there
    return verdict


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), in_seconds(ENDED_WITHIN))


def _why(code: int | None) -> str:
    if code == -signal.SIGKILL:
        return "the check was killed; perhaps there is too little memory"
    if code == -signal.SIGXCPU:
        return "the check took too much of the processor"
    return f"the check ended with code {code}; try firegw check"
