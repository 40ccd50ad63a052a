"""Reads what waits in the journal, a page at a time, without holding up the event loop."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from gateway.backoff import Backoff
from gateway.record import Record
from gateway.uplink.delivery import Delivery
from gateway.uplink.lane_walk import Page
from rules.condition import Lane
from rules.instant import in_seconds, seconds

log = logging.getLogger(__name__)

READ_WITHIN: Final = seconds(5)
"""A page is read within milliseconds even from a slow card; after this, no alarm waits for it."""

BACKOFF: Final = Backoff(first=seconds(1), longest=seconds(30))


class UndeliveredReader(Protocol):
    """Reads the journal; may block, and raise whatever it likes."""

    def undelivered(self, lane: Lane, after_number: int, limit: int) -> list[Record]:
        """Give a lane's oldest undelivered records that lie after a number of the journal."""


class Backlog:
    """Brings the delivery policy the pages that it wants."""

    def __init__(
        self, reader: UndeliveredReader, delivery: Delivery, loaded: Callable[[], None]
    ) -> None:
        self._reader = reader
        self._delivery = delivery
        self._loaded = loaded
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look whether a page is wanted."""
        self._wake.set()

    async def run(self) -> None:
        """Bring pages until cancelled."""
        failures = 0
        while True:
            self._wake.clear()
            page = self._delivery.wanted()
            if page is None:
                await self._wake.wait()
                continue
            if await self._bring(page):
                failures = 0
                self._loaded()
            else:
                # No jitter: there is but one reader.
                await asyncio.sleep(in_seconds(BACKOFF.ceiling(failures)))
                failures += 1

    async def _bring(self, page: Page) -> bool:
        reading = asyncio.ensure_future(
            asyncio.to_thread(self._reader.undelivered, page.lane, page.after_number, page.limit)
        )
        try:
            await asyncio.wait({reading}, timeout=in_seconds(READ_WITHIN))
            if not reading.done():
                self._failed(page, f"no answer within {in_seconds(READ_WITHIN):g} s")
                # A reader answers one question at a time: this one has to come to its end, be it
                # never. Until then new events go without the backlog.
                await asyncio.wait({reading})
                reading.exception()
                return False
            records = reading.result()
        except asyncio.CancelledError:
            reading.cancel()
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, alarms go on without it
            self._failed(page, f"{type(error).__name__}: {error}")
            return False
        self._delivery.loaded(page, records)
        return True

    def _failed(self, page: Page, why: str) -> None:
        extra = {"part": "gateway/uplink", "once_an_hour": "backlog"}
        log.warning("the backlog cannot be read: %s; new events go on without it", why, extra=extra)
        self._delivery.load_failed(page)
        self._loaded()
