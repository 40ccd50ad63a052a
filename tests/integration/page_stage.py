"""A market whose owner has the page open: broker, daemon, page and browser, each a process."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import pytest
from daemon_process import ROOT, Daemon, Played, now, wait_for
from mosquitto_broker import Mosquitto, free_port
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

from gateway.control.client import ask
from gateway.control.protocol import Outcome, Request, Verb
from rules.instant import seconds
from rules.snapshot import Protection

CHROMIUM, CHROMEDRIVER = "/usr/bin/chromium", "/usr/bin/chromedriver"
PHONE, DESKTOP = (360, 740), (1280, 800)
SHOWN_WITHIN_S = 15
LOOK_EVERY_S = 0.2

# Where the tests run nobody may set a clock, and the page would say so in each of its times.
CLOCK_SET_PROGRAM = """
import functools
import gateway.cli.run as run
from gateway.cli.firegw import main
run.ClockSources = functools.partial(run.ClockSources, is_synchronised=lambda _: True)
main()
"""
CLOCK_SET = (sys.executable, "-c", CLOCK_SET_PROGRAM)

SITE = """\
site: {{id: CS0001, name: Chợ Phố Hiến, province: "33", commune: "12345"}}
gateway: {{id: GW-1}}
buses: [{{id: played, simulated: {{script: {script}}}}}]
zones:
  - {{id: hall, name: Sảnh chính}}
  - {{id: stalls, name: Dãy quầy vải – tầng 1}}
  - {{id: store, name: Kho sơn}}
detectors:
  - {{id: hall-smoke-1, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: hall-smoke-2, zone: hall, bus: played, profile: simulated-contact}}
  - {{id: stalls-smoke-1, zone: stalls, bus: played, profile: simulated-contact}}
  - {{id: stalls-smoke-2, zone: stalls, bus: played, profile: simulated-contact}}
  - {{id: store-smoke, zone: store, bus: played, profile: simulated-contact}}
outputs: [{{id: siren, bus: played, kind: siren}}]
rules:
  - {{id: hall-look, zone: hall, raises: pre-alarm, when: any(contact)}}
  - {{id: hall-fire, zone: hall, raises: fire-alarm, when: count(contact) >= 2}}
  - {{id: stalls-fire, zone: stalls, raises: fire-alarm, when: any(contact)}}
  - {{id: store-fire, zone: store, raises: fire-alarm, when: store-smoke.contact}}
uplink: {{paths: [{{id: lan, host: 127.0.0.1, port: {broker}}}]}}
contacts:
  - {{name: Nguyễn Văn Bình, phone: "0912 345 678", role: kỹ thuật viên}}
  - {{name: Phòng trực, phone: "0221 3862 114"}}
page: {{address: 127.0.0.1, port: {page}}}
"""
DETECTORS = ("hall-smoke-1", "hall-smoke-2", "stalls-smoke-1", "stalls-smoke-2", "store-smoke")


class Stage:
    """The market.

    Attributes:
        port: at which the page is served.
        page: its process.
    """

    def __init__(self, folder: Path, site: str = SITE) -> None:
        self.folder = folder
        self.broker = Mosquitto(folder)
        self.building = Played(folder / "script")
        for detector in DETECTORS:
            self.building.set(detector, 0)
        self.port = free_port()
        text = site.format(script=self.building.path, broker=self.broker.port, page=self.port)
        self.daemon = Daemon(folder, text, program=CLOCK_SET)
        self.page: subprocess.Popen | None = None

    def __enter__(self) -> Self:
        self.broker.start()
        self.daemon.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.end_page()
        self.daemon.__exit__(*exc)
        self.broker.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def page_log(self) -> str:
        return (self.folder / "page.log").read_text(errors="replace")

    def start_page(self) -> None:
        with (self.folder / "page.log").open("ab") as log:
            self.page = subprocess.Popen(
                (
                    *(sys.executable, "-m", "gateway.cli.firegw", "page"),
                    *("--socket", str(self.daemon.socket)),
                ),
                stderr=log,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def until_served(self) -> None:
        wait_for(lambda: f"port {self.port}" in self.page_log, "the page is served")

    def end_page(self) -> None:
        if self.page is not None and self.page.poll() is None:
            self.page.send_signal(signal.SIGKILL)
            self.page.wait(10)

    def until_protected(self) -> None:
        def protected() -> bool:
            status = self.daemon.status()
            if status is None or not all(path.connected for path in status.paths):
                return False
            return all(zone.protection is Protection.FULL for zone in status.now.zones)

        wait_for(protected, "the market is protected")

    def order(self, verb: Verb, **what: object) -> None:
        """Do what a person with firegw does."""
        reply = ask(str(self.daemon.socket), Request(verb=verb, **what), seconds(5), now)
        assert reply.outcome is Outcome.DONE, reply.words

    def value(self, detector: str) -> float | None:
        """Give what the gateway has last read of a contact."""
        now_ = self.daemon.status().now
        return next(each.values["contact"] for each in now_.detectors if each.id == detector)

    def quiet(self) -> None:
        """Let it all end: no fire, no fault, no test."""
        for detector in DETECTORS:
            self.building.set(detector, 0)

        def is_quiet() -> bool:
            status = self.daemon.status()
            if status is None:
                return False
            if any(each.latched for each in status.now.conditions):
                ask(str(self.daemon.socket), Request(verb=Verb.RESET), seconds(5), now)
            return not status.now.conditions

        wait_for(is_quiet, "all is quiet")


class Owner:
    """A browser, and what a person sees in it."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def size(self, width: int, height: int) -> None:
        """Be a telephone or a desk's screen: of the page itself, not of a window around it."""
        measures = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", measures)

    def open(self, url: str) -> None:
        self.driver.get(url)

    def sees(self, selector: str) -> str:
        """Give the visible text of what a selector finds."""
        found = self.driver.find_elements(By.CSS_SELECTOR, selector)
        return "\n".join(each.text for each in found if each.is_displayed())

    def until_sees(self, text: str, selector: str = "h1") -> None:
        """Wait until a text is visible; the page changes under the hand that reads it."""
        waiting = WebDriverWait(
            self.driver, SHOWN_WITHIN_S, LOOK_EVERY_S, (StaleElementReferenceException,)
        )
        try:
            waiting.until(lambda _: text in self.sees(selector))
        except TimeoutException:
            pytest.fail(f"{text!r} is not in {selector}; there is:\n{self.sees('main')}")

    def complaints(self) -> list[str]:
        """Give what the browser's console has, since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked(self) -> set[str]:
        """Give where requests have gone to, since it was asked last."""
        entries = [json.loads(each["message"]) for each in self.driver.get_log("performance")]
        return {
            entry["message"]["params"]["request"]["url"]
            for entry in entries
            if entry["message"]["method"] == "Network.requestWillBeSent"
        }


@contextmanager
def browser(folder: Path) -> Iterator[Owner]:
    """Open a browser that nobody sees."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-proxy-server",
        "--hide-scrollbars",
        f"--user-data-dir={folder / 'browser'}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, webdriver.ChromeService(CHROMEDRIVER))
    try:
        driver.set_page_load_timeout(30)
        yield Owner(driver)
    finally:
        driver.quit()
