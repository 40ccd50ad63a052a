"""What is missing, and the commands that ask for it: their counters are kept here."""

from dataclasses import dataclass
from typing import Final

from gateway.centre.heard import ReplySaid
from gateway.centre.ranges import missing
from gateway.centre.store import Store, Stream
from gateway.messages.topics import Origin
from gateway.range_set import Range
from rules.condition import Lane

REST_MS: Final = 60_000
"""A gateway carries out ten commands a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The gaps of a stream whose gateway is there.

    Attributes:
        stream: of which stream.
        gateway: the row of its gateway.
        origin: who that is.
        session: of the newest path that is connected.
        ranges: what is missing.
        asked: how often that was asked for.
    """

    stream: Stream
    gateway: int
    origin: Origin
    session: str
    ranges: tuple[Range, ...]
    asked: int


class Asked:
    """Reads and writes these tables, inside a transaction of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._database = store.database

    def due(self, now_ms: int, asked_below: int, limit: int) -> list[Gaps]:
        """Give streams with gaps whose gateway is there and whose turn has come; alarms first.

        A gateway to which commands went within the last minute is left alone.
        """
        rows = self._database.execute(
            "SELECT stream.id, epoch, lane, announced, asked, province, site, gateway.gateway,"
            " gateway.id, (SELECT session FROM presence WHERE presence.gateway = gateway.id"
            " AND online ORDER BY received_at_ms DESC LIMIT 1) AS session"
            " FROM stream JOIN gateway ON gateway.id = stream.gateway"
            " WHERE missing > 0 AND ask_at_ms <= ?1 AND asked < ?2 AND session IS NOT NULL"
            " AND NOT EXISTS (SELECT 1 FROM command WHERE command.gateway = gateway.id"
            " AND sent_at_ms > ?1 - ?4)"
            " ORDER BY lane <> 'alarm', ask_at_ms LIMIT ?3",
            (now_ms, asked_below, limit, REST_MS),
        ).fetchall()
        return [
            Gaps(
                stream=(stream := Stream(row[0], row[1], Lane(row[2]))),
                ranges=tuple(missing(self._store.ranges(stream), row[3])),
                asked=row[4],
                origin=Origin(*row[5:8]),
                gateway=row[8],
                session=row[9],
            )
            for row in rows
        ]

    def note(self, gaps: Gaps, ask_at_ms: int) -> None:
        """Note that gaps were asked for, and when they are again."""
        self._database.execute(
            "UPDATE stream SET asked = asked + 1, ask_at_ms = ? WHERE id = ?",
            (ask_at_ms, gaps.stream.id),
        )

    def add_command(self, gaps: Gaps, gap: Range, key: str, word: str, now_ms: int) -> int:
        """Keep a command that is about to be sent, and give its counter.

        The counter is never below the clock, so that a database that was lost, or made anew, does
        not begin with numbers that gateways know already.
        """
        (used,) = self._database.execute(
            "SELECT coalesce(max(counter), 0) FROM command WHERE key = ?", (key,)
        ).fetchone()
        counter = max(int(used) + 1, now_ms)
        self._database.execute(
            "INSERT INTO command (key, counter, gateway, sent_at_ms, command, epoch, lane, first,"
            " last) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, counter, gaps.gateway, now_ms, word, gaps.stream.epoch, gaps.stream.lane, *gap),
        )
        return counter

    def note_reply(self, gateway: int, key: str, said: ReplySaid) -> None:
        """Note how a command ended; a reply to what was never asked is nothing."""
        self._database.execute(
            "UPDATE command SET outcome = ?, detail = ? WHERE key = ? AND counter = ?"
            " AND gateway = ?",
            (said.outcome, said.detail, key, said.counter, gateway),
        )
