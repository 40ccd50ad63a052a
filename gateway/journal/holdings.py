"""How much a journal holds, and the steps that keep it within its bounds."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.journal import retention
from gateway.journal.file import transaction
from gateway.journal.tables import read_gone_count, read_undelivered_counts
from gateway.journal.vouched import Checkpoint
from gateway.journal.voucher import Voucher
from rules.condition import Lane


@dataclass(slots=True)
class Holdings:
    """What a journal holds.

    Attributes:
        undelivered: how many records are still to be delivered, by lane.
    """

    connection: sqlite3.Connection
    voucher: Voucher
    undelivered: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, 0))
    _gone: int = 0

    def load(self) -> None:
        """Count."""
        self._gone = read_gone_count(self.connection)
        self.undelivered = read_undelivered_counts(self.connection)

    def make_room(self, checkpoint: Checkpoint, epoch: int) -> Mapping[Lane, int]:
        """Make one step towards the bounds, and say how many undelivered were given up, by lane.

        Args:
            checkpoint: of the last record; it is vouched for before anything goes.
            epoch: id of the one that goes on.
        """
        given_up: dict[Lane, int] = {}
        for lane in Lane:
            self._give_up(lane, retention.beyond_room(lane, self.undelivered[lane]), given_up)
        is_too_large = retention.is_too_large(self.connection)
        delivered = checkpoint.number - self._gone - sum(self.undelivered.values())
        excess = delivered if is_too_large else delivered - retention.DELIVERED_KEPT
        if excess >= retention.SMALLEST_STEP:
            gone = self._prune(checkpoint, epoch, min(excess, retention.LARGEST_STEP))
            is_too_large = is_too_large and not gone
        if is_too_large:
            for lane in retention.FIRST_TO_GO:
                count = min(self.undelivered[lane], retention.LARGEST_STEP)
                self._give_up(lane, count, given_up)
                if count >= retention.SMALLEST_STEP:
                    break
        return given_up

    def _give_up(self, lane: Lane, count: int, given_up: dict[Lane, int]) -> None:
        if count:
            count = retention.give_up(self.connection, lane, count)
            self.undelivered[lane] -= count
            given_up[lane] = given_up.get(lane, 0) + count

    def _prune(self, checkpoint: Checkpoint, epoch: int, limit: int) -> int:
        with transaction(self.connection):
            self.voucher.vouch(checkpoint)
            gone = retention.prune(self.connection, self.voucher, epoch=epoch, limit=limit)
        self._gone += gone
        return gone
