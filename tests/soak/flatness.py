"""Whether a number stays as it was, once what it is of has warmed up."""

from statistics import median

FIFTHS = 5


def then_and_now(numbers):
    """Give the median of the second fifth of a run, when it has warmed up, and that of the last."""
    if len(numbers) < FIFTHS:
        return 0.0, float("inf")  # too few to tell, which is no proof of anything
    ends = [len(numbers) * fifth // FIFTHS for fifth in range(FIFTHS + 1)]
    return median(numbers[ends[1] : ends[2]]), median(numbers[ends[4] :])


def is_flat(numbers, share):
    """Whether they are the same within a share, up or down."""
    then, now = then_and_now(numbers)
    return abs(now - then) <= share * then


def grown(numbers):
    """Give by how much they have grown."""
    then, now = then_and_now(numbers)
    return now - then
