"""Fresh Debian systems to try things in: made once by debootstrap, kept, and copied for each trial.

A copy is a Debian as its installer leaves it: systemd, udev, sudo and an editor; no Python. It
reaches the package indexes as this machine does.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

SOURCE: Final = Path(__file__).resolve().parents[2]
KEPT: Final = SOURCE / "build/system"
KEPT_FOR_S: Final = 14 * 86400  # then Debian has moved on
LONGEST_S: Final = 900
PACKAGES: Final = "systemd,systemd-sysv,dbus,udev,procps,sudo,ca-certificates,nano,less"
PERSON: Final = "technician"

NETWORK_SETTINGS: Final = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/pip.conf",
    "/etc/xdg/pip",
    "/root/.config/pip",
    "/root/.pip",
    "/etc/ssl/certs",
    "/usr/share/ca-certificates",
    "/usr/local/share/ca-certificates",
    "/etc/apt/apt.conf.d",
    "/etc/apt/auth.conf.d",
)
NETWORK_VARIABLE: Final = re.compile(
    r"PIP_(?!FIND_LINKS).*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|(http|https|no)_proxy", re.IGNORECASE
)


def network_variables() -> dict[str, str]:
    """Give what this machine's environment says of the way to the package indexes."""
    return {name: value for name, value in os.environ.items() if NETWORK_VARIABLE.fullmatch(name)}


def mirror() -> list[str]:
    """Give this machine's own mirror of Debian, or nothing, and then it is debootstrap's choice."""
    form = "$(CREATED_BY) $(REPO_URI)"
    asked = ["apt-get", "indextargets", "--format", form, "Origin: Debian"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    lines = [line for line in said.splitlines() if line.startswith("Packages ")]
    return [line.split()[1] for line in lines if "security" not in line][:1]


def kept(suite: str) -> Path:
    """Give the base of a suite, made where it is missing or too old."""
    recipe = hashlib.sha256(PACKAGES.encode()).hexdigest()[:8]
    base = KEPT / f"{suite}-{recipe}"
    if base.exists() and time.time() - base.stat().st_mtime < KEPT_FOR_S:
        return base
    KEPT.mkdir(parents=True, exist_ok=True)
    making = base.with_suffix(".making")
    for old in (base, making):
        removed(old)
    subprocess.run(
        ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", suite, making, *mirror()],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=LONGEST_S,
    )
    shutil.rmtree(making / "var/cache/apt/archives", ignore_errors=True)
    os.utime(making)
    making.rename(base)
    return base


def fresh(suite: str, root: Path) -> None:
    """Copy a base to a root, with this machine's way to the indexes, and a person who may sudo."""
    subprocess.run(["cp", "--archive", "--reflink=auto", kept(suite), root], check=True)
    (root / "var/cache/apt/archives/partial").mkdir(parents=True, exist_ok=True)
    for name in NETWORK_SETTINGS:
        path = Path(name)
        if path.exists():
            there = root / name.lstrip("/")
            there.parent.mkdir(parents=True, exist_ok=True)
            # What is a link there leads nowhere of ours.
            copy = ["cp", "--recursive", "--dereference", "--remove-destination"]
            subprocess.run([*copy, "--no-target-directory", path, there], check=True)
    lines = [f"{name}={value}\n" for name, value in network_variables().items()]
    (root / "etc/environment").write_text("".join(lines))
    add = ["useradd", "--root", root, "--create-home", "--shell", "/bin/bash", PERSON]
    subprocess.run(add, check=True)
    rights = root / "etc/sudoers.d/technician"
    rights.write_text(f"{PERSON} ALL=(ALL) NOPASSWD: ALL\n")
    rights.chmod(0o440)


def sources() -> list[str]:
    """Give the files of the project; no environment, no history, nothing that was deleted."""
    listed = ["git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split("\0")
    return sorted({name for name in names if name and (SOURCE / name).is_file()})


def version() -> str:
    """Give the version of these sources."""
    found = re.search(r'^version = "(.*)"$', (SOURCE / "pyproject.toml").read_text(), re.MULTILINE)
    return found.group(1) if found else "0"


def pack(archive: Path) -> None:
    """Pack the sources as they are handed out."""
    folder = f"fire-gateway-{version()}"
    with tarfile.open(archive, "w:gz", compresslevel=1) as packed:
        for name in sources():
            packed.add(SOURCE / name, f"{folder}/{name}")


def copy_sources(folder: Path) -> None:
    """Lay the sources into a folder, as somebody would have unpacked them."""
    for name in sources():
        there = folder / name
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(SOURCE / name, there)


def removed(*roots: Path) -> None:
    """Remove roots; nothing that is mounted in them."""
    here: Sequence[Path] = [root for root in roots if root.exists()]
    if here:
        subprocess.run(["rm", "-rf", "--one-file-system", *here], check=True)
