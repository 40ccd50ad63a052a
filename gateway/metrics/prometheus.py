"""The gateway's numbers in Prometheus' form.

What happens with every reading is counted in plain integers and made into metrics when somebody
asks; a lock and a look-up by label per reading would cost a small unit more than the poll itself.
Everything rarer is a metric of the library, its labels bound once. The server's threads only read.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from gateway.earnest import in_earnest
from gateway.messages.signed import Distrust, SignedKind
from gateway.metrics.metrics import Measured, MetricsUnavailableError
from gateway.metrics.server import MetricsServer
from gateway.record import ClockQuality
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Condition, Lane
from rules.health import HealthState
from rules.instant import Duration, Instant, in_seconds
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Measurement, Reading
from rules.snapshot import SiteNow

OUTPUT_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
PUBLICATION_BUCKETS: Final = (
    0.002,
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    1,
    2,
    3,
    5,
    10,
    30,
    100,
)
"""In seconds; EN 54-2 allows 10 s until an alarm shows and 100 s for a fault."""


class Tally:
    """What one detector has delivered. Written by the event loop, read by the server's threads."""

    __slots__ = ("bus", "detector", "failed", "last_at", "period", "polls", "quantity")

    def __init__(self, detector: str, bus: str) -> None:
        self.detector = detector
        self.bus = bus
        self.polls = 0
        self.failed = dict.fromkeys(FaultCause, 0)
        self.quantity: str | None = None
        self.last_at: Instant | None = None
        self.period: int | None = None

    def read(self, reading: Reading) -> None:
        """Count a poll that succeeded: the first quantity of a detector stands for all of them."""
        if self.quantity is None:
            self.quantity = reading.quantity
        if reading.quantity == self.quantity:
            if self.last_at is not None:
                self.period = reading.at - self.last_at
            self.last_at = reading.at
            self.polls += 1


class Tallies(Collector):
    """Makes metrics of the tallies and of the newest present, when asked."""

    def __init__(self, measured: Measured) -> None:
        self.of_detector: dict[str, Tally] = {}
        self.readings: dict[str, int] = {}
        self.bus_up: dict[str, bool] = {}
        self.now: SiteNow | None = None
        self.cover(measured)

    def cover(self, measured: Measured) -> None:
        """Count for these; whoever was counted before goes on. Each table is replaced whole."""
        before = self.of_detector
        self.readings = {bus: self.readings.get(bus, 0) for bus in measured.buses}
        self.bus_up = {bus: self.bus_up.get(bus, False) for bus in measured.buses}
        self.of_detector = {
            id_: before[id_] if id_ in before and before[id_].bus == bus else Tally(id_, bus)
            for id_, bus in measured.detectors.items()
        }

    def take(self, measurement: Measurement) -> None:
        """Count one measurement; of a detector or bus that is not in the site file, nothing."""
        match measurement:
            case Reading():
                tally = self.of_detector.get(measurement.detector)
                if tally is not None:
                    tally.read(measurement)
                    self.readings[tally.bus] += 1
            case FailedPoll() if measurement.cause is not FaultCause.DEVICE_WARNING:
                tally = self.of_detector.get(measurement.detector)
                if tally is not None:
                    tally.failed[measurement.cause] += 1
            case BusUp() | BusDown():
                if measurement.bus in self.bus_up:
                    self.bus_up[measurement.bus] = isinstance(measurement, BusUp)

    def describe(self) -> Iterator[Metric]:
        """Give nothing: names are checked nowhere else, and no number is made for it."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Make the metrics."""
        yield from self._of_detectors()
        yield from self._of_buses()
        if self.now is not None:
            yield from self._of_present(self.now)

    def _of_detectors(self) -> Iterator[Metric]:
        polls = CounterMetricFamily(
            "firegw_polls", "Attempts to read a detector.", labels=("bus", "detector", "result")
        )
        failed = CounterMetricFamily(
            "firegw_failed_polls",
            "Attempts that gave no value, by cause.",
            labels=("bus", "detector", "cause"),
        )
        period = GaugeMetricFamily(
            "firegw_poll_period_seconds",
            "Time between the last two successful reads of a detector.",
            labels=("detector",),
        )
        for tally in self.of_detector.values():
            name = (tally.bus, tally.detector)
            polls.add_metric((*name, "ok"), tally.polls)
            polls.add_metric((*name, "failed"), sum(tally.failed.values()))
            for cause, count in tally.failed.items():
                if count:
                    failed.add_metric((*name, cause), count)
            if tally.period is not None:
                period.add_metric((tally.detector,), in_seconds(tally.period))
        yield from (polls, failed, period)

    def _of_buses(self) -> Iterator[Metric]:
        readings = CounterMetricFamily("firegw_readings", "Values read.", labels=("bus",))
        up = GaugeMetricFamily("firegw_bus_up", "Whether a bus can be used.", labels=("bus",))
        for bus, count in self.readings.items():
            readings.add_metric((bus,), count)
            up.add_metric((bus,), self.bus_up[bus])
        yield from (readings, up)

    def _of_present(self, now: SiteNow) -> Iterator[Metric]:
        ok = GaugeMetricFamily(
            "firegw_detector_ok", "Whether a detector can be trusted.", labels=("detector",)
        )
        for detector in now.detectors:
            ok.add_metric((detector.id,), detector.health.state is HealthState.OK)
        conditions = GaugeMetricFamily(
            "firegw_conditions",
            "Conditions that have not been left; what a test raised is not counted.",
            labels=("condition",),
        )
        standing = [each.condition for each in in_earnest(now)]
        for condition in Condition:
            conditions.add_metric((condition,), standing.count(condition))
        yield from (ok, conditions)


