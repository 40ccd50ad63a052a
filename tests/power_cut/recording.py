"""What a program asks of the file system, call by call: recorded by strace.

Only calls that the model of the disk knows may touch the folder; any other is an error, so that
none is passed over. The folder must be empty when the recording begins.
"""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from power_cut.disk import (
    Call,
    Create,
    Map,
    Rename,
    Sync,
    SyncFolder,
    Truncate,
    Unlink,
    Write,
)

# %file and %desc would be all; the trace is then three times as long. Of those that could change a
# file, each is here: what the model does not know ends the recording.
TRACED = (
    "open,openat,openat2,creat,close,dup,dup2,dup3,fcntl,write,pwrite64,writev,pwritev,pwritev2,"
    "truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,msync,mmap,"
    "rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,"
    "sendfile,copy_file_range,splice,io_uring_setup,io_submit"
)
LONGEST_WRITE = 1 << 20
LONGEST_RUN = 300.0  # seconds

LINE = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<given>.*)\) += (?P<result>-?\w+)")
NO_CALL = re.compile(r"\d+ +(\+\+\+|---) ")
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


class RecordingError(Exception):
    """The recording cannot be made or understood. Its text says why."""


@dataclass(frozen=True, slots=True)
class Said:
    """A line that the program wrote to its standard output, at this place among its calls."""

    line: str


def record(
    command: list[str], folder: Path, trace: Path, **environment: str
) -> tuple[Call | Said, ...]:
    """Run a program under strace, and give what it asked for in a folder and what it said."""
    strace = ["strace", "-f", "-xx", "-s", str(LONGEST_WRITE), "-e", f"trace={TRACED}"]
    try:
        ended = subprocess.run(
            [*strace, "-e", "signal=none", "-o", str(trace), *command],
            check=False,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            env={**os.environ, **environment},
        )
    except FileNotFoundError:
        raise RecordingError(
            "strace is not installed: apt-get install strace (make tools does it)"
        ) from None
    if ended.returncode:
        raise RecordingError(
            f"the program could not be recorded (exit {ended.returncode}); does this machine let "
            f"strace trace its own programs?\n{ended.stderr}"
        )
    with trace.open() as lines:
        return tuple(Reader(folder).calls(lines))


@dataclass(slots=True)
class Reader:
    """Reads a trace; knows which file is which, of those in the folder."""

    folder: Path
    _names: dict[str, int] = field(default_factory=dict)
    _open: dict[tuple[str, int], int | None] = field(default_factory=dict)  # None: the folder
    _made: int = 0

    def calls(self, lines: Iterable[str]) -> Iterator[Call | Said]:
        """Translate the lines of strace."""
        for line in lines:
            if NO_CALL.match(line):
                continue
            found = LINE.match(line)
            if found is None:
                raise RecordingError(f"cannot read this line of strace: {line[:200]}")
            if not found["result"].startswith("-"):
                strings = [_bytes(text) for text in STRING.findall(found["given"])]
                plain = STRING.sub("", found["given"]).split(", ")
                yield from self._read(found, strings, plain)

    def _read(self, found, strings, plain) -> Iterator[Call | Said]:  # noqa: C901, PLR0912  # one table
        name, pid, result = found["name"], found["pid"], found["result"]
        descriptor = int(plain[0]) if plain[0].isdecimal() else -1
        if name == "write" and descriptor == 1:
            yield from map(Said, strings[0].decode().splitlines())
            return
        is_ours = (pid, descriptor) in self._open
        file = self._open.get((pid, descriptor))
        match name:
            case "openat":
                yield from self._open_file(pid, int(result), strings[0].decode(), plain[2])
            case "close":
                self._open.pop((pid, descriptor), None)
            case "mmap":
                mapped = (pid, int(plain[4]))
                if mapped in self._open and "PROT_WRITE" in plain[2] and "SHARED" in plain[3]:
                    yield Map(self._open[mapped])
            case "fcntl":
                if is_ours and "F_DUP" in plain[1]:
                    raise self._unknown(found)
            case "pwrite64" if is_ours:
                yield Write(file, int(plain[3]), strings[0][: int(result)])
            case "ftruncate" if is_ours:
                yield Truncate(file, int(plain[1]))
            case "fsync" | "fdatasync" if is_ours:
                yield SyncFolder() if file is None else Sync(file)
            case "rename" | "unlink":
                yield from self._rename(found, [Path(each.decode()) for each in strings])
            case _:
                if is_ours or (descriptor < 0 and any(map(self._is_inside, strings))):
                    raise self._unknown(found)

    def _open_file(self, pid: str, descriptor: int, path: str, flags: str) -> Iterator[Call]:
        place = Path(path)
        self._open.pop((pid, descriptor), None)
        if place == self.folder:
            self._open[pid, descriptor] = None
        if place.parent != self.folder:
            return
        if place.name not in self._names:
            if "O_CREAT" not in flags:
                raise RecordingError(f"{path}: was there before the recording began")
            self._made += 1
            self._names[place.name] = self._made
            yield Create(place.name, self._made)
        file = self._names[place.name]
        self._open[pid, descriptor] = file
        if "O_TRUNC" in flags:
            yield Truncate(file, 0)

    def _rename(self, found, paths: list[Path]) -> Iterator[Call]:
        inside = [path.name for path in paths if path.parent == self.folder]
        if not inside:
            return
        if len(inside) != len(paths):
            raise self._unknown(found)
        file = self._names.pop(inside[0])
        if found["name"] == "rename":
            self._names[inside[1]] = file
            yield Rename(*inside)
        else:
            yield Unlink(*inside)

    def _is_inside(self, text: bytes) -> bool:
        return bytes(self.folder) in text

    def _unknown(self, found) -> RecordingError:
        return RecordingError(
            f"{found['name']} in {self.folder}: the model of the disk does not know this call"
        )


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
