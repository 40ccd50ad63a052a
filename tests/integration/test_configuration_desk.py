"""The desk of configurations where something fails: the check, the disk, the change itself."""

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.configuration.change import Chosen, HalfChangedError
from gateway.configuration.check_apart import NotCheckedError, Verdict, check_apart
from gateway.configuration.desk import ConfigurationDesk, ConfigurationPorts
from gateway.configuration.found_files import found_files
from gateway.configuration.kept_files import KeptFiles
from gateway.configuration.own_state import own_state_named
from gateway.configuration.read_files import CheckedFiles, checked
from gateway.configuration.site_files import MOST_BYTES, SiteFiles, why_refused
from gateway.configuration.start import read
from gateway.configuration.way_back import WayBack
from gateway.control.protocol import NotUnderstoodError, Outcome, Request, Verb
from gateway.recording.black_box import SiteTexts
from rules.instant import Instant, seconds
from rules.snapshot import SiteNow

SITE = """\
site: {id: CS0001, name: Chợ Phố Hiến, province: "33", commune: "12345"}
gateway: {id: GW-1}
buses: [{id: idle, simulated: {}}]
zones: [{id: hall, name: Sảnh}]
detectors: []
uplink: {paths: []}
"""
OTHER = SITE.replace("Sảnh", "Sảnh chính")