class PrometheusMetrics:
    """Counts, measures, and serves the result on loopback."""

    def __init__(self, measured: Measured) -> None:
        registry = self.registry = CollectorRegistry()
        self._tallies = Tallies(measured)
        registry.register(self._tallies)
        ProcessCollector(registry=registry)
        self._info = Info("firegw", "This gateway.", registry=registry)
        self.measured = self._tallies.take

        events = Counter("firegw_events", "Events told.", ("lane",), registry=registry)
        self._events = {lane: events.labels(lane) for lane in Lane}
        done = Counter("firegw_delivered", "Records that are done.", ("lane",), registry=registry)
        self._delivered = {lane: done.labels(lane) for lane in Lane}
        outbox = Gauge(
            "firegw_outbox_records", "Records not yet delivered.", ("lane",), registry=registry
        )
        self._outbox = {lane: outbox.labels(lane) for lane in Lane}
        self._connected = Gauge(
            "firegw_path_connected", "Whether a path is connected.", ("path",), registry=registry
        )
        self._refused = Counter(
            "firegw_connection_refused",
            "Connections that a broker refused, or that were refused to a broker, and why.",
            ("path", "reason"),
            registry=registry,
        )
        self._messages_refused = Counter(
            "firegw_messages_refused",
            "Messages that claimed to come from a centre and were not believed.",
            ("kind", "reason"),
            registry=registry,
        )
        self._to_output = Histogram(
            "firegw_measurement_to_output_seconds",
            "From a measurement to the output that it drove.",
            buckets=OUTPUT_BUCKETS,
            registry=registry,
        )
        self._to_publication = Histogram(
            "firegw_measurement_to_publication_seconds",
            "From a measurement to the publication of its event.",
            buckets=PUBLICATION_BUCKETS,
            registry=registry,
        )
        self._store_ok = Gauge(
            "firegw_store_ok", "Whether the journal can be written.", registry=registry
        )
        self._store_ok.set(True)  # until it fails: a gateway that counts has opened its journal
        clock = Gauge(
            "firegw_clock_quality",
            "1 for what the wall clock is worth now.",
            ("quality",),
            registry=registry,
        )
        self._clock = {quality: clock.labels(quality) for quality in ClockQuality}
        self._denied = Counter(
            "firegw_control_denied", "Requests that were not allowed.", registry=registry
        )
        self._server: MetricsServer | None = None
        self._paths: tuple[str, ...] = ()
        self._cover_paths(measured)

    def cover(self, measured: Measured) -> None:
        """Measure what another configuration has; what both have counts on."""
        self._tallies.cover(measured)
        self._cover_paths(measured)

    def _cover_paths(self, measured: Measured) -> None:
        """Show each path from the beginning, and one that is gone no more."""
        self._info.info({"gateway": measured.gateway, "version": measured.version})
        for path in self._paths:
            if path not in measured.paths:
                self._connected.remove(path)
                for reason in RefusalReason:
                    self._refused.remove(path, reason)
        self._paths = measured.paths
        for path in self._paths:
            self._connected.labels(path)
            for reason in RefusalReason:
                self._refused.labels(path, reason)

    @property
    def port(self) -> int | None:
        """The port that is served, which is of interest where 0 was asked for."""
        return None if self._server is None else self._server.port

    def present(self, now: SiteNow) -> None:
        """Take the newest present."""
        self._tallies.now = now

    def told(self, lane: Lane) -> None:
        """Count an event."""
        self._events[lane].inc()

    def delivered(self, lane: Lane, count: int = 1) -> None:
        """Count records that are done."""
        self._delivered[lane].inc(count)

    def outbox(self, waiting: Mapping[Lane, int]) -> None:
        """Take how many records wait."""
        for lane, gauge in self._outbox.items():
            gauge.set(waiting.get(lane, 0))

    def path(self, path: str, connected: bool) -> None:
        """Take whether a path is connected."""
        self._connected.labels(path).set(connected)

    def connection_refused(self, path: str, reason: RefusalReason) -> None:
        """Count that a broker refused a path, or a path its broker."""
        self._refused.labels(path, reason).inc()

    def message_refused(self, kind: SignedKind, reason: Distrust) -> None:
        """Count a message that claimed to come from a centre and was not believed."""
        self._messages_refused.labels(kind, reason).inc()

    def measured_to_output(self, took: Duration) -> None:
        """Take the time from a measurement to the output that it drove."""
        self._to_output.observe(in_seconds(took))

    def measured_to_publication(self, took: Duration) -> None:
        """Take the time from a measurement to the publication of its event."""
        self._to_publication.observe(in_seconds(took))

    def store(self, ok: bool) -> None:
        """Take whether the journal can be written."""
        self._store_ok.set(ok)

    def clock(self, quality: ClockQuality) -> None:
        """Take how far the wall clock can be believed."""
        for each, gauge in self._clock.items():
            gauge.set(each is quality)

    def control_denied(self) -> None:
        """Count a request on the control socket that was not allowed."""
        self._denied.inc()

    def serve(self, port: int) -> None:
        """Serve the numbers on loopback."""
        try:
            self._server = MetricsServer(self.registry, port)
        except OSError as error:
            detail = error.strerror or error
            raise MetricsUnavailableError(
                f"127.0.0.1:{port}: metrics cannot be served: {detail} (metrics.port of the site"
                " file names another)"
            ) from None

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.close()
            self._server = None
