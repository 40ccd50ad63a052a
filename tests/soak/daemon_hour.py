"""The whole daemon for an hour: what leaks, drifts, swells or is lost shows here.

A real process on a real broker, with ten inputs a second, and now and then an alarm, a reset, a
device that falls silent or goes out of service, an adapter that is unplugged, a broker that is
away. The first tenth of the time is warm-up and judged by nobody. Memory, descriptors, threads and
tasks are judged by the median of the last fifth of the rest against that of its second fifth; the
raster of the polls by the black box's recordings, which hold the whole run.
"""

import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from daemon_process import ROOT, Centre, Daemon
from soak.flatness import grown, is_flat, then_and_now
from soak.life_signs import LifeSigns
from soak.played_world import Played, World
from soak.raster import WITHIN, inputs_of, kept_raster
from soak.soaked_building import BUS_OF, NEVER_CUT, PERIODS, SoakedBuilding

from gateway.demo.broker import Broker, free_port
from gateway.recording.black_box import FOLDER
from gateway.recording.folder import MOST_BYTES, MOST_FILES
from rules.reading import FailedPoll, Reading

LOOK_EVERY_S = 0.05
TOLD_EVERY_S = 60.0
RESTS_WITHIN_S = 240.0
EVIDENCE = Path("build/soak")

WARM_UP = 0.1
FLAT_WITHIN = 0.10
MOST_MORE_FILES = 2  # a recording that is being written, a broker that is being dialled
MOST_MORE_THREADS, MOST_MORE_TASKS = 1, 2
MOST_OFF = 0.02  # of the readings
MOST_MISSING = 0.01  # of the polls of those that nothing holds up
LEAST_RECORDED = 0.9  # of the time
ALARM_WITHIN_S = 10.0
JOURNAL_AT_FIRST, JOURNAL_OF_AN_EVENT = 5_000_000, 4_000  # bytes; the first is the log's, mostly
LEAST_INPUTS = 9.0  # a second: some are always silent or unplugged


class Verdicts:
    """What was judged, printed as it is judged."""

    def __init__(self):
        self.passed = self.failed = 0

    def judge(self, is_good, text):
        if is_good:
            self.passed += 1
        else:
            self.failed += 1
        print(f"# daemon: {'ok    ' if is_good else 'FAILED'} {text}", flush=True)


@dataclass
class Life:
    """What there was to see of a run."""

    world: World
    played: Played
    signs: LifeSigns
    seconds: float
    cpu: float
    written: int
    exit_code: int


