"""What the gateway counts and measures of itself, and where the numbers go.

Two sinks with one interface: Prometheus, on loopback, where the site file has `metrics:`; else
nowhere, and then the Prometheus library is not even imported (it costs memory on a small unit).
All calls are made in the event loop's thread, none blocks, and `measured` is cheap enough to be
called for every reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.messages.signed import Distrust, SignedKind
from gateway.record import ClockQuality
from gateway.settings.model import Settings
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Lane
from rules.instant import Duration
from rules.reading import Measurement
from rules.snapshot import SiteNow


class MetricsUnavailableError(OSError):
    """The metrics cannot be served; the text says the port and why. Counting goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What there is to be measured; metrics have no labels but these.

    Attributes:
        gateway: the gateway's id.
        version: of fire-gateway.
        detectors: by detector, its bus.
        buses: the ids of the buses.
        paths: the ids of the paths.
    """

    gateway: str
    version: str
    detectors: Mapping[str, str]
    buses: tuple[str, ...]
    paths: tuple[str, ...]


def measured_in(settings: Settings, version: str) -> Measured:
    """Give what there is to be measured in a site."""
    return Measured(
        gateway=settings.gateway.id,
        version=version,
        detectors={detector.id: detector.bus for detector in settings.detectors},
        buses=tuple(bus.id for bus in settings.buses),
        paths=tuple(path.id for path in settings.uplink.paths),
    )


class Metrics(Protocol):
    """Where numbers go."""

    def measured(self, measurement: Measurement) -> None:
        """Count what a driver delivered."""

    def present(self, now: SiteNow) -> None:
        """Take the newest present: detectors' health and the conditions are shown from it."""

    def told(self, lane: Lane) -> None:
        """Count an event."""

    def delivered(self, lane: Lane, count: int = 1) -> None:
        """Count records that are done."""

    def outbox(self, waiting: Mapping[Lane, int]) -> None:
        """Take how many records wait."""

    def path(self, path: str, connected: bool) -> None:
        """Take whether a path is connected."""

    def connection_refused(self, path: str, reason: RefusalReason) -> None:
        """Count that a broker refused a path, or a path its broker."""

    def measured_to_output(self, took: Duration) -> None:
        """Take the time from a measurement to the output that it drove."""

    def measured_to_publication(self, took: Duration) -> None:
        """Take the time from a measurement to the publication of its event."""

    def store(self, ok: bool) -> None:
        """Take whether the journal can be written."""

    def clock(self, quality: ClockQuality) -> None:
        """Take how far the wall clock can be believed."""

    def message_refused(self, kind: SignedKind, reason: Distrust) -> None:
        """Count a message that claimed to come from a centre and was not believed."""

    def control_denied(self) -> None:
        """Count a request on the control socket that was not allowed."""

    def cover(self, measured: Measured) -> None:
        """Measure what another configuration has; what both have counts on."""

    def serve(self, port: int) -> None:
        """Serve the numbers on loopback; raises MetricsUnavailableError."""

    def close(self) -> None:
        """Stop serving."""


class NoMetrics:
    """Nowhere: each call is one that does nothing."""

    def measured(self, measurement: Measurement) -> None:
        """Do nothing."""

    def present(self, now: SiteNow) -> None:
        """Do nothing."""

    def told(self, lane: Lane) -> None:
        """Do nothing."""

    def delivered(self, lane: Lane, count: int = 1) -> None:
        """Do nothing."""

    def outbox(self, waiting: Mapping[Lane, int]) -> None:
        """Do nothing."""

    def path(self, path: str, connected: bool) -> None:
        """Do nothing."""

    def connection_refused(self, path: str, reason: RefusalReason) -> None:
        """Do nothing."""

    def measured_to_output(self, took: Duration) -> None:
        """Do nothing."""

    def measured_to_publication(self, took: Duration) -> None:
        """Do nothing."""

    def store(self, ok: bool) -> None:
        """Do nothing."""

    def clock(self, quality: ClockQuality) -> None:
        """Do nothing."""

    def message_refused(self, kind: SignedKind, reason: Distrust) -> None:
        """Do nothing."""

    def control_denied(self) -> None:
        """Do nothing."""

    def cover(self, measured: Measured) -> None:
        """Do nothing."""

    def serve(self, port: int) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def metrics_for(measured: Measured, *, wanted: bool) -> Metrics:
    """Make the sink; `wanted` is whether the site file has `metrics:`."""
    if not wanted:
        return NoMetrics()
    from gateway.metrics.prometheus import PrometheusMetrics  # noqa: PLC0415  costs memory

    return PrometheusMetrics(measured)
