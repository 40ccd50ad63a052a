"""A path goes by the interface that it names, or not at all: two ways to one broker."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from network_namespaces import Namespace, cable, namespaces

from gateway.uplink.dial import DialError, Endpoint, connect
from gateway.uplink.tcp_connect import InterfaceError, connect_tcp
from rules.instant import seconds

BROKER = "10.77.9.9"  # reached by the cable and by the modem
CABLE, MODEM = "10.77.1.2", "10.77.2.2"
NOWHERE = "10.99.9.9"
WITHIN = seconds(2)
ROOT = Path(__file__).parents[2]


@dataclass
class TwoWays:
    """A gateway with a cable and a modem; the cable has the default route that counts."""

    gateway: Namespace
    broker: Namespace
    listening: socket.socket

    @property
    def port(self) -> int:
        return self.listening.getsockname()[1]

    def connect(self, interface: str | None, host: str = BROKER) -> str:
        """Connect; give the address that the broker sees."""
        with self.gateway.entered():
            connected = connect_tcp(host, self.port, interface, WITHIN)
        with connected:
            accepted, (address, _) = self.listening.accept()
            accepted.close()
        return address


@pytest.fixture
def ways() -> Iterator[TwoWays]:
    with namespaces("gateway", "broker") as (gateway, broker):
        cable((gateway, "eth0", f"{CABLE}/24"), (broker, "eth1", "10.77.1.1/24"))
        cable((gateway, "wwan0", f"{MODEM}/24"), (broker, "wwan1", "10.77.2.1/24"))
        broker.ip("address", "add", f"{BROKER}/32", "dev", "lo")
        gateway.ip("route", "add", "default", "via", "10.77.1.1", "metric", "100")
        gateway.ip("route", "add", "default", "via", "10.77.2.1", "metric", "200")
        with broker.entered():
            listening = socket.create_server((BROKER, 0))
        listening.settimeout(10)
        with listening:
            yield TwoWays(gateway, broker, listening)


@pytest.mark.parametrize(
    ("interface", "address"), [("wwan0", MODEM), ("eth0", CABLE), (None, CABLE)]
)
def test_a_path_goes_by_its_interface_whichever_has_the_default_route(ways, interface, address):
    assert ways.connect(interface) == address


def test_a_path_does_not_go_by_another_interface_when_its_own_is_dead(ways):
    ways.gateway.ip("link", "set", "wwan0", "down")

    with pytest.raises(InterfaceError, match="interface wwan0: it is down; see: ip link show"):
        ways.connect("wwan0")

    assert ways.connect(None) == CABLE


def test_an_interface_without_a_link_is_told_as_that(ways):
    ways.broker.ip("link", "set", "wwan1", "down")

    with pytest.raises(InterfaceError, match="wwan0: it has no link; is the cable in, is the mod"):
        ways.connect("wwan0", NOWHERE)


def test_an_interface_that_is_not_there_is_told_by_name(ways):
    endpoint = Endpoint(host=BROKER, port=ways.port, make_tls=None, interface="wwan7")

    with ways.gateway.entered(), pytest.raises(DialError) as refused:
        connect(endpoint, WITHIN)

    assert str(refused.value) == (
        f"{BROKER}:{ways.port}: interface wwan7: there is none of that name now; see: ip link"
    )
    assert refused.value.reason is None


def test_an_interface_that_leads_nowhere_is_told_with_its_routes(ways):
    ways.gateway.ip("route", "delete", "default", "via", "10.77.2.1")
    folder = "/proc/sys/net/ipv4/neigh/wwan0"
    quickly = f"echo 1 > {folder}/mcast_solicit; echo 50 > {folder}/retrans_time_ms"
    subprocess.run(ways.gateway.command("sh", "-c", quickly), check=True)

    with pytest.raises(InterfaceError, match=r"no way to 10\.99\.9\.9; see: ip route show dev"):
        ways.connect("wwan0", NOWHERE)


def test_a_broker_that_refuses_on_a_bound_path_is_told_as_on_any(ways):
    port = ways.port
    ways.listening.close()

    with ways.gateway.entered(), pytest.raises(ConnectionRefusedError):
        connect_tcp(BROKER, port, "wwan0", WITHIN)


CONNECT = """
import sys
from gateway.uplink.tcp_connect import connect_tcp
host, port, interface, within = sys.argv[1:]
with connect_tcp(host, int(port), interface or None, int(within)) as connected:
    print(connected.getsockname()[0], connected.getpeername()[0])
"""


def in_a_process(ways: TwoWays, host: str, interface: str, *before: str) -> list[str]:
    """Connect in a process of its own in the gateway's namespace; give both addresses."""
    python = sys.executable, "-c", CONNECT, host, str(ways.port), interface, str(seconds(1.5))
    done = subprocess.run(
        ways.gateway.command(*before, *python),
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_binding_to_an_interface_takes_no_privilege(ways):
    """As the service runs: no capability, and none to be had."""
    unprivileged = "setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"

    assert in_a_process(ways, BROKER, "wwan0", *unprivileged) == [MODEM, BROKER]


@pytest.mark.parametrize("interface", ["", "wwan0"])
def test_a_name_with_a_dead_address_is_reached_by_its_next_one_within_the_bound(
    ways, tmp_path, interface
):
    hosts = tmp_path / "hosts"
    hosts.write_text(f"10.77.2.99 broker.test\n{BROKER} broker.test\n")
    with_hosts = "unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"'

    own, reached = in_a_process(ways, "broker.test", interface, *with_hosts, str(hosts))

    assert (own, reached) == (MODEM if interface else CABLE, BROKER)
