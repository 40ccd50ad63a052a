"""What may never happen to garbled input: an exception, more than a second, more than 100 MB."""

import resource
import signal
import time

LONGEST = 1.0
"""Seconds of the processor's time."""

BROKEN_OFF = 10.0
"""Likewise: what takes longer is broken off."""

MOST_MEMORY = 100_000
"""KiB by which the greatest size of the process may grow."""


def broken_bound(work):
    """Run something; give what is wrong with it, in words, or None."""
    signal.signal(signal.SIGVTALRM, _break_off)
    began, size = time.process_time(), _size()
    signal.setitimer(signal.ITIMER_VIRTUAL, BROKEN_OFF)
    try:
        work()
    except Exception as mistake:  # noqa: BLE001 - any at all is what is looked for
        return f"{type(mistake).__name__}: {mistake}"
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    took, grown = time.process_time() - began, _size() - size
    if took > LONGEST:
        return f"it took {took:.1f} s"
    if grown > MOST_MEMORY:
        return f"it took {grown / 1000:.0f} MB"
    return None


def _size():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _break_off(*_):
    raise TimeoutError("it does not end")
