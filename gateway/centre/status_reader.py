"""Reads what the centre knows now out of its database, beside it; nothing is written."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

import msgspec

from gateway.centre.burning import Burning, Later, burning
from gateway.centre.heard import StateSaid
from gateway.centre.intake import NS_PER_MS
from gateway.centre.ranges import missing
from gateway.centre.resend import MOST_TRIES
from gateway.centre.silence import SILENT_AFTER
from gateway.centre.status import CentreStatus, Gap, GatewayStatus, Head
from gateway.journal.file import connect_read_only
from gateway.messages.parts import utc_time

SILENT_AFTER_MS: Final = SILENT_AFTER // NS_PER_MS
MOST_GAPS: Final = 20
"""Gaps of one lane of an epoch that are told."""

MOST_LATER: Final = 1000

GATEWAYS: Final = """
    SELECT gateway.id, province, site, gateway.gateway, first_heard_ms,
        heartbeat.received_at_ms, state.received_at_ms, state.body,
        inventory.site_name, inventory.version, inventory.device_key
    FROM gateway
    LEFT JOIN heartbeat ON heartbeat.gateway = gateway.id
    LEFT JOIN state ON state.gateway = gateway.id
    LEFT JOIN inventory ON inventory.gateway = gateway.id
    ORDER BY province, site, gateway.gateway
"""
EVENTS: Final = """
    SELECT coalesce(sum(last - first + 1), 0) FROM received
    JOIN stream ON stream.id = received.stream WHERE stream.gateway = ?
"""
LATER: Final = """
    SELECT condition, change, mode, zone, source, incident, time FROM (
        SELECT event.* FROM event JOIN stream ON stream.id = event.stream
        WHERE stream.gateway = ?1 AND stream.lane = 'alarm'
            AND CASE WHEN stream.epoch = ?2 THEN seq > ?3 ELSE event.received_at_ms > ?4 END
        ORDER BY event.id DESC LIMIT ?5
    ) ORDER BY stream, seq
"""
PATHS: Final = "SELECT path, online FROM presence WHERE gateway = ? ORDER BY path"
GAPS: Final = """
    SELECT id, epoch, lane, announced, asked FROM stream WHERE gateway = ? AND missing > 0
    ORDER BY lane <> 'alarm', id
"""
RANGES: Final = "SELECT first, last FROM received WHERE stream = ? ORDER BY first"
HEAD: Final = """
    SELECT number, hash, epoch, received_at_ms FROM head WHERE gateway = ? ORDER BY id DESC LIMIT 1
"""
CONTRADICTED: Final = """
    SELECT min(number) FROM (
        SELECT number FROM head WHERE gateway = ? AND number > 0
        GROUP BY epoch, number HAVING count(DISTINCT hash) > 1
    )
"""
REFUSED: Final = "SELECT why, count(*) FROM refused GROUP BY why ORDER BY why"


class NoDatabaseError(Exception):
    """There is nothing to read; its text says why."""


def read_status(path: Path, now_ms: int) -> CentreStatus:
    """Read a centre's database.

    Raises:
        NoDatabaseError: it is not there, or is no centre's.
    """
    if not path.is_file():
        raise NoDatabaseError(f"{path}: no such file; the centre makes it at its first start")
    try:
        with closing(connect_read_only(path)) as database:
            database.execute("BEGIN")  # one moment for all questions
            rows = database.execute(GATEWAYS).fetchall()
            return CentreStatus(
                time=utc_time(now_ms * NS_PER_MS),
                gateways=[_gateway(database, row, now_ms) for row in rows],
                refused=dict(database.execute(REFUSED).fetchall()),
            )
    except sqlite3.Error as error:
        raise NoDatabaseError(f"{path}: cannot be read: {error}") from error


def _gateway(database: sqlite3.Connection, row: tuple[object, ...], now_ms: int) -> GatewayStatus:
    id_, province, site, gateway, first_ms, beat_ms, state_ms, state, name, version, key = row
    heard_ms = beat_ms if isinstance(beat_ms, int) else None
    since_ms = now_ms - (heard_ms or int(str(first_ms)))
    return GatewayStatus(
        province=str(province),
        site=str(site),
        gateway=str(gateway),
        site_name=str(name or ""),
        version=str(version or ""),
        device_key=None if key is None else str(key),
        silent=since_ms > SILENT_AFTER_MS,
        heard_s=None if heard_ms is None else max(0, now_ms - heard_ms) // 1000,
        paths={path: bool(online) for path, online in database.execute(PATHS, (id_,))},
        burning=_burning(database, id_, state, state_ms),
        gaps=_gaps(database, id_),
        events=database.execute(EVENTS, (id_,)).fetchone()[0],
        head=_head(database, id_),
    )


def _burning(
    database: sqlite3.Connection, gateway: object, body: object, at_ms: object
) -> list[Burning]:
    state = None if body is None else msgspec.json.decode(str(body), type=StateSaid)
    told = ("", 0, 0) if state is None else (state.epoch, state.seq.get("alarm", 0), at_ms)
    names = Later.__struct_fields__
    later = database.execute(LATER, (gateway, *told, MOST_LATER))
    return burning(state, [Later(**dict(zip(names, row, strict=True))) for row in later])


def _gaps(database: sqlite3.Connection, gateway: object) -> list[Gap]:
    return [
        Gap(
            epoch=epoch,
            lane=lane,
            first=first,
            last=last,
            asked=asked,
            given_up=asked >= MOST_TRIES,
        )
        for stream, epoch, lane, announced, asked in database.execute(GAPS, (gateway,)).fetchall()
        for first, last in missing(database.execute(RANGES, (stream,)), announced)[:MOST_GAPS]
    ]


def _head(database: sqlite3.Connection, gateway: object) -> Head | None:
    head = database.execute(HEAD, (gateway,)).fetchone()
    if head is None:
        return None
    (contradicted,) = database.execute(CONTRADICTED, (gateway,)).fetchone()
    return Head(
        number=head[0],
        hash=head[1],
        epoch=head[2],
        heard=utc_time(head[3] * NS_PER_MS),
        contradicted=contradicted,
    )
