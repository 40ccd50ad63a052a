"""What is made once, by much that is never needed again, is made by a child of the process.

To read a site takes YAML, the schema, the compiler of rules and a tree of all that was written: of
500 detectors 7 MiB that would stay with the gateway for years. The child takes them with it.
"""

import os
import pickle
import signal
from collections.abc import Callable
from typing import NoReturn, TypeVar

Made = TypeVar("Made")


def made_apart(make: Callable[[], Made]) -> Made:
    """Give what a function makes, in a child of this process; where that fails, in this one.

    For the start, while the process has but one thread. What is made has to be such as can be
    pickled.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _make_and_leave(make, writing)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if status != 0:
        return make()  # out of memory, or killed: whatever it was, it shows here or is over
    made: Made = pickle.loads(told)  # noqa: S301 - nobody but the child can write into that pipe
    return made


def _make_and_leave(make: Callable[[], Made], writing: int) -> NoReturn:
    """Make it in the child; whatever happens, do not come back from here."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        told = pickle.dumps(make(), protocol=pickle.HIGHEST_PROTOCOL)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(told)
        status = 0
    finally:
        os._exit(status)