class Desk:
    """A desk whose surroundings do as the test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.site_file = folder / "site.yaml"
        self.site_file.write_text(SITE)
        self.now = Instant(0)
        self.calls: list = []
        self.told: list[str] = []
        self.in_force: list[str] = []
        self.fails_with: Exception | None = None
        self.gave_up = 0
        self.desk = ConfigurationDesk(
            self._chosen(),
            WayBack(self.site_file, KeptFiles(folder)),
            ConfigurationPorts(
                now=lambda: self.now,
                call_at=lambda at, call: self.calls.append((at, call)),
                present=lambda: SiteNow(
                    at=self.now, zones=(), conditions=(), detectors=(), outputs={}, silenced=False
                ),
                note=lambda noted: self.told.append(noted.detail),
                change_to=self._change,
                give_up=self._give_up,
                check=self._check,
            ),
        )

    def _chosen(self) -> Chosen:
        files, _ = found_files(self.site_file)
        return Chosen(settings=checked(files).settings, site=SiteTexts(), files=files)

    def _change(self, settings, _site, noted) -> None:
        if self.fails_with is not None:
            raise self.fails_with
        self.in_force.append(settings.zones[0].name)
        self.told.append(noted.detail)

    def _give_up(self) -> None:
        self.gave_up += 1

    async def _check(self, files: SiteFiles) -> Verdict:
        if isinstance(self.fails_with, NotCheckedError):
            raise self.fails_with
        found: CheckedFiles = checked(files)
        return Verdict(
            files=found.files, settings=found.settings, problems=found.problems, texts={}
        )

    async def apply(self, site: str = OTHER, lasts_s: float | None = None):
        files = SiteFiles(name="other.yaml", site=site)
        return await self.desk.apply(
            Request(verb=Verb.APPLY, files=files, duration_s=lasts_s), "binh"
        )

    async def confirm(self):
        return await self.desk.confirm(Request(verb=Verb.CONFIRM), "binh")

    def next_start(self) -> str:
        return read(self.site_file, self.folder).settings.zones[0].name


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


async def test_a_check_that_comes_to_no_end_changes_nothing(desk):
    desk.fails_with = NotCheckedError("the check took longer than 60 s")

    reply = await desk.apply()

    assert reply.outcome is Outcome.REFUSED
    assert "took longer" in reply.words[0]
    assert (desk.in_force, desk.desk.trial) == ([], None)


async def test_what_cannot_be_taken_up_is_refused_and_nothing_is_on_trial(desk):
    desk.fails_with = ImportError("no driver")

    reply = await desk.apply()

    assert "has not begun to: ImportError: no driver" in reply.words[0]
    assert (desk.desk.trial, desk.calls, desk.gave_up) == (None, [], 0)
    assert KeptFiles(desk.folder).trial() is None


async def test_a_gateway_that_does_not_know_what_is_in_force_starts_anew_by_the_one_before(desk):
    desk.site_file.write_text(OTHER)  # as a technician has edited it
    desk.fails_with = HalfChangedError()

    with pytest.raises(HalfChangedError):
        await desk.apply()

    assert desk.gave_up == 1
    assert desk.next_start() == "Sảnh"


async def test_a_way_back_that_fails_leads_over_a_new_start(desk):
    await desk.apply()
    desk.fails_with = ImportError("gone")

    at, time_is_over = desk.calls.pop()
    desk.now = at
    time_is_over()

    assert desk.gave_up == 1
    assert desk.next_start() == "Sảnh"


async def test_a_trial_whose_time_is_over_goes_back_and_a_confirmed_one_does_not(desk):
    await desk.apply(lasts_s=30)
    at, time_is_over = desk.calls.pop()
    assert at == seconds(30)
    time_is_over()
    assert desk.in_force == ["Sảnh chính", "Sảnh"]

    await desk.apply(lasts_s=30)
    _, time_is_over = desk.calls.pop()
    assert (await desk.confirm()).outcome is Outcome.DONE
    time_is_over()

    assert desk.in_force[-1] == "Sảnh chính"
    assert desk.next_start() == "Sảnh chính"


async def test_what_cannot_be_kept_is_not_confirmed(desk):
    await desk.apply()
    kept = desk.folder / "configuration" / ".confirmed.json.new"
    kept.mkdir()
    (kept / "in-the-way").touch()

    reply = await desk.confirm()

    assert reply.outcome is Outcome.REFUSED
    assert desk.desk.trial is not None
    assert desk.next_start() == "Sảnh"


async def test_a_site_without_a_way_back_on_disk_is_not_tried_out(desk):
    (desk.folder / "configuration").touch()

    reply = await desk.apply()

    assert reply.outcome is Outcome.REFUSED
    assert "no way back" in reply.words[0]
    assert desk.in_force == []


@pytest.mark.parametrize("lasts_s", [1, 29.9, 3601])
async def test_a_trial_lasts_half_a_minute_to_an_hour(desk, lasts_s):
    with pytest.raises(NotUnderstoodError, match="30 s to 1 h"):
        await desk.apply(lasts_s=lasts_s)


@pytest.mark.parametrize(
    "site",
    [
        SITE.replace("simulated: {}", "simulated: {script: STATE/device.key}"),
        SITE.replace("simulated: {}", "simulated: {script: STATE/" + "./" * 20 + "device.key}"),
        SITE.replace("simulated: {}", "simulated: {script: device.key}"),
        SITE.replace(
            "paths: []",
            "paths: [{id: lan, host: 127.0.0.1, username: u, password_file: STATE/device.key}]",
        ),
    ],
)
async def test_no_file_of_the_gateways_own_state_can_be_named(desk, site, monkeypatch):
    monkeypatch.chdir(desk.folder)  # as the service does
    (desk.folder / "device.key").touch()

    reply = await desk.apply(site.replace("STATE", str(desk.folder)))

    assert reply.outcome is Outcome.REFUSED
    assert "own state" in reply.words[0]


def test_the_unit_may_prove_itself_by_a_key_that_lies_in_its_state(desk):
    tls = f"tls: {{certificate: {desk.folder}/c.pem, key: {desk.folder}/k.pem}}"
    site = SITE.replace("paths: []", f"paths: [{{id: lan, host: a.example, {tls}}}]")
    found = checked(SiteFiles(name="a.yaml", site=site))

    assert own_state_named(found.settings, desk.folder) == ""


async def test_the_process_that_checks_finds_what_is_wrong_and_what_is_right():
    good, bad = SiteFiles(name="a.yaml", site=SITE), SiteFiles(name="b.yaml", site=SITE + "x: 1\n")

    right, wrong = await check_apart(good), await check_apart(bad)

    assert right.settings.zones[0].name == "Sảnh"
    assert (wrong.settings, str(wrong.problems[0].place)) == (None, "b.yaml:7:1")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"site": "x" * (MOST_BYTES + 1)}, "KiB of files"),
        ({"profiles": {f"{n}.yaml": "" for n in range(101)}}, "101 profiles"),
        ({"profiles": {"../../etc/passwd": ""}}, "no name of a profile"),
        ({"profiles": {"..yaml": ""}}, "no name of a profile"),
        ({"profiles": {"a\x1b[2J.yaml": ""}}, "no name of a profile"),
        ({"name": "x" * 201}, "a file name of 201 characters"),
    ],
)
def test_files_that_no_unit_needs_are_not_even_looked_at(change, why):
    assert why in why_refused(replace(SiteFiles(name="a.yaml", site=SITE), **change))
