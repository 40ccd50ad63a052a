"""A Debian that has booted under its own systemd, on this machine's network or on none."""

import contextlib
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from system.base_system import PERSON, network_variables

BOOTS_WITHIN_S: Final = 60
SETTINGS: Final = {
    "LANG": "C.UTF-8",
    "TERM": "xterm-256color",
    "PERSON": PERSON,  # whom a hidden command of a page means
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
}
INTO: Final = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd")


# Where control groups are: the whole tree, or systemd's part beside the older ones.
HIERARCHIES: Final = tuple(
    map(Path, ("/sys/fs/cgroup", "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"))
)
JOIN: Final = (
    'for group in "$@"; do [ "$group" = -- ] && break; echo $$ >"$group/cgroup.procs"; done'
)


class ContainerError(RuntimeError):
    """The system did not boot, or one of its commands did not end."""


class Container:
    """A system that runs while the context is open.

    Args:
        root: where it lies.
        network: whether it has this machine's; else it has only its own loopback.
    """

    def __init__(self, root: Path, *, network: bool) -> None:
        self.root = root
        self._network = network
        self._log = root.with_name(f"{root.name}.log")
        self._process: subprocess.Popen[bytes] | None = None
        self._leader = 0

    def __enter__(self) -> Self:
        command = ["systemd-nspawn", "--quiet", "--register=no", "--boot"]
        # A machine lets its processes ask the kernel for the time's quality; a container does not.
        command.append("--system-call-filter=adjtimex clock_adjtime")
        groups = []
        if not Path("/run/systemd/system").exists():
            command.append("--keep-unit")  # no systemd here to make a unit
            groups = self._make_groups()
        if not self._network:
            command.append("--private-network")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                _joining(groups, [*command, f"--directory={self.root}"]),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_until_booted()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is None:
            return
        self._process.terminate()  # the container's systemd ends in order
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(30)
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait(30)
        self._remove_groups()

    def _group_name(self) -> str:
        return f"fire-gateway-{self.root.name}"

    def _make_groups(self) -> list[Path]:
        """Give the container control groups of its own: its systemd kills whatever is in them."""
        groups = []
        for hierarchy in HIERARCHIES:
            if (hierarchy / "cgroup.procs").exists():
                group = hierarchy / self._group_name()
                group.mkdir(exist_ok=True)
                groups.append(group)
        return groups

    def _remove_groups(self) -> None:
        for hierarchy in HIERARCHIES:
            top = hierarchy / self._group_name()
            folders = [each for each in top.rglob("*") if each.is_dir()] if top.exists() else []
            for group in [*sorted(folders, reverse=True), top]:
                with contextlib.suppress(OSError):  # some process is still ending in it
                    group.rmdir()

    def command(self, script: str, *, user: str = "root", login: bool = False) -> list[str]:
        """Give the command of this machine that runs a script in there."""
        variables = SETTINGS | network_variables()
        shell = ["bash", "-o", "pipefail", "-c", script]
        if login:
            shell = ["runuser", "--login", user, "--command", script]
        elif user != "root":
            shell = ["runuser", "--user", user, "--", *shell]
        settings = [f"{name}={value}" for name, value in variables.items()]
        return [
            *("nsenter", f"--target={self._leader}", *INTO, "--"),
            *("env", "--ignore-environment", *settings, "HOME=/root", *shell),
        ]

    def run(
        self,
        script: str,
        *,
        user: str = "root",
        login: bool = False,
        answers: str = "",
        within_s: float = 300,
    ) -> tuple[int, str]:
        """Run a script; give its exit code and what it printed on both streams."""
        try:
            done = subprocess.run(
                self.command(script, user=user, login=login),
                input=answers,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=within_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            said = (error.output or b"").decode(errors="replace")
            raise ContainerError(f"no end within {within_s:g} s: {script}\n{said}") from None
        return done.returncode, done.stdout

    def said(self, script: str, **settings: float) -> str:
        """Run a script that has to succeed; give what it printed, without the space around it."""
        code, output = self.run(script, **settings)  # type: ignore[arg-type]
        if code != 0:
            raise ContainerError(f"exit code {code}: {script}\n{output}")
        return output.strip()

    def person_types(
        self,
        line: str,
        *,
        place: str,
        language: str = "C.UTF-8",
        answers: str = "",
        within_s: float = 600,
    ) -> tuple[int, str, str]:
        """Type a line as a person who has logged in; give exit code, output and where he is."""
        kept = f"/home/{PERSON}/.walked"
        script = (
            f"export LANG={language}; cd {place} && {{ {line}\n}}; code=$?; pwd >{kept}; exit $code"
        )
        code, output = self.run(script, user=PERSON, login=True, answers=answers, within_s=within_s)
        return code, output, (self.root / kept.lstrip("/")).read_text().strip()

    def _wait_until_booted(self) -> None:
        deadline = time.monotonic() + BOOTS_WITHIN_S
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            pid = self._process.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            if children:
                self._leader = int(children[0])
                asked = self.command("systemctl is-system-running")
                state = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
                if state.strip() in {"running", "degraded"}:
                    return
            time.sleep(0.2)
        self.__exit__(None, None, None)
        raise ContainerError(f"it did not boot: {self._log.read_text(errors='replace')[-2000:]}")


def _joining(groups: list[Path], command: list[str]) -> list[str]:
    """Give a command that puts itself into control groups before it begins."""
    if not groups:
        return command
    script = f'{JOIN}; while [ "$1" != -- ]; do shift; done; shift; exec "$@"'
    return ["bash", "-c", script, "join", *map(str, groups), "--", *command]
