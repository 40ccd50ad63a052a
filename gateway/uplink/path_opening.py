"""What a path's connection begins with: whom it dials, and as whom it logs in."""

import secrets

from gateway.messages.content_types import JSON
from gateway.messages.parts import Stamp
from gateway.messages.topics import Origin
from gateway.settings.model import Path
from gateway.uplink.certificate_dates import KnownTime
from gateway.uplink.credentials_watch import Opened
from gateway.uplink.dial import Endpoint
from gateway.uplink.mqtt_client import Login
from gateway.uplink.presence import Presence


def endpoint_of(settings: Path, opened: Opened, time: KnownTime) -> Endpoint:
    """Give whom to dial; the broker's dates are held against the clock's floor where need be."""
    return Endpoint(
        host=settings.host,
        port=settings.port,
        make_tls=opened.make_tls,
        interface=settings.interface,
        time=None if time.is_known else time,
    )


def login_of(
    settings: Path, origin: Origin, opened: Opened, presence: Presence, since: Stamp
) -> Login:
    """Begin a session, with its will, and give as whom to log in."""
    return Login(
        client_id=origin.client_id(settings.id),
        version=settings.version,
        keep_alive=settings.keep_alive,
        username=settings.username,
        password=opened.password,
        will_topic=presence.topic,
        will=presence.begin(secrets.token_hex(8), since),
        content_type=JSON,
    )
