"""Takes the pictures of the owner's page in docs/screenshots: of a real gateway, by a real browser.

    python tests/integration/page_screenshots.py [FOLDER]

It plays a market, from quiet to a gateway that is gone, and takes each state on a telephone in
Vietnamese and at a desk in English. It needs mosquitto, chromium and chromium-driver.
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from daemon_process import wait_for  # noqa: E402  found by the path above
from page_stage import DESKTOP, PHONE, Owner, Stage, browser  # noqa: E402

from gateway.control.protocol import Verb  # noqa: E402

VIEWS = (("phone", "vi", PHONE), ("desktop", "en", DESKTOP))


class Photographer:
    """Takes what the owner sees."""

    def __init__(self, stage: Stage, owner: Owner, folder: Path) -> None:
        self._stage = stage
        self._owner = owner
        self._folder = folder

    def take(self, name: str, said: str, selector: str = "h1") -> None:
        """Take a state once the page says it, in English at the desk."""
        for device, language, size in reversed(VIEWS):
            self._owner.size(*size)
            self._owner.open(f"{self._stage.url}?lang={language}")
            if language == "en":
                self._owner.until_sees(said, selector)
            self._owner.until_sees(":", "#events .time")
            self._save(f"page-{name}-{device}.png")

    def gone(self) -> None:
        """Take how an open page loses its gateway."""
        for device, language, size in VIEWS:
            self._owner.size(*size)
            self._owner.open(f"{self._stage.url}?lang={language}")
            self._owner.until_sees({"en": "NO CONTACT", "vi": "MẤT LIÊN LẠC"}[language])
            self._save(f"page-gone-{device}.png")

    def _save(self, name: str) -> None:
        self._owner.driver.save_screenshot(str(self._folder / name))


def photograph(stage: Stage, camera: Photographer) -> None:
    """Go through it all."""
    stage.order(Verb.TEST, zone="stalls")
    stage.building.set("stalls-smoke-2", 1)
    camera.take("test", "[test]", "#events")
    stage.building.set("stalls-smoke-2", 0)
    wait_for(lambda: not stage.value("stalls-smoke-2"), "the smoke has gone")
    stage.order(Verb.END_TEST, zone="stalls")
    camera.take("quiet", "Walk test of Dãy quầy vải – tầng 1: ", "#tests")
    stage.building.set("hall-smoke-1", 1)
    camera.take("pre-alarm", "PRE-ALARM")
    stage.building.set("hall-smoke-2", 1)
    camera.take("alarm", "FIRE ALARM")
    stage.order(Verb.ACKNOWLEDGE)
    camera.take("acknowledged", "seen by", "#hero")
    stage.order(Verb.SILENCE)
    camera.take("silenced", "sirens silenced", "#hero")
    stage.quiet()
    stage.building.set("stalls-smoke-1", "silent")
    camera.take("fault", "stalls-smoke-1", "#amiss")
    stage.quiet()
    stage.order(Verb.DISABLE, target="zone/store", reason="sơn lại tường", duration_s=4 * 3600)
    camera.take("disabled", "Out of service", "#amiss")
    stage.order(Verb.ENABLE, target="zone/store")
    stage.broker.stop()
    camera.take("path-lost", "The fire police are not reached", "#hero")
    stage.broker.start()
    stage.until_protected()
    stage.daemon.kill()
    camera.gone()


def main() -> None:
    """Take them all."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, Stage(Path(place)) as stage:
        stage.start_page()
        stage.until_protected()
        stage.until_served()
        with browser(Path(place)) as owner:
            photograph(stage, Photographer(stage, owner, folder))


if __name__ == "__main__":
    main()
