"""The branches that remember: an operand held for a while, and an alarm that is verified.

Their judgements are their clock. One that comes late, from before what has been judged already,
counts as at the newest.
"""

from rules.branch import Branch
from rules.inheriting import take_over
from rules.instant import Instant
from rules.language.syntax import Held, Verified
from rules.trace import Traced
from rules.truth import Truth


class HeldBranch:
    """True while the operand is, and for a span after it was last true.

    It cannot be false before a whole span has been seen without a true or unknown operand: what was
    before the start is not known.
    """

    __slots__ = (
        "_expression",
        "_first",
        "_newest",
        "_operand",
        "_span",
        "_true_at",
        "_truth",
        "_unknown_at",
    )

    is_timed = True
    decided_by = None

    def __init__(self, expression: Held, operand: Branch) -> None:
        self._expression = expression
        self._operand = operand
        self._span = expression.span
        self._first: Instant | None = None  # judgement
        self._newest = Instant(0)  # judgement
        self._truth: Truth = None  # of the operand at the newest
        self._true_at: Instant | None = None  # the newest judgement at which it was true
        self._unknown_at: Instant | None = None  # likewise

    def judge(self, now: Instant) -> Truth:
        """See Branch."""
        truth = self._operand.judge(now)
        now = max(now, self._newest)
        self._newest, self._truth = now, truth
        if self._first is None:
            self._first = now
        if truth:
            self._true_at = now
        elif truth is None:
            self._unknown_at = now
        return self._result(now, truth)

    def due(self, now: Instant) -> Instant | None:
        """See Branch."""
        operand = self._operand.due(now)
        own = None if self._first is None else self._runs_out(self._first)
        if own is None or operand is None:
            return own or operand
        return min(own, operand)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        operand = self._operand.traced(now)
        truth = self._result(max(now, self._newest), operand.truth)
        return Traced(self._expression, truth, members=(operand,))

    @property
    def operand(self) -> Branch:
        """What is held."""
        return self._operand

    def inherit(self, former: Branch) -> None:
        """See Branch."""
        assert isinstance(former, HeldBranch)
        take_over(self, former, "_first", "_newest", "_truth", "_true_at", "_unknown_at")
        self._operand.inherit(former.operand)

    def _result(self, now: Instant, truth: Truth) -> Truth:
        begins = now - self._span
        if truth or (self._true_at is not None and self._true_at >= begins):
            return True
        was_unknown = self._unknown_at is not None and self._unknown_at >= begins
        first = now if self._first is None else self._first
        if truth is None or was_unknown or first > begins:
            return None
        return False

    def _runs_out(self, first: Instant) -> Instant | None:
        """Give when the newest result ends, as far as the operand stays as it is."""
        result = self._result(self._newest, self._truth)
        if self._truth or result is False:
            return None
        if result:
            assert self._true_at is not None
            return Instant(self._true_at + self._span + 1)
        if self._truth is None:
            return None
        unknown_until = 0 if self._unknown_at is None else self._unknown_at + self._span + 1
        return Instant(max(first + self._span, unknown_until))


class VerifiedBranch:
    """True where the operand, having come true, is true again or still after a while.

    It is idle, waiting (_since is when the operand came true), or confirmed.
    """

    __slots__ = (
        "_confirmed",
        "_expression",
        "_newest",
        "_operand",
        "_since",
        "_truth",
    )

    is_timed = True
    decided_by = None

    def __init__(self, expression: Verified, operand: Branch) -> None:
        self._expression = expression
        self._operand = operand
        self._confirmed = False
        self._since: Instant | None = None
        self._newest = Instant(0)  # judgement
        self._truth: Truth = None  # of the operand at the newest

    def judge(self, now: Instant) -> Truth:
        """See Branch."""
        truth = self._operand.judge(now)
        now = max(now, self._newest)
        self._newest, self._truth = now, truth
        self._confirmed, self._since, result = self._after(now, truth)
        return result

    def due(self, now: Instant) -> Instant | None:
        """See Branch. What the operand is after settling counts, so a first look comes then."""
        operand = self._operand.due(now)
        if self._since is None or self._confirmed or not self._truth:
            return operand
        settled = Instant(max(self._since + self._expression.settle, self._newest + 1))
        return settled if operand is None else min(settled, operand)

    def traced(self, now: Instant) -> Traced:
        """See Branch."""
        operand = self._operand.traced(now)
        _, _, result = self._after(max(now, self._newest), operand.truth)
        return Traced(self._expression, result, members=(operand,))

    @property
    def operand(self) -> Branch:
        """What is verified."""
        return self._operand

    def inherit(self, former: Branch) -> None:
        """See Branch."""
        assert isinstance(former, VerifiedBranch)
        take_over(self, former, "_confirmed", "_since", "_newest", "_truth")
        self._operand.inherit(former.operand)

    def _after(self, now: Instant, truth: Truth) -> tuple[bool, Instant | None, Truth]:
        """Give what follows a judgement of the operand: confirmed, waiting since, the result."""
        if self._confirmed:
            return (False, None, False) if truth is False else (True, None, truth)
        since = self._since
        if since is not None:
            settled = since + self._expression.settle
            if since < now and settled <= now <= settled + self._expression.within and truth:
                return True, None, True
            if now <= settled + self._expression.within:
                return False, since, None if truth is None else False
        # Idle, or the first one was not confirmed in time: the next begins anew.
        return False, now if truth else None, None if truth is None else False
