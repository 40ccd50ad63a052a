"""Daemons that are forked from a process which has loaded the program, for tests of many lives.

Loading it is most of what a start costs. What is forked is the console script as ever.

    python forked_daemon.py    reads one line of arguments (JSON) for each life; writes the id of
                               its process, and once that has ended its exit code
"""

import json
import os
import select
import subprocess
import sys
from typing import Self

from daemon_process import ROOT, Daemon


class Life:
    """One process, held as a subprocess.Popen is."""

    def __init__(self, nursery: subprocess.Popen, arguments: tuple[str, ...]) -> None:
        self._nursery = nursery
        self._code: int | None = None
        nursery.stdin.write(json.dumps(arguments).encode() + b"\n")
        self.pid = int(nursery.stdout.readline())

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("the daemon", timeout)
        return code

    def send_signal(self, number: int) -> None:
        # Nobody reaps it before its code is read here, so the id is still its own.
        if self._code is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(15)

    def _ended(self, within_s: float) -> int | None:
        if self._code is None and select.select([self._nursery.stdout], [], [], within_s)[0]:
            self._code = int(self._nursery.stdout.readline())
        return self._code


class ForkedDaemon(Daemon):
    """A daemon that starts in a hundredth of the time."""

    def __enter__(self) -> Self:
        with self._log.open("ab") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, __file__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                bufsize=0,  # a line that was read ahead would not be waited for
            )
        return super().__enter__()

    def __exit__(self, *exc: object) -> None:
        super().__exit__(*exc)
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()

    def start(self) -> "ForkedDaemon":
        self.process = Life(self._nursery, self.arguments)
        return self


def main() -> None:
    import gateway.cli.run  # noqa: F401, PLC0415 - only in the nursery
    from gateway.cli import firegw  # noqa: PLC0415

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(2, 1)
            sys.argv = ["firegw", *json.loads(line)]
            firegw.main()
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
