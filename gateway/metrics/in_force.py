"""The metrics as the configuration in force has them: on a port, on another one, or nowhere.

Whoever counts holds on to this one; what lies behind it changes with the configuration. Numbers go
on where they can: a counter begins anew only where the port does.
"""

from collections.abc import Mapping

from gateway.messages.signed import Distrust, SignedKind
from gateway.metrics.metrics import Metrics, MetricsUnavailableError, measured_in, metrics_for
from gateway.record import ClockQuality
from gateway.settings.model import Settings
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Lane
from rules.instant import Duration
from rules.reading import Measurement
from rules.snapshot import SiteNow


class MetricsInForce:
    """Where numbers go now.

    Attributes:
        is_wanted: whether anybody looks at them.
    """

    def __init__(self, settings: Settings, version: str) -> None:
        self._version = version
        self._sink, self._port = self._made(settings)
        self._is_store_ok = True
        self._clock: ClockQuality | None = None

    def _made(self, settings: Settings) -> tuple[Metrics, int | None]:
        """Make what the settings ask for, and name the port on which it is to be served."""
        port = None if settings.metrics is None else settings.metrics.port
        return metrics_for(measured_in(settings, self._version), wanted=port is not None), port

    @property
    def is_wanted(self) -> bool:
        """Whether anybody looks: a snapshot for nobody is not made."""
        return self._port is not None

    def begin(self) -> str | None:
        """Serve them, if that is wanted; give why it cannot be done, or None."""
        if self._port is None:
            return None
        try:
            self._sink.serve(self._port)
        except MetricsUnavailableError as error:
            return str(error)
        return None

    def configured(self, settings: Settings) -> str | None:
        """Follow another configuration; give why they cannot be served, or None."""
        port = None if settings.metrics is None else settings.metrics.port
        if port == self._port:
            self._sink.cover(measured_in(settings, self._version))
            return None
        self._sink.close()
        self._sink, self._port = self._made(settings)
        self._sink.store(self._is_store_ok)
        if self._clock is not None:
            self._sink.clock(self._clock)
        return self.begin()

    def measured(self, measurement: Measurement) -> None:
        """Count what a driver delivered."""
        self._sink.measured(measurement)

    def present(self, now: SiteNow) -> None:
        """Take the newest present."""
        self._sink.present(now)

    def told(self, lane: Lane) -> None:
        """Count an event."""
        self._sink.told(lane)

    def delivered(self, lane: Lane, count: int = 1) -> None:
        """Count records that are done."""
        self._sink.delivered(lane, count)

    def outbox(self, waiting: Mapping[Lane, int]) -> None:
        """Take how many records wait."""
        self._sink.outbox(waiting)

    def path(self, path: str, connected: bool) -> None:
        """Take whether a path is connected."""
        self._sink.path(path, connected)

    def connection_refused(self, path: str, reason: RefusalReason) -> None:
        """Count that a broker refused a path, or a path its broker."""
        self._sink.connection_refused(path, reason)

    def measured_to_output(self, took: Duration) -> None:
        """Take the time from a measurement to the output that it drove."""
        self._sink.measured_to_output(took)

    def measured_to_publication(self, took: Duration) -> None:
        """Take the time from a measurement to the publication of its event."""
        self._sink.measured_to_publication(took)

    def store(self, ok: bool) -> None:
        """Take whether the journal can be written."""
        self._is_store_ok = ok
        self._sink.store(ok)

    def clock(self, quality: ClockQuality) -> None:
        """Take how far the wall clock can be believed."""
        self._clock = quality
        self._sink.clock(quality)

    def message_refused(self, kind: SignedKind, reason: Distrust) -> None:
        """Count a message that claimed to come from a centre and was not believed."""
        self._sink.message_refused(kind, reason)

    def control_denied(self) -> None:
        """Count a request on the control socket that was not allowed."""
        self._sink.control_denied()

    def close(self) -> None:
        """Stop serving."""
        self._sink.close()
