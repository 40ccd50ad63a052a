"""All benches, one after another: `make bench`.

Each prints its figures as lines `bench NAME VALUE BUDGET ok|short`.
Figures are ratios to a floor measured in the same run, since machines differ. Exits with 0 whatever
the figures are.
"""

import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Run each bench in a process of its own."""
    for bench in sorted(Path(__file__).parent.glob("bench_*.py")):
        print(f"# {bench.stem}", flush=True)
        ended = subprocess.run([sys.executable, bench], check=False)
        if ended.returncode:
            print(f"# {bench.stem} could not be measured (exit {ended.returncode})", flush=True)


if __name__ == "__main__":
    main()
