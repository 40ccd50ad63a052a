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

# All that can change a file or a name: what the model does not know of it ends the recording.
TRACED = (
    "open,openat,openat2,creat,write,pwrite64,writev,pwritev,pwritev2,"
    "truncate,ftruncate,fallocate,fsync,fdatasync,sync,syncfs,sync_file_range,msync,mmap,"
    "rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat,mkdir,mkdirat,rmdir,"
    "sendfile,copy_file_range,splice,io_uring_setup,io_submit"
)
LONGEST_WRITE = 1 << 20
LONGEST_RUN = 300.0  # seconds

LINE = re.compile(r"(?P<name>\w+)\((?P<given>.*)\) += (?P<result>-?\w+)")
OF_A_PROCESS = re.compile(r"(?P<pid>\d+) +(?P<rest>.*)", re.DOTALL)
NO_CALL = ("+++ ", "--- ")
BEGUN = re.compile(r"(.*) <unfinished \.\.\.>\s*")
RESUMED = re.compile(r"<\.\.\. \w+ resumed>(.*)", re.DOTALL)
STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
DESCRIPTOR = re.compile(r"\d+<(?P<path>(?:\\x[0-9a-f]{2})*)>")


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
    strace = ["strace", "-f", "-y", "-xx", "-s", str(LONGEST_WRITE), "-e", f"trace={TRACED}"]
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


def whole_calls(lines: Iterable[str]) -> Iterator[str]:
    """Give a line for each call that has returned, in the order in which they did."""
    begun: dict[str, str] = {}
    for line in lines:
        found = OF_A_PROCESS.match(line)
        if found is None:
            raise RecordingError(f"cannot read this line of strace: {line[:200]}")
        pid, rest = found["pid"], found["rest"]
        if rest.startswith(NO_CALL):
            continue
        if (halved := BEGUN.fullmatch(rest)) is not None:
            begun[pid] = halved[1]
            continue
        if (resumed := RESUMED.match(rest)) is not None:
            rest = begun.pop(pid) + resumed[1]
        yield rest


@dataclass(slots=True)
class Reader:
    """Reads a trace; knows which file bears which name, of those in the folder."""

    folder: Path
    _names: dict[str, int] = field(default_factory=dict)
    _made: int = 0

    def calls(self, lines: Iterable[str]) -> Iterator[Call | Said]:
        """Translate the lines of strace."""
        for line in whole_calls(lines):
            found = LINE.match(line)
            if found is None:
                raise RecordingError(f"cannot read this call: {line[:200]}")
            if not found["result"].startswith("-"):
                strings = [_bytes(text) for text in STRING.findall(found["given"])]
                plain = STRING.sub("", found["given"]).split(", ")
                yield from self._read(found, strings, plain)

    def _read(  # noqa: C901  # a table: what becomes of each call
        self, found: re.Match, strings: list[bytes], plain: list[str]
    ) -> Iterator[Call | Said]:
        name, result = found["name"], found["result"]
        paths = [Path(each.decode("utf-8", "replace")) for each in strings]
        match name:
            case "write" if plain[0].startswith("1<"):
                yield from map(Said, strings[0].decode().splitlines())
            case "openat":
                yield from self._open(paths[0], plain[2])
            case "mmap":
                if "PROT_WRITE" in plain[2] and "SHARED" in plain[3] and self._is_ours(plain[4]):
                    yield Map(self._file(found, plain[4]))
            case "pwrite64" if self._is_ours(plain[0]):
                data = strings[0][: int(result)]
                yield Write(self._file(found, plain[0]), int(plain[3]), data)
            case "ftruncate" if self._is_ours(plain[0]):
                yield Truncate(self._file(found, plain[0]), int(plain[1]))
            case "fsync" | "fdatasync" if _path(plain[0]) == self.folder:
                yield SyncFolder()
            case "fsync" | "fdatasync" if self._is_ours(plain[0]):
                yield Sync(self._file(found, plain[0]))
            case "rename" | "unlink":
                yield from self._rename(found, paths)
            case _ if self._is_ours(plain[0]) or any(self.folder in each.parents for each in paths):
                raise self._unknown(found)

    def _open(self, path: Path, flags: str) -> Iterator[Call]:
        if path.parent != self.folder:
            return
        if path.name not in self._names:
            if "O_CREAT" not in flags:
                raise RecordingError(f"{path}: was there before the recording began")
            self._made += 1
            self._names[path.name] = self._made
            yield Create(path.name, self._made)
        if "O_TRUNC" in flags:
            yield Truncate(self._names[path.name], 0)

    def _rename(self, found: re.Match, paths: list[Path]) -> Iterator[Call]:
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

    def _is_ours(self, descriptor: str) -> bool:
        """Tell whether a descriptor is of a file in the folder."""
        path = _path(descriptor)
        return path is not None and path.parent == self.folder

    def _file(self, found: re.Match, descriptor: str) -> int:
        path = _path(descriptor)
        if descriptor.endswith("(deleted)") or path is None or path.name not in self._names:
            raise self._unknown(found)
        return self._names[path.name]

    def _unknown(self, found: re.Match) -> RecordingError:
        return RecordingError(
            f"{found['name']} in {self.folder}: the model of the disk does not know this call"
        )


def _path(descriptor: str) -> Path | None:
    found = DESCRIPTOR.match(descriptor)
    return None if found is None else Path(_bytes(found["path"]).decode("utf-8", "replace"))


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
