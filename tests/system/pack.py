#!/usr/bin/env python3
"""Packs the sources as they are handed out, into build/."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from system.base_system import SOURCE, pack, version

if __name__ == "__main__":
    archive = SOURCE / "build" / f"fire-gateway-{version()}.tar.gz"
    archive.parent.mkdir(exist_ok=True)
    pack(archive)
    print(archive)
