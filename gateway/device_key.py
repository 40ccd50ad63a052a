"""A private key in a file: made on this machine, readable by its owner only, and never sent."""

import secrets
import stat
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Final

from gateway.durable_file import write_new
from gateway.signature import KEY_BYTES, PrivateKey

MODE: Final = 0o600
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
FILE_NAME: Final = "device.key"


class DeviceKeyError(Exception):
    """A key file cannot be used; nothing was changed. Its text says why and what to do."""


def read_or_make_key(file: Path) -> PrivateKey:
    """Read a key, or make it where there is none.

    Raises:
        DeviceKeyError: the file is there and is no key, others can read it, or it cannot be made.
    """
    try:
        return read_key(file)
    except FileNotFoundError:
        return _make(file)


def read_key(file: Path) -> PrivateKey:
    """Read a key.

    Raises:
        FileNotFoundError: there is none.
        DeviceKeyError: the file is there and is no key, or others can read it.
    """
    try:
        status = file.stat()
        if status.st_mode & OTHERS:
            mode = stat.S_IMODE(status.st_mode)
            raise DeviceKeyError(f"{file}: mode {mode:04o} lets others at it; chmod 600 {file}")
        return PrivateKey(b64decode(file.read_bytes().strip(), validate=True))
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DeviceKeyError(f"{file}: cannot be read: {error.strerror}") from error
    except ValueError:
        raise DeviceKeyError(
            f"{file}: is no key; move it away, and a new one is made (the centre must be told)"
        ) from None


def _make(file: Path) -> PrivateKey:
    """Make a key: written beside its place, and put there whole."""
    raw = secrets.token_bytes(KEY_BYTES)
    new = file.with_name(f"{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        write_new(new, b64encode(raw) + b"\n", mode=MODE)
        new.rename(file)
    except OSError as error:
        raise DeviceKeyError(f"{file}: cannot be made: {error.strerror}") from error
    return PrivateKey(raw)
