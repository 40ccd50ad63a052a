"""The building of the long run: ten inputs once a second each, of every kind that there is.

A line of Modbus, a Modbus/TCP host, a sensor that sends by itself and one that is asked, and two
contacts on mock pins. The devices are processes of their own.
"""

import math
import os
import time

from daemon_process import HEAD, now
from modbus_process import on_rtu
from played_process import PlayedDevices

BAUD = 19200
RELAY, HEAT, HEATS = 1, 2, range(2, 5)  # units of the line
GAS, CO = 1, 2  # units of the host
CALL_POINT, PANEL_FAULT = 17, 5  # GPIO lines
MOVES_EVERY_S = 1.0

SITE = """\
buses:
  - {{id: header, gpio: {{poll_every: 1 s}}}}
  - {{id: line, modbus: {{port: {line}, baud: {baud}}}}}
  - {{id: lan, modbus: {{host: 127.0.0.1, tcp_port: {host}}}}}
  - {{id: dust-port, serial: {{port: {dust}}}}}
  - {{id: co2-port, serial: {{port: {co2}}}}}
zones: [{{id: hall, name: Sảnh}}, {{id: kitchen, name: Bếp}}]
detectors:
  - {{id: call-point, zone: hall, bus: header, profile: dry-contact, kind: manual-call-point,
     line: 17}}
  - {{id: panel, zone: hall, bus: header, profile: dry-contact, kind: panel-fault, line: 5}}
  - {{id: smoke, zone: hall, bus: line, profile: waveshare-modbus-io-8ch, kind: smoke-detector,
     unit: 1, every: 1 s}}
  - {{id: heat-2, zone: hall, bus: line, profile: generic-modbus-temperature, unit: 2, every: 1 s}}
  - {{id: heat-3, zone: hall, bus: line, profile: generic-modbus-temperature, unit: 3, every: 1 s}}
  - {{id: heat-4, zone: hall, bus: line, profile: generic-modbus-temperature, unit: 4, every: 1 s}}
  - {{id: gas, zone: kitchen, bus: lan, profile: honeywell-sensepoint-xrl, unit: 1, every: 1 s}}
  - {{id: co, zone: kitchen, bus: lan, profile: honeywell-sensepoint-xrl-co, unit: 2, every: 1 s}}
  - {{id: dust, zone: kitchen, bus: dust-port, profile: plantower-pms5003, every: 1 s}}
  - {{id: co2, zone: kitchen, bus: co2-port, profile: winsen-mh-z19b, every: 1 s}}
outputs:
  - {{id: siren, bus: header, kind: siren, line: 22, driven_by: [fire-alarm, gas-alarm]}}
  - {{id: fault-relay, bus: header, kind: fault-relay, line: 23, on_exit: release}}
rules:
  - {{id: smoke, zone: hall, raises: fire-alarm, when: smoke.contact}}
  - {{id: heat, zone: hall, raises: fire-alarm, when: 'any(temperature > 58 °C)'}}
  - id: quick-heat
    zone: hall
    raises: fire-alarm
    when: rate(heat-2.temperature, 30 s) > 60 °C/min
  - {{id: gas, zone: kitchen, raises: gas-alarm, when: gas.gas > 40 %LEL}}
  - {{id: co, zone: kitchen, raises: gas-alarm, when: 'avg(co.co, 30 s) > 100 ppm'}}
  - {{id: dust, zone: kitchen, raises: pre-alarm, when: 'avg(dust.pm2_5, 30 s) > 250 µg/m³'}}
  - {{id: air, zone: kitchen, raises: pre-alarm, when: 'avg(co2.co2, 5 min) > 2000 ppm'}}
uplink:
  paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]
  telemetry_every: 10 s
metrics: {{port: {metrics}}}
"""

BUS_OF = {
    "call-point": "header",
    "panel": "header",
    "smoke": "line",
    **{f"heat-{unit}": "line" for unit in HEATS},
    "gas": "lan",
    "co": "lan",
    "co2": "co2-port",
}
"""Who is asked, and so keeps a raster of ours: the dust sensor sends when it likes."""

NEVER_CUT = ("call-point", "panel", "co", "co2")
"""Whose polls nothing that happens here holds up, so that hardly one may be missing."""

PERIODS = dict.fromkeys(BUS_OF, 1_000_000_000)


class SoakedBuilding:
    """The devices. Call `move` often."""

    def __init__(self, folder, stack):
        self._stack = stack
        self._folder = folder
        self.pins = folder / "pins"
        self.line = on_rtu(folder, "1-4", "--baud", str(BAUD))
        stack.callback(self.line.close)
        self.host = stack.enter_context(
            PlayedDevices(
                *("honeywell-sensepoint-xrl", "honeywell-sensepoint-xrl-co"),
                *("--tcp", "127.0.0.1:0", "--unit", f"{GAS}-{CO}"),
            )
        )
        self.co2 = stack.enter_context(
            PlayedDevices("winsen-mh-z19b", "--port-link", str(folder / "co2"))
        )
        self.dust = None
        stack.callback(self.unplug_dust)
        self.plug_dust()
        for unit in HEATS:
            self.line.set(unit, "input-register", 0, 300)
        self._began = self._due = time.monotonic()
        self.smoke(sensed=False)

    def site(self, broker, metrics):
        return HEAD + SITE.format(
            line=self._folder / "rs485",
            baud=BAUD,
            host=self.host.port,
            dust=self._folder / "dust",
            co2=self._folder / "co2",
            broker=broker,
            metrics=metrics,
        )

    def move(self):
        """Let what is measured go up and down, as it does on any day."""
        if time.monotonic() < self._due:
            return
        self._due += MOVES_EVERY_S
        wave = math.sin((self._due - self._began) / 60)
        for unit in HEATS:
            self.line.set(unit, "input-register", 0, round(300 + 40 * wave + unit))
        self.line.asked()  # it keeps all questions until somebody wants them
        self.host.tell(f"{GAS}: gas {2 + wave:.2f}")
        self.host.tell(f"{CO}: co {10 + 5 * wave:.1f}")
        self.co2.tell(f"co2 {600 + round(100 * wave)}")
        if self.dust is not None:
            self.dust.tell(f"pm2_5 {20 + round(5 * wave)}")

    def smoke(self, *, sensed):
        """Let the relay of a smoke detector close or open; give the instant just before."""
        before = now()
        self.line.set(RELAY, "discrete-input", 0, int(sensed))
        return before

    def press(self, *, pressed):
        """Press the call point or put it back; give the instant just before."""
        before = now()
        fifo = os.open(self.pins, os.O_WRONLY | os.O_NONBLOCK)
        os.write(fifo, f"{CALL_POINT} {'low' if pressed else 'high'}\n".encode())
        os.close(fifo)
        return before

    def unplug_dust(self):
        """Take the dust sensor's adapter away: its port hangs up, and its link is gone."""
        if self.dust is not None:
            self.dust.__exit__(None, None, None)
            self.dust = None

    def plug_dust(self):
        """Put it back, as a new port under the same link."""
        self.dust = PlayedDevices("plantower-pms5003", "--port-link", str(self._folder / "dust"))