def run(minutes):
    """Run it for so long; print each figure, and give how many passed and failed."""
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    verdicts = Verdicts()
    try:
        try:
            life = live(folder, minutes * 60)
        except (Exception, pytest.fail.Exception) as mistake:  # noqa: BLE001 - whatever it is, it is told
            verdicts.judge(False, f"it broke off: {type(mistake).__name__}: {mistake}")
        else:
            judge(life, folder, verdicts)
        if verdicts.failed:
            print(f"# daemon: see {keep_evidence(folder)}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return verdicts.passed, verdicts.failed


def live(folder, seconds):
    """Let the gateway live; give what there was to see."""
    with ExitStack() as stack:
        broker = Broker("mosquitto", free_port(), folder)
        broker.start()
        stack.callback(broker.stop)
        building = SoakedBuilding(folder, stack)
        notes, metrics = folder / "notes", free_port()
        watched = str(ROOT / "tests" / "soak" / "watched_daemon.py")
        program = (sys.executable, watched, str(building.pins), str(notes))
        site = building.site(broker.port, metrics)
        daemon = stack.enter_context(Daemon(folder, site, program=program))
        # On leaving it holds every message against the published contract.
        centre = stack.enter_context(Centre(broker.centre_port))
        daemon.start().until_up()
        signs = LifeSigns(daemon.process.pid, notes, metrics)
        world = World(building, daemon, broker, centre)
        played = Played(world)
        play(world, played, signs, seconds)
        return Life(
            world=world,
            played=played,
            signs=signs,
            seconds=seconds,
            cpu=signs.cpu_seconds(),
            written=signs.written_bytes(),
            exit_code=daemon.stop(),
        )


def play(world, played, signs, seconds):
    """Let things happen for so long, and then until what has begun is over and told."""
    began = told_at = time.monotonic()
    while time.monotonic() - began < seconds + RESTS_WITHIN_S:
        ends = time.monotonic() - began >= seconds
        played.go_on(begin=not ends)
        world.building.move()
        if not ends:
            signs.look()
        elif played.is_at_rest and world.all_is_told():
            return
        assert world.daemon.process.poll() is None, world.daemon.log[-2000:]
        if time.monotonic() - told_at >= TOLD_EVERY_S:
            told_at += TOLD_EVERY_S
            tell(world, played, signs, time.monotonic() - began)
        time.sleep(LOOK_EVERY_S)
    played.missed.append("what was begun is not over, or not told")


def tell(world, played, signs, seconds):
    """Say how it goes."""
    newest = signs.seen[-1] if signs.seen else None
    happened = sum(played.counts.values())
    print(
        f"# daemon: {seconds / 60:.0f} min, {happened} things happened, "
        f"{len(world.told.names)} events told: {newest}",
        flush=True,
    )


def judge(life, folder, verdicts):
    """Judge all of it."""
    judge_leaks(life, verdicts)
    judge_raster(life, folder, verdicts)
    judge_events(life, verdicts)
    judge_disk(life, verdicts)
    log = life.world.daemon.log
    verdicts.judge("Traceback" not in log, "no traceback in its log")
    verdicts.judge(life.exit_code == 0, f"stopped with {life.exit_code}")


def judge_leaks(life, verdicts):
    signs = life.signs
    warm = {
        name: signs.numbers(name)[int(len(signs.seen) * WARM_UP) :]
        for name in ("kib", "blocks", "files", "threads", "tasks")
    }
    then, now = (kib / 1024 for kib in then_and_now(warm["kib"]))
    most = max(warm["kib"]) / 1024
    text = f"resident memory {then:.1f} MiB then, {now:.1f} MiB now, {most:.1f} MiB at most"
    verdicts.judge(is_flat(warm["kib"], FLAT_WITHIN), text)
    then, now = then_and_now(warm["blocks"])
    text = f"blocks of Python's memory {then:,.0f} then, {now:,.0f} now"
    verdicts.judge(is_flat(warm["blocks"], FLAT_WITHIN), text)
    bounds = {"files": MOST_MORE_FILES, "threads": MOST_MORE_THREADS, "tasks": MOST_MORE_TASKS}
    for name, most_more in bounds.items():
        then, now = then_and_now(warm[name])
        text = f"{name} {then:.0f} then, {now:.0f} now, {max(warm[name])} at most"
        verdicts.judge(grown(warm[name]) <= most_more, text)
    print(f"# daemon: {100 * life.cpu / life.seconds:.1f} % of a core")


def judge_raster(life, folder, verdicts):
    inputs, lost, span = inputs_of(folder / "state" / FOLDER)
    text = f"recorded {span:.0f} s of {life.seconds:.0f} s, {lost} pieces of it lost"
    verdicts.judge(lost == 0 and span >= LEAST_RECORDED * life.seconds, text)
    kept = kept_raster(inputs, BUS_OF, PERIODS)
    drift, worst = max((each.drift, detector) for detector, each in kept.items())
    text = f"raster moved by {drift / 1e6:.1f} ms at most ({worst})"
    verdicts.judge(drift < WITHIN and all(each.readings for each in kept.values()), text)
    off, of = sum(each.off for each in kept.values()), sum(each.readings for each in kept.values())
    text = f"{off} of {of} readings more than {WITHIN / 1e6:.0f} ms off it"
    verdicts.judge(off <= MOST_OFF * of, text)
    missing = sum(max(0, kept[each].periods - kept[each].readings) for each in NEVER_CUT)
    periods = sum(kept[each].periods for each in NEVER_CUT)
    text = f"{missing} of {periods} polls missing of those that nothing held up"
    verdicts.judge(missing <= MOST_MISSING * periods, text)
    rate = sum(isinstance(each, Reading | FailedPoll) for each in inputs) / max(span, 1.0)
    verdicts.judge(rate >= LEAST_INPUTS, f"{rate:.1f} inputs a second")


def judge_events(life, verdicts):
    told, played = life.world.told, life.played
    told.read()
    lanes = {}
    for epoch, lane, seq in told.names:
        lanes.setdefault((epoch, lane), set()).add(seq)
    holes = {
        lane: sorted({*range(1, max(seqs) + 1)} - seqs)
        for (_, lane), seqs in lanes.items()
        if len(seqs) != max(seqs)
    }
    text = f"{len(told.names)} events told, {told.copies} of them twice; holes: {holes or 'none'}"
    verdicts.judge(len(lanes) > 0 and not holes, text)
    missing = life.world.daemon.records().keys() - told.names
    verdicts.judge(not missing, f"{len(missing)} events of the journal were not told")
    took = life.world.alarms_took
    text = f"{len(took)} alarms, the slowest after {max(took, default=0):.2f} s"
    verdicts.judge(bool(took) and max(took) <= ALARM_WITHIN_S, text)
    happened = ", ".join(f"{name} {count}" for name, count in sorted(played.counts.items()))
    text = f"{happened}; not told in time: {played.missed or 'none'}"
    verdicts.judge(not played.missed, text)


def judge_disk(life, verdicts):
    state = life.world.daemon.state
    journal = sum(file.stat().st_size for file in state.glob("journal.db*"))
    events = len(life.world.told.names)
    most = JOURNAL_AT_FIRST + JOURNAL_OF_AN_EVENT * events
    text = f"journal {journal / 1024:,.0f} KiB for {events} events"
    verdicts.judge(journal <= most, text)
    recordings = [file.stat().st_size for file in (state / FOLDER).iterdir()]
    text = f"{len(recordings)} recordings, {sum(recordings) / 1024:,.0f} KiB"
    verdicts.judge(len(recordings) <= MOST_FILES and sum(recordings) <= MOST_BYTES, text)
    print(f"# daemon: {life.written / 1024:,.0f} KiB written to disk")


def keep_evidence(folder):
    """Keep the files of a run that failed; give where."""
    kept = EVIDENCE / f"daemon-{time.time_ns()}"

    def is_none(where, names):
        """Pipes, sockets and links to terminals that are gone cannot be copied."""
        paths = [Path(where) / name for name in names]
        return {path.name for path in paths if not (path.is_file() or path.is_dir())}

    shutil.copytree(folder, kept, ignore=is_none)
    return kept
