#!/usr/bin/env python3
"""Follows pages word for word, as a person who has a fresh machine and these pages.

    tests/system/walk.py SUITE PAGE ...

Each page is followed on the machine that the page before it has left. What the hidden comments of a
page may say stands in console_blocks.py. Needs root, debootstrap and systemd-nspawn.
"""

import shlex
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from system import base_system
from system.base_system import PERSON
from system.console_blocks import Block, Typed, blocks_of, not_printed
from system.container import Container, ContainerError
from system.tally import Tally

HOME: Final = f"/home/{PERSON}"
AGAIN_AFTER_S: Final = 1.0
VIETNAMESE, ENGLISH = "vi_VN.UTF-8", "C.UTF-8"


def follow(page: Path, container: Container, tally: Tally) -> None:
    """Follow one page, to its end or to the first block that does not go as it says."""
    place = HOME
    name = page.name
    language = VIETNAMESE if name.endswith(".vi.md") else ENGLISH
    for block in blocks_of(page.read_text()):
        where = f"{name}:{block.line}: "
        if block.skipped:
            tally.note(f"{where}not followed: {block.skipped}")
            continue
        try:
            place = _follow_block(block, container, tally, where, (place, language))
        except ContainerError as error:
            tally.told(f"{where}a block", str(error))
            return


def _follow_block(
    block: Block, container: Container, tally: Tally, where: str, settings: tuple[str, str]
) -> str:
    place, language = settings
    if block.file:
        # What was there keeps its owner and mode.
        container.run(f"cat >{shlex.quote(block.file)}", answers=block.content)
        tally.told(f"{where}{block.file} is written")
        return place
    for hidden in block.first:
        container.said(hidden)
    for command in block.commands:
        wrong, place = _type(command, container, place, language)
        title = command.shown.replace("\\\n", " ")
        if not tally.told(f"{where}{title}", wrong):
            raise ContainerError("the rest of the page is not followed")
    for hidden in block.then:
        container.said(hidden)
    return place


def _type(command: Typed, container: Container, place: str, language: str) -> tuple[str, str]:
    """Type it until it goes well or its time is over; give what is wrong, and where we are."""
    deadline = time.monotonic() + command.within_s
    line = command.typed
    if command.for_s is not None:
        # An interrupted program ends as it likes.
        line = f"timeout --foreground --signal=INT {command.for_s} bash -c {shlex.quote(line)}"
        line += "; [ $? -le 130 ]"
    while True:
        code, output, now_at = container.person_types(
            line, place=place, language=language, answers=command.answers
        )
        wrong = ""
        if code != command.exit_code:
            wrong = f"{output}\nexit code {code}, not {command.exit_code}"
        for missing in not_printed(command.prints, output):
            wrong = f"{output}\nnot printed: {missing}"
        if not wrong or time.monotonic() >= deadline:
            return wrong, now_at
        time.sleep(AGAIN_AFTER_S)


def walk(suite: str, pages: list[Path], tally: Tally, work: Path) -> None:
    """Follow pages, one after the other, on a fresh machine."""
    root = work / f"walk-{suite}"
    base_system.fresh(suite, root)
    archive = root / HOME.lstrip("/") / f"fire-gateway-{base_system.version()}.tar.gz"
    base_system.pack(archive)
    try:
        with Container(root, network=True) as container:
            for page in pages:
                follow(page, container, tally)
    except ContainerError as error:
        tally.told("the machine", str(error))
    base_system.removed(root)


def main() -> int:
    """Follow the pages that are named."""
    suite, *pages = sys.argv[1:]
    tally = Tally(f"{suite}, ")
    with tempfile.TemporaryDirectory(prefix="walk-") as work:
        walk(suite, [Path(page) for page in pages], tally, Path(work))
    print(tally.last_line())
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
