"""What may be believed of one detector, from all that was heard of it."""

from math import inf, isinf, isnan

from oracle.history import SECOND, History

from rules.language.syntax import Point
from rules.profile import DetectorKind, HazardousSide
from rules.reading import FaultCause

LATCHES = "gas"
"""A gas detector's over-range stays until reset: beyond the upper limit it reads low again."""


WITHOUT_POWER = {FaultCause.NO_REPLY, FaultCause.STALE}
"""A detector that was so may have been without power, and warms up anew."""


AT_ONCE = {FaultCause.DEVICE_FAULT, FaultCause.INHIBITED, FaultCause.HEARTBEAT}
"""What a device says of itself needs no second answer."""


class Quantity:
    """One quantity: what its zone sees, what other zones see, and what is so behind it."""

    def __init__(self, limits):
        self.limits = limits
        self.near, self.afar = History(), History()
        self.newest = None  # beneath what is latched
        self.latched = None
        self.awaited = True
        self.doubtful = False  # the last value that meant something was over-range or implausible
        self.wrong = 0  # implausible values in a row
        self.unjudged = False  # a fault that a restart brought along may be about it

    @property
    def value(self):
        return self.newest if self.latched is None else self.latched


class Heard:
    """One detector through one life of the gateway; `old` is what its last life left behind."""

    def __init__(self, definition, started, *, warming, old=None):
        self.definition = definition
        self.quantities = {name: Quantity(limits) for name, limits in definition.quantities.items()}
        self.failures = self.mute = 0  # polls in a row without a good reply, without any
        self.newest_failure = FaultCause.STALE
        self.heard_at = started
        self.answered = False
        self.bus_is_down = False
        is_call_point = definition.kind is DetectorKind.MANUAL_CALL_POINT
        self.warm_up = 0 if is_call_point else definition.warm_up
        self.warm_until = self.warm_up  # the gateway may have been powered up with it
        self.warms = warming
        self.reply_fault = None
        self.range_fault = None
        self.disabled = False
        self.hidden = False
        if old is not None:
            self.reply_fault, self.range_fault = old.reply_fault, old.range_fault
            self.warms |= self.reply_fault in WITHOUT_POWER
            for name, quantity in self.quantities.items():
                quantity.unjudged = self.range_fault is not None
                quantity.latched = old.quantities[name].latched
                if quantity.latched is not None:
                    self._show(quantity, started)

    # -- what is told of it --------------------------------------------------------------------

    def reading(self, given):
        """Take a reading; tell whether it says anything new."""
        quantity = self.quantities.get(given.quantity)
        if quantity is None or given.at < quantity.near.at:
            return False
        if self.warms and self.warm_up:
            self.warm_until = given.at + self.warm_up
        self.warms = False
        self.failures = self.mute = 0
        self.reply_fault, self.answered = None, True
        self.heard_at = max(self.heard_at, given.at)
        value = None
        if self.is_warming(given.at):
            quantity.wrong = 0
        else:
            value = self._in_range(quantity, given.value)
        quantity.awaited = False
        quantity.newest = value
        latches = value is not None and isinf(value) and given.quantity == LATCHES
        if latches and quantity.latched is None:
            quantity.latched = value
        self._show(quantity, given.at)
        return True

    def failed(self, given):
        """Take a poll that gave nothing; tell whether the detector is lost with it."""
        if self.bus_is_down:
            return False
        self.failures += 1
        self.mute = self.mute + 1 if given.cause is FaultCause.NO_REPLY else 0
        self.newest_failure = given.cause
        if self.reply_fault is not None:
            self.warms |= self.mute >= 3
            return False
        long_ago = self.failures > 1 and given.at - self.heard_at >= 10 * SECOND
        if given.cause not in AT_ONCE and self.failures < 3 and not long_ago:
            return False
        self._does_not_answer(given.cause)
        return True

    def silent(self, now):
        """Look whether it has been silent for too long; tell whether it is lost with that."""
        patience = min(self.definition.stale_after, 95 * SECOND)
        if self.does_not_answer or now - self.heard_at < patience:
            return False
        self._does_not_answer(self.newest_failure if self.failures else FaultCause.STALE)
        return True

    def bus_went_up(self, now):
        if self.bus_is_down:
            self.failures = self.mute = 0
            self.answered = False
            self.heard_at = max(self.heard_at, now)
        self.bus_is_down = False

    def lose(self, now):
        """Believe nothing of it any more; give the quantities that were known."""
        lost = []
        for name, quantity in self.quantities.items():
            quantity.newest = None
            if quantity.near.now is not None and quantity.latched is None:
                self._show(quantity, now)
                lost.append(name)
        return lost

    def unlatch(self, now):
        """A person resets: give up what is latched, unless it is still so."""
        freed = []
        for name, quantity in self.quantities.items():
            still = quantity.newest is not None and isinf(quantity.newest)
            if quantity.latched is not None and not still:
                quantity.latched = None
                self._show(quantity, now)
                freed.append(name)
        return freed

    def disable(self, now, *, disabled):
        """Take it out of service or back; give the points that rules see anew."""
        if self.disabled is disabled:
            return []
        self.disabled = disabled
        for quantity in self.quantities.values():
            self._show(quantity, now)
        return self._points()

    def hide(self, now, *, hidden):
        """Hide it from the rules of other zones, or show it to them again."""
        if self.hidden is hidden:
            return []
        self.hidden = hidden
        for quantity in self.quantities.values():
            seen = None if hidden else quantity.near.now
            quantity.afar.show(max(now, quantity.afar.at), seen)
        return self._points()

    # -- what is asked of it -------------------------------------------------------------------

    def is_warming(self, now):
        return now < self.warm_until

    def is_faulty(self, now):
        """Tell whether it is known to be faulty, and not only to be starting or warming up."""
        if self.does_not_answer:
            return True
        return self.answered and not self.is_warming(now) and self.range_fault is not None

    @property
    def does_not_answer(self):
        return self.bus_is_down or self.reply_fault is not None

    def _does_not_answer(self, cause):
        self.reply_fault = cause
        self.warms |= cause in WITHOUT_POWER

    def _show(self, quantity, at):
        at = max(at, quantity.near.at)
        quantity.near.show(at, None if self.disabled else quantity.value)
        quantity.afar.show(max(at, quantity.afar.at), None if self.hidden else quantity.near.now)

    def _in_range(self, quantity, value):
        """Judge a value by its range: over-range on the side of danger, else not to be believed."""
        limits, side = quantity.limits, quantity.limits.hazardous_side
        quantity.unjudged = False
        believed, over, wrong = value, False, False
        if isnan(value):
            believed, wrong = None, True
        elif value > limits.highest:
            over, wrong = side is HazardousSide.HIGH, side is not HazardousSide.HIGH
            believed = inf if over else None
        elif value < limits.lowest:
            over, wrong = side is HazardousSide.LOW, side is not HazardousSide.LOW
            believed = -inf if over else None
        quantity.doubtful = over or wrong
        quantity.wrong = quantity.wrong + 1 if wrong else 0
        if over:
            self.range_fault = self.range_fault or FaultCause.OVER_RANGE
        elif quantity.wrong >= 3:
            self.range_fault = self.range_fault or FaultCause.IMPLAUSIBLE
        elif not any(each.doubtful or each.unjudged for each in self._all()):
            self.range_fault = None
        return believed

    def _all(self):
        return self.quantities.values()

    def _points(self):
        return [Point(self.definition.id, name) for name in self.quantities]
