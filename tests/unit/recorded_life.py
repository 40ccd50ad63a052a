"""An engine's life with what it was given, and the recording of it."""

from gateway.recording.format import (
    NUMBER_OF,
    Header,
    OpenSegment,
    encode_header,
    encode_segment,
)
from rules.engine import Engine
from rules.instant import Instant

HEADER = Header(
    gateway="GW-1",
    version="1",
    boot_id="boot-1",
    site_file="site.yaml",
    texts={},
    reason="fire-alarm rule/one",
    kept_at=0,
    utc_offset=7 * 3600 * 10**9,
)


def lived(definition, inputs, *, at_once=7, started=0, wall_ns=None):
    """Run an engine over (now, input) pairs; give its steps, and its segments of some inputs."""
    rows = {}
    engine = Engine(definition, HEADER.boot_id, dict(rows), Instant(started))
    steps = [engine.start(Instant(started))]
    segments = []
    taken, events, then, begins = [], list(steps[0].events), dict(rows), Instant(started)
    keep(rows, steps[0])

    def close(now):
        nonlocal taken, events, then, begins
        segments.append(
            OpenSegment(
                number=len(segments) + 1,
                begins=begins,
                started=(Instant(started), Instant(started)) if not segments else None,
                rows=then,
                wall_ns=wall_ns,
                dropped=0,
                inputs=taken,
                events=events,
            )
        )
        taken, events, then, begins = [], [], dict(rows), now

    for now, given in inputs:
        step = engine.step(now, given)
        steps.append(step)
        keep(rows, step)
        taken.append((now, NUMBER_OF[type(given)], given))
        events += step.events
        if len(taken) >= at_once:
            close(now)
    close(inputs[-1][0] if inputs else Instant(started))
    return steps, segments


def keep(rows, step):
    for key, row in step.changes:
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row


def file_of(segments, header=HEADER):
    return encode_header(header) + b"".join(encode_segment(each)[0] for each in segments)
