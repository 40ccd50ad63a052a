"""The newest that each gateway says of itself, its journal's heads, and what was not taken."""

import sqlite3
from typing import Final

from gateway.centre.heard import Heard, HeartbeatSaid, InventorySaid, PresenceSaid, StateSaid

MOST_REFUSED: Final = 1000
MOST_HEADS: Final = 1000
"""Of one gateway. A journal that was shortened contradicts the newest already."""

REFUSED_BYTES: Final = 16 * 1024
"""Bytes of a refused message that are kept: an event is never larger."""


class Newest:
    """Writes these tables, inside a transaction of the store."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def keep_state(self, gateway: int, heard: Heard, said: StateSaid, now_ms: int) -> bool:
        """Keep a state, unless a newer one of the same boot came by another path before it."""
        kept = self._database.execute(
            "SELECT boot, monotonic_ns FROM state WHERE gateway = ?", (gateway,)
        ).fetchone()
        if kept is not None and kept[0] == said.boot and int(kept[1]) > int(said.monotonicns):
            return False
        self._database.execute(
            "INSERT OR REPLACE INTO state (gateway, received_at_ms, boot, monotonic_ns, body)"
            " VALUES (?, ?, ?, ?, ?)",
            (gateway, now_ms, said.boot, said.monotonicns, heard.text),
        )
        return True

    def keep_inventory(self, gateway: int, heard: Heard, said: InventorySaid, now_ms: int) -> None:
        """Keep what is installed."""
        self._database.execute(
            "INSERT OR REPLACE INTO inventory (gateway, received_at_ms, version, configuration,"
            " device_key, site_name, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(gateway, now_ms, said.version, said.configuration),
                *(said.device_key, said.site.name, heard.text),
            ),
        )

    def keep_presence(self, gateway: int, said: PresenceSaid, now_ms: int) -> bool:
        """Keep whether a path is there; False for old news.

        A will or farewell speaks for its own session only: that of a session before the newest
        birth may come late, and says nothing of now. So may a birth, by a bridge of brokers: where
        both dates are known, the older one is old news.
        """
        place = (gateway, said.path)
        born = self._database.execute(
            "SELECT session, session_since FROM presence WHERE gateway = ? AND path = ?", place
        ).fetchone()
        if born is not None and born[0] != said.session:
            if not said.online:
                return False
            if born[1] and said.session_since and said.session_since < born[1]:
                return False
        self._database.execute(
            "INSERT OR REPLACE INTO presence (gateway, path, online, session, session_since,"
            " reason, received_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*place, said.online, said.session, said.session_since, said.reason, now_ms),
        )
        return True

    def keep_heartbeat(self, gateway: int, heard: Heard, said: HeartbeatSaid, now_ms: int) -> None:
        """Keep the last sign of life, and the head of the journal that it tells."""
        self._database.execute(
            "INSERT OR REPLACE INTO heartbeat (gateway, received_at_ms, body) VALUES (?, ?, ?)",
            (gateway, now_ms, heard.text),
        )
        if said.epoch is None or said.journal_head is None:
            return
        added = self._database.execute(
            "INSERT INTO head (gateway, epoch, number, hash, received_at_ms)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (gateway, said.epoch, said.journal_number or 0, said.journal_head, now_ms),
        )
        if added.rowcount:
            self._database.execute(
                "DELETE FROM head WHERE gateway = ?1 AND id <= (SELECT id FROM head"
                " WHERE gateway = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
                (gateway, MOST_HEADS),
            )

    def refuse(self, topic: str, payload: bytes, why: str, detail: str, now_ms: int) -> None:
        """Keep a message that was not taken, or its beginning; the newest of them."""
        self._database.execute(
            "INSERT INTO refused (received_at_ms, topic, why, detail, bytes, body)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (now_ms, topic[:512], why, detail[:512], len(payload), payload[:REFUSED_BYTES]),
        )
        self._database.execute(
            "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?", (MOST_REFUSED,)
        )
