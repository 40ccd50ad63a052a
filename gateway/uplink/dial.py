"""Opens a connection to a broker without ever holding up the event loop.

Names are resolved, TCP connects and TLS shakes hands in a short-lived thread, since the first of
these can hang for as long as it likes. The wait is bounded.
"""

import errno
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from gateway.uplink.apart import Apart, HangsError, TooManyHangError
from gateway.uplink.certificate_dates import (
    DatesVerdict,
    KnownTime,
    NoCertificateError,
    Validity,
    judge_dates,
    validities_of,
)
from gateway.uplink.credentials import CredentialsError
from gateway.uplink.refusal_reason import RefusalReason
from gateway.uplink.tcp_connect import InterfaceError, connect_tcp
from gateway.uplink.tls_refusals import WITHOUT_TLS, Said, failed, untrusted
from rules.instant import Duration, in_seconds


class DialError(Exception):
    """There is no connection.

    Try again later, with back-off. Its text says which host, what was seen and what to look at.

    Attributes:
        reason: why somebody who answered was refused, or refused us; None where nobody did.
    """

    def __init__(self, detail: str, reason: RefusalReason | None = None) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A broker's address.

    Attributes:
        host: its name, which its certificate must bear.
        port: its port.
        make_tls: makes the context that verifies it, in the dialling thread, since reading the
            system's authorities takes its time; None for plain text.
        interface: the network interface to go by, and by no other; None for what the routes say.
        time: what is known of the time; None where OpenSSL may go by the system's clock, as it
            does too where the time is known.
    """

    host: str
    port: int
    make_tls: Callable[[], ssl.SSLContext] | None
    interface: str | None = None
    time: KnownTime | None = None

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class Dialler:
    """Dials for one path."""

    def __init__(self) -> None:
        self._apart = Apart("dial")

    async def dial(self, endpoint: Endpoint, within: Duration) -> socket.socket:
        """Connect; raises DialError where that fails or takes longer than `within`.

        Raises:
            DialError: as it says.
            CredentialsError: make_tls found no usable files.
        """
        try:
            return await self._apart.run(
                lambda: connect(endpoint, within), within, discard=socket.socket.close
            )
        except (DialError, CredentialsError):
            raise
        except TooManyHangError:
            raise DialError(
                f"{endpoint}: {self._apart.hanging} earlier attempts still hang; is the name "
                "server reachable?"
            ) from None
        except HangsError:
            raise DialError(
                f"{endpoint}: no connection within {in_seconds(within):g} s; is the host up, and "
                "does a firewall drop what goes to that port?"
            ) from None
        except Exception as error:  # a mistake in the thread: a reason why the path is down
            raise DialError(f"{endpoint}: {type(error).__name__}: {error}") from error


def connect(endpoint: Endpoint, within: Duration) -> socket.socket:
    """Connect, blocking; each step but the resolving of the name ends within the bound."""
    tls = None if endpoint.make_tls is None else endpoint.make_tls()
    if tls is not None and endpoint.time is not None and not endpoint.time.is_known:
        # Chain and name are verified as ever; the dates are judged after the handshake, by the
        # clock's floor. Python has no name for this flag of OpenSSL's.
        tls.verify_flags |= NO_CHECK_TIME
    try:
        plain = connect_tcp(endpoint.host, endpoint.port, endpoint.interface, within)
    except InterfaceError as error:
        raise DialError(f"{endpoint}: {error}") from error
    except (OSError, ValueError) as error:
        raise DialError(f"{endpoint}: {socket_error_in_words(error)}") from error
    try:
        plain.settimeout(in_seconds(within))
        # An event is one small packet: Nagle's algorithm would hold it back for the last one's ACK.
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return plain if tls is None else _secured(plain, endpoint, tls)
    except DialError:
        plain.close()
        raise
    except (OSError, ValueError) as error:
        plain.close()
        was_cut = isinstance(error, ConnectionError | ssl.SSLEOFError)
        said = WITHOUT_TLS if was_cut else refusal_of(error)
        raise DialError(f"{endpoint}: {said.words}", said.reason) from error


NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL's x509_vfy.h."""


def _secured(plain: socket.socket, endpoint: Endpoint, tls: ssl.SSLContext) -> ssl.SSLSocket:
    secured = tls.wrap_socket(plain, server_hostname=endpoint.host, do_handshake_on_connect=False)
    try:
        secured.do_handshake()
        if endpoint.time is not None and not endpoint.time.is_known:
            _check_dates(secured, endpoint)
    except BaseException:
        secured.close()
        raise
    return secured


def _check_dates(secured: ssl.SSLSocket, endpoint: Endpoint) -> None:
    """Refuse a broker whose certificates had expired before the clock's floor."""
    verdict = judge_broker(secured, endpoint.time)
    if verdict.refused is not None:
        raise DialError(
            f"{endpoint}: the broker's certificate is not accepted: {verdict.refused}",
            RefusalReason.CERTIFICATE_EXPIRED,
        )


def judge_broker(connected: socket.socket, time: KnownTime | None) -> DatesVerdict:
    """Judge the dates of the broker at the other end, now or later, as the time becomes known.

    Without TLS, and where the time was known from the start, there is nothing to say.
    """
    if time is None or not isinstance(connected, ssl.SSLSocket):
        return DatesVerdict()
    return judge_dates(broker_chain(connected), time)


def broker_chain(connected: ssl.SSLSocket) -> tuple[Validity, ...]:
    """Give the dates of the broker's certificate and of those that vouch for it."""
    leaf = connected.getpeercert(binary_form=True)
    if leaf is None:
        return ()
    pem = [ssl.DER_cert_to_PEM_cert(leaf)]
    # Public from Python 3.13 on; the object beneath gives PEM by all of 3.10 to 3.14.
    verified = getattr(getattr(connected, "_sslobj", None), "get_verified_chain", None)
    if verified is not None:
        pem += [certificate.public_bytes() for certificate in verified() or ()]
    try:
        return validities_of("\n".join(pem).encode())
    except NoCertificateError:  # OpenSSL has read it: its dates are written in a rare way
        return ()


HINTS: Final = {
    errno.ECONNREFUSED: "is the broker running, and is the port right?",
    errno.ENETUNREACH: "is the network up?",
    errno.EHOSTUNREACH: "is the network up?",
}


def socket_error_in_words(error: Exception) -> str:
    """Say what went wrong, and what to look at."""
    return refusal_of(error).words


def refusal_of(error: Exception) -> Said:
    """Say what went wrong and what to look at, and, where somebody was refused, why in a word."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return untrusted(error.verify_code, error.verify_message)
    if isinstance(error, ssl.SSLEOFError):
        return Said("the other end closed the connection", None)
    if isinstance(error, ssl.SSLError):
        return failed(getattr(error, "reason", None) or str(error))
    if isinstance(error, socket.gaierror):
        said = (error.strerror or str(error)).lower()
        return Said(f"the name cannot be resolved: {said}", None)
    if isinstance(error, TimeoutError):
        return Said("no answer; does a firewall drop what goes to that port?", None)
    if isinstance(error, OSError):
        said = (error.strerror or str(error) or type(error).__name__).lower()
        hint = HINTS.get(error.errno or 0)
        return Said(f"{said}; {hint}" if hint else said, None)
    return Said(f"{type(error).__name__}: {error}", None)
