"""The gateway's numbers, read as Prometheus reads them: over HTTP, on loopback."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.messages.signed import Distrust, SignedKind
from gateway.metrics import server as metrics_server
from gateway.metrics.metrics import Measured, MetricsUnavailableError, metrics_for
from gateway.metrics.prometheus import PrometheusMetrics
from gateway.record import ClockQuality
from gateway.uplink.refusal_reason import RefusalReason
from rules.condition import Condition, Lane, Mode
from rules.health import Health, HealthState
from rules.instant import Instant, Moment, seconds
from rules.reading import BusDown, BusUp, FailedPoll, FaultCause, Reading
from rules.snapshot import ConditionNow, DetectorNow, SiteNow

PATIENCE_S = 20.0

MEASURED = Measured(
    gateway="hy-0001",
    version="0.1.0",
    detectors={"hall-1": "stalls", "hall-2": "stalls"},
    buses=("stalls",),
    paths=("lan",),
)


@pytest.fixture
def metrics() -> Iterator[PrometheusMetrics]:
    made = metrics_for(MEASURED, wanted=True)
    assert isinstance(made, PrometheusMetrics)
    yield made
    made.close()


def read(metrics: PrometheusMetrics) -> dict[str, float]:
    """Serve, and read as Prometheus does; gives samples as `name{label}`."""
    metrics.serve(0)
    assert metrics.port is not None
    address = f"http://127.0.0.1:{metrics.port}/metrics"
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as response:
        text = response.read().decode()
    metrics.close()
    return {
        sample.name + ("{" + ",".join(sample.labels.values()) + "}" if sample.labels else ""): (
            sample.value
        )
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def reading(detector: str, at: float, quantity: str = "smoke") -> Reading:
    return Reading(detector, quantity, 0.1, Instant(seconds(at)))


def test_polls_are_counted_once_however_many_quantities_they_bring(metrics):
    for second in (1.0, 2.0, 3.5):
        metrics.measured(reading("hall-1", second, "smoke"))
        metrics.measured(reading("hall-1", second + 0.01, "temperature"))

    read_now = read(metrics)

    assert read_now["firegw_polls_total{stalls,hall-1,ok}"] == 3
    assert read_now["firegw_readings_total{stalls}"] == 6
    assert read_now["firegw_poll_period_seconds{hall-1}"] == 1.5
    assert "firegw_poll_period_seconds{hall-2}" not in read_now, "nothing was measured yet"


def test_failed_polls_are_counted_by_cause_and_do_not_shorten_the_period(metrics):
    failed = FailedPoll("hall-2", FaultCause.NO_REPLY, "unit 17", Instant(seconds(2)))
    metrics.measured(reading("hall-2", 1))
    metrics.measured(failed)
    metrics.measured(failed)
    metrics.measured(reading("hall-2", 9))

    read_now = read(metrics)

    assert read_now["firegw_polls_total{stalls,hall-2,failed}"] == 2
    assert read_now["firegw_failed_polls_total{stalls,no-reply,hall-2}"] == 2
    assert read_now["firegw_poll_period_seconds{hall-2}"] == 8


def test_a_bus_is_up_or_down_and_strangers_are_not_counted(metrics):
    metrics.measured(BusUp("stalls", Instant(1)))
    metrics.measured(reading("stranger", 1))
    metrics.measured(BusDown("strange-bus", "gone", Instant(1)))

    read_now = read(metrics)

    assert read_now["firegw_bus_up{stalls}"] == 1
    assert not [name for name in read_now if "strange" in name]

    metrics.measured(BusDown("stalls", "gone", Instant(2)))
    assert read(metrics)["firegw_bus_up{stalls}"] == 0


def test_the_present_shows_health_and_conditions(metrics):
    condition = ConditionNow(
        condition=Condition.FIRE_ALARM,
        zone="hall",
        source="rule/hall",
        incident=Moment("boot", Instant(1)),
        standing=True,
        latched=True,
        acknowledged=None,
        cause="rule",
        detail="",
    )
    detectors = tuple(
        DetectorNow(id=id_, zone="hall", health=Health(state), values={})
        for id_, state in (("hall-1", HealthState.OK), ("hall-2", HealthState.FAULTY))
    )
    assert "firegw_detector_ok{hall-1}" not in read(metrics)

    metrics.present(
        SiteNow(
            at=Instant(1),
            zones=(),
            conditions=(condition, condition, replace(condition, mode=Mode.TEST)),
            detectors=detectors,
            outputs={},
            silenced=False,
        )
    )

    read_now = read(metrics)
    assert read_now["firegw_detector_ok{hall-1}"] == 1
    assert read_now["firegw_detector_ok{hall-2}"] == 0
    assert read_now["firegw_conditions{fire-alarm}"] == 2, "what a test raised is no alarm"
    assert read_now["firegw_conditions{fault}"] == 0


def test_a_store_of_which_nothing_was_heard_is_no_alarm(metrics):
    assert read(metrics)["firegw_store_ok"] == 1


def test_everything_else_that_happens_has_its_number(metrics):
    metrics.told(Lane.ALARM)
    metrics.delivered(Lane.ALARM, 3)
    metrics.outbox({Lane.TROUBLE: 7})
    metrics.path("lan", True)
    metrics.connection_refused("lan", RefusalReason.CERTIFICATE_NAME)
    metrics.message_refused(SignedKind.ACK, Distrust.STALE)
    metrics.measured_to_output(seconds(0.004))
    metrics.measured_to_publication(seconds(0.6))
    metrics.store(False)
    metrics.clock(ClockQuality.HOLDOVER)
    metrics.control_denied()

    read_now = read(metrics)

    expected = {
        "firegw_events_total{alarm}": 1,
        "firegw_events_total{status}": 0,
        "firegw_delivered_total{alarm}": 3,
        "firegw_outbox_records{trouble}": 7,
        "firegw_outbox_records{alarm}": 0,
        "firegw_path_connected{lan}": 1,
        "firegw_connection_refused_total{lan,certificate-name}": 1,
        "firegw_connection_refused_total{lan,credentials}": 0,
        "firegw_messages_refused_total{ack,stale}": 1,
        "firegw_measurement_to_output_seconds_bucket{0.005}": 1,
        "firegw_measurement_to_output_seconds_bucket{0.002}": 0,
        "firegw_measurement_to_publication_seconds_sum": 0.6,
        "firegw_store_ok": 0,
        "firegw_clock_quality{holdover}": 1,
        "firegw_clock_quality{synchronised}": 0,
        "firegw_control_denied_total": 1,
        "firegw_info{hy-0001,0.1.0}": 1,
    }
    assert expected.items() <= read_now.items()
    assert read_now["process_resident_memory_bytes"] > 0


def test_a_port_that_is_taken_is_said_and_counting_goes_on(metrics):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(MetricsUnavailableError, match=f"127.0.0.1:{port}: metrics cannot be"):
            metrics.serve(port)

    metrics.told(Lane.ALARM)
    assert read(metrics)["firegw_events_total{alarm}"] == 1


def test_the_metrics_listen_on_loopback_only(metrics):
    metrics.serve(0)

    with socket.socket() as other:
        other.settimeout(PATIENCE_S)
        # All of 127/8 is this machine; only the one address is listened on.
        assert other.connect_ex(("127.0.0.2", metrics.port)) != 0


def test_callers_who_say_nothing_are_hung_up_on_and_others_are_served_then(metrics, monkeypatch):
    monkeypatch.setattr(metrics_server._Handler, "timeout", 0.5)
    metrics.serve(0)
    silent = [
        socket.create_connection(("127.0.0.1", metrics.port), PATIENCE_S)
        for _ in range(metrics_server.MOST_CALLERS + 2)
    ]

    ends = [caller.recv(1) for caller in silent]
    for caller in silent:
        caller.close()

    assert ends == [b""] * len(silent)
    address = f"http://127.0.0.1:{metrics.port}/metrics"
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as response:
        assert response.status == 200


def test_where_the_site_wants_none_nothing_is_counted_and_the_library_not_loaded():
    source = (
        "import sys\n"
        "from gateway.metrics.metrics import Measured, metrics_for\n"
        "measured = Measured(gateway='g', version='1', detectors={}, buses=(), paths=())\n"
        "metrics = metrics_for(measured, wanted=False)\n"
        "metrics.control_denied(); metrics.serve(9466); metrics.close()\n"
        "print('prometheus_client' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=True
    )

    assert done.stdout.strip() == "False"
