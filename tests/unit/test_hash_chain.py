"""The hash of a record."""

import dataclasses

import pytest

from gateway.journal.hash_chain import NO_HASH, hash_of
from gateway.record import ClockQuality, Record, RecordName
from rules.condition import Lane

RECORD = Record(
    name=RecordName("9f3c1a0b7d2e4c6f8a1b3d5e7f902468", Lane.ALARM, 3),
    number=5,
    boot_id="6c1b6a4e-9a7d-4c59-8f43-0f2f8f0f3a11",
    monotonic_ns=60_000_000_000,
    wall_ns=1_795_500_060_000_000_000,
    clock=ClockQuality.SYNCHRONISED,
    kind="condition",
    body=b'{"zone":"kitchen"}',
    durable=True,
)


def test_the_layout_is_the_one_that_journals_in_the_field_were_written_with():
    # Computed by hand from the table in gateway/journal/hash_chain.py; it never changes.
    expected = "18e0ebcf14104ca40cce9985d8c5cd5b820f13d44567d270738fdfbca0587983"

    assert hash_of(RECORD, 5, NO_HASH).hex() == expected


@pytest.mark.parametrize(
    "change",
    [
        {"name": RecordName("9f3c1a0b7d2e4c6f8a1b3d5e7f902469", Lane.ALARM, 3)},
        {"name": RecordName("9f3c1a0b7d2e4c6f8a1b3d5e7f902468", Lane.STATUS, 3)},
        {"name": RecordName("9f3c1a0b7d2e4c6f8a1b3d5e7f902468", Lane.ALARM, 4)},
        {"boot_id": "another"},
        {"monotonic_ns": 1},
        {"wall_ns": -1},
        {"clock": ClockQuality.HOLDOVER},
        {"kind": "notice"},
        {"body": b""},
        # What one field loses and the next gains is not the same record.
        {"kind": "conditio", "body": b'n{"zone":"kitchen"}'},
    ],
)
def test_every_field_is_under_the_hash(change):
    altered = dataclasses.replace(RECORD, **change)

    assert hash_of(altered, 5, NO_HASH) != hash_of(RECORD, 5, NO_HASH)


def test_the_place_and_what_was_before_are_under_the_hash():
    assert hash_of(RECORD, 6, NO_HASH) != hash_of(RECORD, 5, NO_HASH)
    assert hash_of(RECORD, 5, b"\1" * 32) != hash_of(RECORD, 5, NO_HASH)


def test_whether_a_record_was_told_before_it_was_durable_changes_nothing():
    told_early = dataclasses.replace(RECORD, number=None, durable=False)

    assert hash_of(told_early, 5, NO_HASH) == hash_of(RECORD, 5, NO_HASH)
