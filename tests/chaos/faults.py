"""What befalls a building in one round: drawn by a seed, played by the clock.

A fault is a beginning and an end, each at its instant; whatever has no end, the healing ends.
Faults fall into each other as they like: a broker may be killed on a path that is cut, under a full
disk.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from random import Random

from chaos.building import Building
from chaos.network import CABLES
from chaos.site_text import CONDITIONS

from gateway.control.protocol import Verb

ROUND_S = 1.6
"""Within this a fault begins, or a contact moves."""

LONGEST_S = 1.2
HALF_OPEN_S = 3.0
"""Longer than a gateway of this campaign waits for an answer."""

DAY = 86_400 * 1_000_000_000


@dataclass(order=True)
class Step:
    """Something to do at an instant of the round, in seconds."""

    at_s: float
    what: str = field(compare=False)
    do: Callable[[], None] = field(compare=False)


Steps = Iterator[Step]
Fault = Callable[[Building, Random, float, float], Steps]
"""Gives its steps; takes when it begins and when it ends."""


def kill_daemon(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    yield Step(begins, "kill -9 the gateway", building.kill_daemon)
    if dice.random() < 0.25:  # once more, while it starts
        middle = begins + dice.uniform(0.05, 0.5)
        yield Step(middle - 0.04, "start it", building.launch_daemon_if_dead)
        yield Step(middle, "kill -9 it while it starts", building.kill_daemon)
    yield Step(max(ends, begins + 0.6), "start it", building.start_daemon)


def stop_daemon(building: Building, _: Random, begins: float, ends: float) -> Steps:
    yield Step(begins, "stop the gateway", building.stop_daemon)
    yield Step(ends, "start it", building.start_daemon)


def kill_broker(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    for path in _paths(dice):
        broker = building.brokers[path]
        yield Step(begins, f"kill -9 the broker of {path}", broker.kill)
        if dice.random() < 0.5:
            yield Step(begins, "and lose what it kept", broker.forget)
        yield Step(ends, "start it", broker.start)


def kill_centre(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    centres = building.centres
    for centre in dice.sample(centres, k=dice.randint(1, len(centres))):
        yield Step(begins, "kill -9 the centre", centre.kill)
        yield Step(ends, "start it", centre.start)


def freeze_broker(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    for path in _paths(dice):
        broker = building.brokers[path]
        yield Step(begins, f"freeze the broker of {path}", broker.freeze)
        yield Step(ends, "thaw it", broker.thaw)


def lose_packets(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    for path in _paths(dice):
        share = dice.uniform(0.1, 1)
        yield Step(begins, f"{path} loses {share:.0%}", partial(building.network.lose, path, share))
        yield Step(ends, f"{path} loses none", partial(building.network.mend, path))


def half_open(building: Building, dice: Random, begins: float, _: float) -> Steps:
    for path in _paths(dice):
        ends = begins + dice.uniform(0.5, HALF_OPEN_S)
        yield Step(begins, f"{path} swallows all", partial(building.network.lose, path, 1))
        yield Step(ends, f"{path} carries again", partial(building.network.mend, path))


def pull_cable(building: Building, dice: Random, begins: float, ends: float) -> Steps:
    for path in _paths(dice):
        yield Step(begins, f"pull the cable of {path}", partial(building.network.pull, path))
        yield Step(ends, "plug it in", partial(building.network.plug, path))


def fill_disk(building: Building, _: Random, begins: float, ends: float) -> Steps:
    yield Step(begins, "fill the disk", building.fill_disk)
    yield Step(ends, "free it", building.disk.free)


def move_clock(building: Building, dice: Random, begins: float, _: float) -> Steps:
    offset = dice.choice((0, round(dice.gauss(0, DAY / 8)), round(dice.gauss(0, 100 * DAY))))
    is_synchronised = dice.random() < 0.5
    yield Step(
        begins,
        f"the wall clock is {offset / 1e9:+.0f} s wrong, synchronised: {is_synchronised}",
        partial(building.move_clock, offset, is_synchronised=is_synchronised),
    )


def spoil_page(building: Building, dice: Random, begins: float, _: float) -> Steps:
    yield Step(begins, "end the gateway and spoil a page", partial(building.spoil, dice))


FAULTS: dict[str, tuple[int, Fault]] = {
    "daemon": (4, kill_daemon),
    "stop": (1, stop_daemon),
    "broker": (3, kill_broker),
    "centre": (3, kill_centre),
    "freeze": (2, freeze_broker),
    "packets": (3, lose_packets),
    "half-open": (2, half_open),
    "cable": (2, pull_cable),
    "disk": (2, fill_disk),
    "clock": (2, move_clock),
    "page": (1, spoil_page),
}
"""By name: how often, and what it does."""

NEEDS_THE_CENTRES_WORD = frozenset({"broker"})
"""What a broker has promised and lost in its death only the centre's word brings back."""


def play(building: Building, dice: Random, names: list[str]) -> list[str]:
    """Play a round; give the names of the faults that it had."""
    weights = [FAULTS[name][0] for name in names]
    chosen = sorted(set(dice.choices(names, weights, k=dice.randint(1, 4)))) if names else []
    steps = list(_movements(building, dice))
    for name in chosen:
        begins = dice.uniform(0, ROUND_S / 2)
        steps += FAULTS[name][1](building, dice, begins, begins + dice.uniform(0.1, LONGEST_S))
    began = time.monotonic()
    for step in sorted(steps):
        time.sleep(max(0.0, began + step.at_s - time.monotonic()))
        building.note(step.what)
        step.do()
    return chosen


def _movements(building: Building, dice: Random) -> Steps:
    """Give what contacts and people do meanwhile."""
    for _ in range(dice.randint(5, 12)):
        contact = dice.choice(tuple(CONDITIONS))
        level = dice.randint(0, 1)
        yield Step(
            dice.uniform(0, ROUND_S),
            f"{contact}: {level}",
            partial(building.set_contact, contact, level),
        )
    if dice.random() < 0.2:
        verb = dice.choice((Verb.ACKNOWLEDGE, Verb.SILENCE, Verb.RESET))
        yield Step(dice.uniform(0, ROUND_S), f"somebody: {verb}", partial(building.order, verb))


def _paths(dice: Random) -> list[str]:
    """Choose one path, or both."""
    return dice.sample(sorted(CABLES), k=dice.choice((1, 1, 2)))
