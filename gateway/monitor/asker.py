"""Asks the gateway, once a second and in a thread of its own, and carries a person's orders to it.

Every question has a bound. An order is sent once and never again by itself: whoever gets no answer
is told so, and looks.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.control.client import MONOTONIC, NotPermittedError, UnreachableError, ask
from gateway.control.protocol import Outcome, Reply, Request, Verb
from gateway.control.refusal_words import said
from gateway.control.status import Status
from gateway.monitor.picture import (
    ASK_EVERY,
    MOST_EVENTS,
    Heard,
    is_another_life,
    verbs_that_matter,
)
from gateway.text import say, spoken
from rules.instant import Instant, in_seconds, seconds

ANSWER_WITHIN: Final = seconds(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of an order: the gateway's reply, or in words why there is none."""

    request: Request
    reply: Reply | None = None
    trouble: str = ""


class Listener(Protocol):
    """Who is told, from the asker's thread."""

    def news(self, heard: Heard) -> None:
        """Take what came of asking."""

    def answer(self, answer: Answer) -> None:
        """Take what came of an order."""

    def failure(self, error: Exception) -> None:
        """Take a mistake of ours: nothing more will come."""


class Asker:
    """Asks, and remembers what it has been told already."""

    def __init__(self, socket: str, now: Callable[[], int] = MONOTONIC) -> None:
        self._socket = socket
        self._now = now
        self._status: Status | None = None
        self._last_number: int | None = None

    def now(self) -> Instant:
        """Give the instant by the clock that ages are told by."""
        return Instant(self._now())

    def once(self) -> Heard:
        """Ask how it is, and what has happened since.

        Raises:
            NotPermittedError: this person may not look.
        """
        try:
            status = self._ask(Request(verb=Verb.STATUS)).status
        except UnreachableError as error:
            return Heard(at=self.now(), trouble=str(error))
        if status is None:
            trouble = say("reach.garbled", path=self._socket, detail="no status in it")
            return Heard(at=self.now(), trouble=trouble)
        heard_at = self.now()
        if is_another_life(self._status, status):
            self._last_number = None
        self._status = status
        is_anew = self._last_number is None
        trouble, walk = "", None
        events = self._asked(Request(verb=Verb.EVENTS, after=self._last_number, limit=MOST_EVENTS))
        if isinstance(events, str):
            trouble = say("monitor.no-journal")
        told = () if isinstance(events, str) else events.events or ()
        if told:
            # More at once than are kept: the next time, the newest of all.
            self._last_number = (
                None if len(told) >= MOST_EVENTS and not is_anew else told[-1].number
            )
        if Verb.WALK in verbs_that_matter(status):
            reply = self._asked(Request(verb=Verb.WALK))
            walk = None if isinstance(reply, str) else reply.walk
        return Heard(
            at=heard_at,
            status=status,
            events=told,
            events_anew=is_anew and not isinstance(events, str),
            events_trouble=trouble,
            walk=walk,
        )

    def order(self, request: Request) -> Answer:
        """Carry an order."""
        reply = self._asked(request)
        if isinstance(reply, str):
            return Answer(request=request, trouble=reply)
        return Answer(request=request, reply=reply)

    def _ask(self, request: Request) -> Reply:
        return ask(self._socket, request, ANSWER_WITHIN, self._now)

    def _asked(self, request: Request) -> Reply | str:
        """Give the reply, or why there is none."""
        try:
            return self._ask(request)
        except (UnreachableError, NotPermittedError) as error:
            return str(error)


class AskingThread(threading.Thread):
    """The asker at work. A daemon thread: nobody waits for its last question."""

    def __init__(self, asker: Asker, listener: Listener) -> None:
        super().__init__(name="monitor-asker", daemon=True)
        self._asker = asker
        self._listener = listener
        # One at a time: whoever orders again before the answer is told to wait.
        self._orders: queue.Queue[Request] = queue.Queue(maxsize=1)
        self._is_ordering = threading.Event()

    def take(self, request: Request) -> bool:
        """Take an order; False while the one before has no answer yet."""
        if self._is_ordering.is_set():
            return False
        self._is_ordering.set()
        self._orders.put_nowait(request)
        return True

    def run(self) -> None:
        """Ask on for ever."""
        try:
            asked = self._asker.now()
            while True:
                left = in_seconds(asked + ASK_EVERY - self._asker.now())
                try:
                    order = self._orders.get(timeout=max(0.0, left))
                except queue.Empty:
                    pass
                else:
                    self._listener.answer(self._asker.order(order))
                    self._is_ordering.clear()
                asked = self._asker.now()
                self._listener.news(self._heard())
        except Exception as error:  # noqa: BLE001  a thread that ends unseen would look like silence
            self._listener.failure(error)

    def _heard(self) -> Heard:
        try:
            return self._asker.once()
        except NotPermittedError as error:  # the person was taken out of the group meanwhile
            return Heard(at=self._asker.now(), trouble=str(error))


def done_or_why(answer: Answer, done: Callable[[Request, str], str]) -> str:
    """Say what came of an order."""
    reply = answer.reply
    if reply is None:
        return answer.trouble
    if reply.outcome is Outcome.DONE:
        return done(answer.request, reply.author)
    why = "; ".join(said(word, spoken()) for word in reply.words)
    return say("act.refused", refusal=why)
