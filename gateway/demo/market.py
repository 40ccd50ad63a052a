"""The demo's site: config/examples/market.yaml as it is, but for its ports and hosts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.demo.broker import HOST
from gateway.demo.failure import DemoError
from gateway.demo.program import SOURCES

MARKET: Final = SOURCES / "config" / "examples" / "market.yaml"

RS485_PORT: Final = "/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A10K5XYZ-if00-port0"
DUST_PORT: Final = "/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0"
GAS_HOST: Final = "host: 192.168.10.20, tcp_port: 502"
METRICS: Final = "metrics:\n  port: 9466\n"
UPLINK: Final = """\
      host: mqtt.pccc.example
      port: 8883
      tls:
        ca: /etc/fire-gateway/tls/ca.pem
        certificate: /etc/fire-gateway/tls/gateway.pem
        key: /etc/fire-gateway/tls/gateway.key
"""
DEMO_UPLINK: Final = """\
      host: {host}
      port: {port}
      version: "{version}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """Where the demo's devices and broker are found.

    Attributes:
        rs485: the pseudo-terminal of the Modbus devices.
        dust: the pseudo-terminal of the dust sensor.
        gas_port: the TCP port of the gas detector.
        broker_port: of the MQTT broker.
        mqtt_version: that the broker speaks.
        metrics_port: for the gateway's metrics.
    """

    rs485: Path
    dust: Path
    gas_port: int
    broker_port: int
    mqtt_version: str
    metrics_port: int


def demo_site(market: str, wires: Wires) -> str:
    """Give the text of the market's site file with the demo's wires in it."""
    uplink = DEMO_UPLINK.format(host=HOST, port=wires.broker_port, version=wires.mqtt_version)
    replacements = (
        (RS485_PORT, str(wires.rs485)),
        (DUST_PORT, str(wires.dust)),
        (GAS_HOST, f"host: {HOST}, tcp_port: {wires.gas_port}"),
        (UPLINK, uplink),
        (METRICS, f"metrics:\n  port: {wires.metrics_port}\n"),
    )
    text = market
    for old, new in replacements:
        if market.count(old) != 1:
            raise DemoError(f"{MARKET}: the demo looks for this once, and cannot find it:\n{old}")
        text = text.replace(old, new)
    return text
