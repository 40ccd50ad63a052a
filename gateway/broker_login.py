"""A broker as a command names it, and how whoever speaks with it shows who he is."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gateway.uplink.credentials import read_password


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerLogin:
    """Where a broker is, and how to show who one is.

    Attributes:
        host: its name, which its certificate must bear.
        port: its port.
        make_tls: makes the context that verifies it; None for plain text.
        username: at the broker, or None.
        password_file: file of mode 0600 with the password, or None.
    """

    host: str
    port: int
    make_tls: Callable[[], ssl.SSLContext] | None
    username: str | None
    password_file: Path | None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def password(self) -> str | None:
        """Read the password, where there is one; anew at each connection.

        Raises:
            CredentialsError: the file cannot be used.
        """
        return None if self.password_file is None else read_password(self.password_file)
