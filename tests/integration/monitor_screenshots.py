"""Makes the pictures of `firegw monitor` under docs/screenshots, before a real gateway.

    python tests/integration/monitor_screenshots.py [FOLDER]

The gateway, its broker and its building are those of the tests; the screen is drawn without a
terminal and written as SVG.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "integration")]

from daemon_process import wait_for  # noqa: E402  found by the paths above
from monitored_building import MonitoredBuilding  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

from gateway.control.client import ask  # noqa: E402
from gateway.control.protocol import Request, Verb  # noqa: E402
from gateway.monitor.app import MonitorApp  # noqa: E402
from gateway.monitor.asker import Asker  # noqa: E402
from gateway.monitor.pen import Pen  # noqa: E402
from gateway.monitor.picture import Picture  # noqa: E402
from gateway.monitor.terminal import Terminal  # noqa: E402
from gateway.text import Language, speak  # noqa: E402

SIZE = (80, 24)
LOOK_EVERY_S = 0.1
WITHIN_S = 30
TERMINAL = Terminal(has_screen=True, has_colour=True, ascii_only=False)
FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
CHANGED = {
    "Fira Code, monospace": "DejaVu Sans Mono, Menlo, Consolas, monospace",
    "#cc555a": "#c4202c",  # red and black as most terminals have them: Rich's are paler
    "#4b4e55": "#111111",
    "#98a84b": "#5faf5f",
}
Acts = Callable[["Sitting"], Awaitable[None]]


class Sitting:
    """A person before the screen."""

    def __init__(self, building: MonitoredBuilding, pilot: Pilot, folder: Path) -> None:
        self.building = building
        self.folder = folder
        self._pilot = pilot

    @property
    def text(self) -> str:
        strips = self._pilot.app.screen._compositor.render_strips()
        return "\n".join(strip.text for strip in strips)

    async def until(self, *words: str) -> None:
        try:
            async with asyncio.timeout(WITHIN_S):
                while not all(word in self.text for word in words):
                    await self._pilot.pause(LOOK_EVERY_S)
        except TimeoutError:
            sys.exit(f"not on the screen: {words}\n{self.text}")

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)

    async def answer(self, key: str) -> None:
        await self.press(key)
        await self._pilot.pause(0.5)
        await self.press("y")

    async def pause(self, seconds: float) -> None:
        await self._pilot.pause(seconds)

    def order(self, **request: object) -> None:
        ask(str(self.building.daemon.socket), Request(**request))

    def keep(self, name: str) -> None:
        """Write what is on the screen, with the reader's own fonts, so that nothing is fetched."""
        svg = self._pilot.app.export_screenshot(title="firegw monitor", simplify=True)
        path = self.folder / f"monitor-{name}.svg"
        svg = FONT.sub("", svg)
        for drawn, wanted in CHANGED.items():
            svg = svg.replace(drawn, wanted)
        path.write_text("".join(f"{line.rstrip()}\n" for line in svg.splitlines()))


async def fire(at: Sitting) -> None:
    """Follow a fire from the first smoke to the reset."""
    played = at.building.building
    await at.until("P R O T E C T E D", "gateway started")
    at.keep("quiet")

    played.set("hall-smoke-1", 3.0, "smoke")
    await at.until("P R E - A L A R M", "rule hall-haze")
    at.keep("pre-alarm")
    played.set("hall-smoke-1", 6.0, "smoke")
    await at.until("F I R E   A L A R M", "2 alarms")
    at.keep("alarm")
    await at.press("a")
    await at.until("y Yes, do it")
    at.keep("question")
    await at.pause(0.5)
    await at.press("y")
    await at.until("2 alarms · acknowledged")
    at.keep("acknowledged")
    await at.answer("s")
    await at.until("sirens silenced")
    at.keep("silenced")
    played.set("hall-smoke-1", 0.1, "smoke")
    await at.until("cause has gone")
    await at.answer("r")
    await at.until("P R O T E C T E D")


async def troubles(at: Sitting) -> None:
    """Go through what takes protection away."""
    played = at.building.building
    await at.until("all quiet")
    played.set("store-smoke-1", "silent", "smoke")
    await at.until("N O T   P R O T E C T E D", "simulated to be silent")
    at.keep("fault")
    for number in range(40):  # something to see in the trends
        played.set("stall-heat-1", 27 + number / 3, "temperature")
        played.set("hall-smoke-2", 0.1 + (number % 9) / 5, "smoke")
        await at.pause(1)
    await at.press("2")
    await at.until("hall-smoke-2")
    at.keep("detectors")
    await at.press("1")
    played.set("store-smoke-1", 0.2, "smoke")
    await at.until("all quiet")

    at.order(verb=Verb.DISABLE, target="detector/hall-smoke-2", reason="welding in the hall")
    await at.until("out of service", "welding")
    at.keep("disabled")
    at.order(verb=Verb.ENABLE, target="detector/hall-smoke-2")
    await at.until("all quiet")


async def tests(at: Sitting) -> None:
    """Walk a zone; then all is lost, one after the other."""
    played = at.building.building
    await at.until("all quiet")
    await at.press("down")
    await at.answer("t")
    await at.until("U N D E R   T E S T")
    await at.press("4")
    played.set("hall-smoke-1", 6.0, "smoke")
    await at.until("1 of 3 responded", "sent in")
    at.keep("test")
    played.set("hall-smoke-1", 0.1, "smoke")
    await at.answer("t")
    await at.until("P R O T E C T E D")
    await at.press("1", "escape")

    at.building.broker.stop()
    await at.until("NO PATH TO THE CENTRE", "path lost")
    at.keep("path-lost")
    at.building.broker.start()
    await at.until("all quiet", "lan  connected")
    at.building.daemon.kill()
    await at.until("N O   A N S W E R")
    await at.pause(2)
    at.keep("no-answer")


async def vietnamese(at: Sitting) -> None:
    """Show a fire."""
    await at.until("Đ Ư Ợ C   B Ả O   V Ệ")
    at.keep("quiet.vi")
    at.building.building.set("hall-smoke-1", 6.0, "smoke")
    await at.until("B Á O   C H Á Y", "luật hall-fire")
    at.keep("alarm.vi")


async def sit(language: Language, folder: Path, acts: Acts) -> None:
    """Sit down before a building."""
    speak(language)
    here = datetime.now().astimezone().tzinfo
    with tempfile.TemporaryDirectory() as place:
        building = MonitoredBuilding(Path(place))
        try:
            asker = Asker(str(building.daemon.socket))
            wait_for(lambda: building.daemon.status().paths[0].connected, "a path")

            def pen_of(width: int) -> Pen:
                return Pen(language=language, zone=here, width=width)

            app = MonitorApp(asker, Picture(), TERMINAL, pen_of)
            async with app.run_test(size=SIZE) as pilot:
                await acts(Sitting(building, pilot, folder))
                app.stopped()
        finally:
            building.close()


if __name__ == "__main__":
    into = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    for acts in (fire, troubles, tests):
        asyncio.run(sit(Language.ENGLISH, into, acts))
    asyncio.run(sit(Language.VIETNAMESE, into, vietnamese))
