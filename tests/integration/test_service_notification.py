"""Word to systemd, over real datagram sockets."""

import socket

import pytest

from gateway.service_notification import Liveness, ServiceNotification, watchdog_interval
from rules.instant import seconds


@pytest.fixture(params=["path", "abstract"])
def systemd(request, tmp_path):
    """A socket as systemd has it, and its name as NOTIFY_SOCKET gives it."""
    name = str(tmp_path / "notify")
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listening.settimeout(10)
    if request.param == "path":
        listening.bind(name)
    else:
        listening.bind("\0" + name)
        name = "@" + name
    yield listening, name
    listening.close()


def test_each_word_is_one_datagram(systemd):
    listening, name = systemd
    notification = ServiceNotification.from_environment({"NOTIFY_SOCKET": name})

    sent = [
        notification.status("opening 3 buses"),
        notification.ready(),
        notification.watchdog(),
        notification.stopping(),
    ]
    notification.close()

    assert sent == [True] * 4
    assert [listening.recv(4096) for _ in range(4)] == [
        b"STATUS=opening 3 buses",
        b"READY=1",
        b"WATCHDOG=1",
        b"STOPPING=1",
    ]


def test_a_status_can_smuggle_in_no_other_word(systemd):
    listening, name = systemd
    notification = ServiceNotification.from_environment({"NOTIFY_SOCKET": name})

    notification.status("Sảnh\nWATCHDOG=1\n" + "x" * 500)
    notification.close()

    received = listening.recv(4096).decode()
    assert "\n" not in received
    assert received.startswith("STATUS=Sảnh WATCHDOG=1 xxx")
    assert len(received) < 250


def test_a_systemd_that_reads_nothing_holds_nobody_up(systemd):
    _, name = systemd
    notification = ServiceNotification.from_environment({"NOTIFY_SOCKET": name})

    sent = [notification.watchdog() for _ in range(10_000)]
    notification.close()

    assert sent[0] is True
    assert sent[-1] is False


def test_a_systemd_that_went_away_is_no_error(tmp_path):
    gone = str(tmp_path / "gone")
    notification = ServiceNotification.from_environment({"NOTIFY_SOCKET": gone})

    assert notification.ready() is False
    notification.close()
    assert notification.ready() is False


@pytest.mark.parametrize("environment", [{}, {"NOTIFY_SOCKET": ""}, {"NOTIFY_SOCKET": "vsock:2:1"}])
def test_without_systemd_every_word_goes_nowhere(environment):
    notification = ServiceNotification.from_environment(environment)

    assert notification.ready() is False


@pytest.mark.parametrize(
    ("environment", "interval"),
    [
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "77"}, seconds(15)),
        ({"WATCHDOG_USEC": "15000000"}, seconds(15)),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": "78"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_only_for_the_process_that_it_names(environment, interval):
    assert watchdog_interval(environment, 77) == interval


def test_a_ping_needs_a_turn_of_the_core_and_a_turn_of_the_writer():
    liveness = Liveness()

    assert liveness.may_ping(0, 0) is False, "nothing has been done yet"
    assert liveness.may_ping(5, 2) is True
    assert liveness.may_ping(5, 2) is False, "time alone is no proof of life"
    assert liveness.may_ping(900, 2) is False, "the writer hangs"
    assert liveness.may_ping(900, 2) is False
    assert liveness.may_ping(900, 3) is True
    assert liveness.may_ping(900, 50) is False, "the core hangs"
