"""What was tried, and how it went: a line each, and a last one that counts."""

import time


class Tally:
    """Counts what passed and what failed.

    Args:
        about: what stands in front of each line.
    """

    def __init__(self, about: str = "") -> None:
        self.about = about
        self.passed = 0
        self.failed = 0
        self._since = time.monotonic()

    def told(self, what: str, wrong: str = "") -> bool:
        """Tell how one went, `wrong` being what is wrong with it; give whether it is well."""
        now = time.monotonic()
        took, self._since = now - self._since, now
        if wrong:
            self.failed += 1
            print(f"FAILED  {self.about}{what}", flush=True)
            for line in wrong.strip().splitlines()[-40:]:
                print(f"        {line}", flush=True)
        else:
            self.passed += 1
            print(f"ok      {self.about}{what} ({took:.1f} s)", flush=True)
        return not wrong

    def note(self, text: str) -> None:
        """Tell a figure, or what is not tried and why."""
        print(f"        {self.about}{text}", flush=True)

    def last_line(self) -> str:
        """Give the line that counts."""
        return f"{self.passed} passed, {self.failed} failed"
