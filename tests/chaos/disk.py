"""A small disk that can be filled: a tmpfs of the gateway's own."""

import subprocess
from contextlib import suppress
from pathlib import Path

SIZE = "24m"


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"
        folder.mkdir()
        subprocess.run(
            ("mount", "-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder)), check=True
        )

    @property
    def is_full(self) -> bool:
        return self._ballast.exists()

    def fill(self) -> None:
        with self._ballast.open("ab", buffering=0) as file, suppress(OSError):
            for piece in (1 << 20, 4096, 512):
                with suppress(OSError):
                    while file.write(bytes(piece)) == piece:
                        pass

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        subprocess.run(("umount", "--lazy", str(self.folder)), check=True)
