"""For how long a unit is left alone after it let its time pass.

A reply on a serial line does not say which question it answers. So a unit that let its time pass is
not asked again until its late answer has come or will come no more. Where all its blocks differ in
shape, a late answer is at worst a value a second old. Where two look alike (twins) it would be the
value of another quantity: there the wait is longer than any sound device takes.
"""

from typing import Final

from drivers.modbus.options import ModbusBusOptions
from rules.instant import Duration, seconds

LATE_ANSWER: Final = seconds(1)
LATE_ANSWER_OF_TWINS: Final = seconds(5)
LATE_ANSWER_REPLIES: Final = 3  # and never less than so many times what a reply may take


def left_alone(options: ModbusBusOptions, reply_within: Duration, *, has_twins: bool) -> Duration:
    """Give for how long a unit must not be asked after a time-out.

    Args:
        options: of the bus.
        reply_within: how long the unit may take to answer.
        has_twins: whether the answers to two of its questions look alike.
    """
    if options.numbered:
        return Duration(0)  # each answer carries the number of its question
    least = LATE_ANSWER_OF_TWINS if has_twins else LATE_ANSWER
    return Duration(max(least, LATE_ANSWER_REPLIES * reply_within))
