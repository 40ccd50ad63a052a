"""The story of the demo, act by act. Each waits for what it tells of; nothing is taken for granted.

The pauses are there to be read; without them the story is the same.
"""

from typing import Final

from gateway.control.status import Status
from gateway.demo.building import (
    HALL_CALL_POINT,
    QUIET_CELSIUS,
    QUIET_CO_PPM,
    STALLS_HEAT,
    STALLS_SMOKE_1,
    STALLS_SMOKE_2,
)
from gateway.demo.stage import Stage
from gateway.demo.texts import tell
from gateway.demo.told import EventTold
from gateway.messages.state import QUIESCENT
from rules.condition import Condition, Lane

SOON_S: Final = 30.0
"""Generous: the slowest Pi under load still comes to each act's end well before."""

BACK_OFF_S: Final = 90.0
"""A device or broker that was away is asked again at growing intervals, which are bounded."""

KITCHEN_CELSIUS: Final = (40, 52, 64, 76, 88)
KITCHEN_CO_PPM: Final = 85  # a sign of fire; below the 100 ppm at which it is an alarm of its own


class Story:
    """The acts, numbered as they come."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._building = stage.building
        self._province = stage.province
        self._acts = 0

    def play(self) -> None:
        """Play it from the start of the gateway to its stop."""
        self.start()
        self.smoke()
        self.fire()
        self.spread()
        self.failure()
        self.broker_goes()
        self.call_point()
        self.gateway_dies()
        self.broker_returns()
        self.mended()
        self.too_early()
        self.out()
        self.reset()
        self.stop()

    # Before and during the fire.

    def start(self) -> None:
        """All detectors answer."""
        self._act("act.start")
        self._stage.start_gateway()
        self._stage.wait(self._all_have_answered, SOON_S, "every detector has answered")
        self._stage.pause(3)

    def smoke(self) -> None:
        """One smoke detector: a warning."""
        self._act("act.smoke")
        self._building.smoke(STALLS_SMOKE_1, sensed=True)
        self._wait_event("entered", "rule/stalls-smoke")
        self._stage.pause(2.5)

    def fire(self) -> None:
        """Two of them: fire."""
        self._act("act.fire")
        self._building.smoke(STALLS_SMOKE_2, sensed=True)
        self._wait_event("entered", "rule/stalls-fire")
        self._stage.pause(2.5)

    def spread(self) -> None:
        """To the next zone."""
        self._act("act.spread")
        self._building.kitchen_gas(24.0)
        self._building.kitchen_co(KITCHEN_CO_PPM)
        for celsius in KITCHEN_CELSIUS:
            self._building.kitchen_heat(celsius)
            self._stage.pause(0.6)
        self._wait_event("entered", "rule/kitchen-gas-warning")
        self._building.kitchen_gas(46.0)
        self._wait_event("entered", "rule/kitchen-gas-leak")
        self._wait_event("entered", "rule/kitchen-fire")
        self._stage.pause(2)

    def failure(self) -> None:
        """A detector dies in the fire."""
        self._act("act.failure")
        self._building.cut_cable(STALLS_HEAT)
        self._wait_event("entered", "detector/stalls-heat")
        self._stage.pause(2.5)

    # Without the province.

    def broker_goes(self) -> None:
        """Nobody hears the gateway."""
        self._act("act.broker")
        self._stage.wait_delivered(SOON_S)
        self._stage.broker.stop()
        self._stage.wait_status(
            lambda status: (
                not any(path.connected for path in status.paths)
                and Lane.TROUBLE in _waiting(status)
            ),
            SOON_S,
            "the path is lost, and that is journaled",
        )
        self._stage.pause(1.5)

    def call_point(self) -> None:
        """An alarm that cannot be sent yet."""
        self._act("act.call-point")
        self._building.press(HALL_CALL_POINT)
        self._stage.wait_status(
            lambda status: Lane.ALARM in _waiting(status), SOON_S, "the alarm waits in the journal"
        )
        self._stage.firegw("status", head=9)  # what is the matter, and the zones
        self._stage.pause(3)

    def gateway_dies(self) -> None:
        """Killed, and back with its alarms."""
        self._act("act.kill")
        self._stage.kill_gateway()
        self._stage.start_gateway()
        self._stage.wait_status(_all_heard_and_alarmed, SOON_S, "its alarms are there again")
        self._stage.pause(2)

    def broker_returns(self) -> None:
        """What waited is delivered."""
        self._act("act.back")
        self._stage.broker.start()
        self._province.wait_subscribed()
        self._stage.broker.admit()
        self._wait_event("entered", "call-point/hall-call-point-1", BACK_OFF_S)
        self._stage.wait_delivered(BACK_OFF_S)
        self._stage.pause(2.5)

    # The end of it.

    def mended(self) -> None:
        """The detector answers again."""
        self._act("act.mended")
        self._building.mend_cable(STALLS_HEAT)
        self._wait_event("left", "detector/stalls-heat", BACK_OFF_S)
        self._stage.pause(1.5)

    def too_early(self) -> None:
        """A reset that is refused."""
        self._act("act.too-early")
        self._stage.firegw("reset")
        self._stage.pause(2)

    def out(self) -> None:
        """The causes go, the alarms stay."""
        self._act("act.out")
        for channel in (STALLS_SMOKE_1, STALLS_SMOKE_2):
            self._building.smoke(channel, sensed=False)
        self._building.kitchen_gas(1.0)
        self._building.kitchen_heat(QUIET_CELSIUS + 5)
        self._building.kitchen_co(QUIET_CO_PPM)
        self._building.put_back(HALL_CALL_POINT)
        for source in (
            "rule/stalls-fire",
            "rule/kitchen-gas-leak",
            "rule/kitchen-fire",
            "call-point/hall-call-point-1",
        ):
            self._wait_event("cleared", source)
        self._stage.pause(2.5)

    def reset(self) -> None:
        """A person ends it."""
        self._act("act.reset")
        self._stage.firegw("ack")
        self._stage.pause(1)
        self._stage.firegw("reset")
        self._stage.wait(self._is_quiet, SOON_S, "all is quiet")
        self._stage.wait_delivered(SOON_S)
        self._stage.firegw("status", head=1)
        self._stage.pause(1.5)

    def stop(self) -> None:
        """A clean end."""
        self._act("act.stop")
        self._stage.stop_gateway()
        self._province.wait_until(self._stage.has_all, SOON_S)

    # Shared.

    def _act(self, key: str) -> None:
        self._acts += 1
        self._stage.screen.act(f"{self._acts}.", tell(key))

    def _wait_event(self, change: str, source: str, within_s: float = SOON_S) -> None:
        def is_it(event: EventTold) -> bool:
            return (event.data.change, event.data.source) == (change, source)

        self._stage.wait(
            lambda: self._province.has(EventTold, is_it), within_s, f"{source} {change}"
        )

    def _all_have_answered(self) -> bool:
        state = self._province.state()
        return state is not None and state.detector_counts.starting == 0

    def _is_quiet(self) -> bool:
        state = self._province.state()
        return state is not None and state.overall == QUIESCENT


def _waiting(status: Status) -> set[Lane]:
    """Give the lanes in which something waits to be delivered."""
    return {lane for lane, count in status.outbox.items() if count}


def _all_heard_and_alarmed(status: Status) -> bool:
    """Whether every alarm is there again, and every living detector was heard of again."""
    alarms = [each for each in status.now.conditions if each.condition is Condition.FIRE_ALARM]
    siren = status.now.outputs.get("siren", False)
    starting = any(each.health.state == "starting" for each in status.now.detectors)
    return len(alarms) == 3 and siren and not starting
