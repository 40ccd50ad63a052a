"""What a disk may hold after a cut of power: a model, as pessimistic as is cheap.

Contents: of each file, what was there when its last fsync returned. Each later write or truncation
is kept or lost by itself, whatever becomes of the others, as a cache may write back in any order. A
write may also be torn: each of its sectors of 512 bytes is then kept or lost by itself. Where a
lost write would have made its file longer, the file may have grown all the same, by zeros. What a
program wrote through a mapping is not seen, so that such a file may hold anything.

Names: as ext4 with data=ordered keeps them, whose journal holds what was created, renamed and
removed in order: all up to the last fsync of the folder, and of what came later all up to any
point. More pessimistic than ext4, fsync of a file keeps no name, not even the file's own.
"""

import random
from dataclasses import dataclass, field

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Create:
    name: str
    file: int  # names the file for ever, as an inode does


@dataclass(frozen=True, slots=True)
class Rename:
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Unlink:
    name: str


@dataclass(frozen=True, slots=True)
class Write:
    file: int
    offset: int
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Truncate:
    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Map:
    """From now on the file is written without a call."""

    file: int


@dataclass(frozen=True, slots=True)
class Sync:
    file: int


@dataclass(frozen=True, slots=True)
class SyncFolder:
    pass


Call = Create | Rename | Unlink | Write | Truncate | Map | Sync | SyncFolder


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a cut goes for what was not synced.

    Attributes:
        kept: the chance of each write and truncation to be kept.
        torn: the chance of a write that is not, to be torn instead of lost.
        tears_last: whether all is kept but the last write, which is torn.
        seed: of the dice.
    """

    kept: float = 1.0
    torn: float = 0.0
    tears_last: bool = False
    seed: int = 0


ALL_KEPT = Outcome()
ALL_LOST = Outcome(kept=0.0)


def outcomes(torn: int, mixed: int, seed: int) -> tuple[Outcome, ...]:
    """Give both ends, the last write torn in some ways, and some mixtures."""
    return (
        ALL_KEPT,
        ALL_LOST,
        *(Outcome(tears_last=True, seed=seed + each) for each in range(torn)),
        *(
            Outcome(kept=0.25 + 0.25 * (each % 3), torn=0.5, seed=seed + each)
            for each in range(mixed)
        ),
    )


@dataclass(slots=True)
class _File:
    synced: bytearray = field(default_factory=bytearray)
    since: list[Write | Truncate] = field(default_factory=list)
    mapped: bool = False


class Disk:
    """A folder's files, call by call."""

    def __init__(self) -> None:
        self._files: dict[int, _File] = {}
        self._names: dict[str, int] = {}
        self._names_since: list[Create | Rename | Unlink] = []
        self._last: Write | Truncate | None = None

    def do(self, call: Call) -> None:
        """Take a call that has returned, or a write that has begun."""
        match call:
            case Create():
                self._files[call.file] = _File()
                self._names_since.append(call)
            case Rename() | Unlink():
                self._names_since.append(call)
            case Write() | Truncate():
                self._files[call.file].since.append(call)
                self._last = call
            case Map():
                self._files[call.file].mapped = True
            case Sync():
                file = self._files[call.file]
                file.synced = self._content(file, ALL_KEPT, random.Random(0))
                file.since.clear()
            case SyncFolder():
                self._names = self._named(len(self._names_since))
                self._names_since.clear()

    def after_cut(self, outcome: Outcome) -> dict[str, bytes]:
        """Give the files that are there if the power goes now."""
        dice = random.Random(outcome.seed)
        later = len(self._names_since)
        if outcome.kept == 0.0:
            later = 0
        elif outcome.kept < 1.0:
            later = dice.randint(0, later)
        return {
            name: bytes(self._content(self._files[file], outcome, dice))
            for name, file in sorted(self._named(later).items())
        }

    def _named(self, later: int) -> dict[str, int]:
        names = dict(self._names)
        for change in self._names_since[:later]:
            match change:
                case Create():
                    names[change.name] = change.file
                case Rename():
                    names[change.new] = names.pop(change.old)
                case Unlink():
                    del names[change.name]
        return names

    def _content(self, file: _File, outcome: Outcome, dice: random.Random) -> bytearray:
        content = bytearray(file.synced)
        for call in file.since:
            if outcome.tears_last and call is self._last:
                _tear(content, call, dice)
            elif outcome.kept == 1.0 or dice.random() < outcome.kept:
                _keep(content, call)
            elif dice.random() < outcome.torn:
                _tear(content, call, dice)
        if file.mapped and 0.0 < outcome.kept < 1.0:
            content[:] = dice.randbytes(len(content))
        return content


def _keep(content: bytearray, call: Write | Truncate) -> None:
    end = call.size if isinstance(call, Truncate) else call.offset + len(call.data)
    if isinstance(call, Truncate):
        del content[end:]
    _grow(content, end)
    if isinstance(call, Write):
        content[call.offset : end] = call.data


def _tear(content: bytearray, call: Write | Truncate, dice: random.Random) -> None:
    if isinstance(call, Truncate):
        return  # there is no half of it
    at, end = call.offset, call.offset + len(call.data)
    if dice.random() < 0.5:
        _grow(content, end)
    while at < end:
        next_at = min(end, at // SECTOR * SECTOR + SECTOR)
        if dice.random() < 0.5:
            _grow(content, next_at)
            content[at:next_at] = call.data[at - call.offset : next_at - call.offset]
        at = next_at


def _grow(content: bytearray, size: int) -> None:
    content.extend(bytes(max(0, size - len(content))))
