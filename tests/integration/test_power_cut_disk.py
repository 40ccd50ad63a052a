"""The model of a disk whose power is cut: what it may keep, and what it must."""

from hypothesis import given, settings
from hypothesis import strategies as st
from power_cut.disk import (
    ALL_KEPT,
    ALL_LOST,
    SECTOR,
    Create,
    Disk,
    Map,
    Outcome,
    Rename,
    Sync,
    SyncFolder,
    Truncate,
    Unlink,
    Write,
    outcomes,
)

SEEDS = range(40)


def after(*calls) -> Disk:
    disk = Disk()
    for call in (Create("a", 1), SyncFolder(), *calls):
        disk.do(call)
    return disk


def left(disk: Disk, **chances) -> set[bytes | None]:
    """What file a may hold, over many throws of the dice; None where it is not there."""
    return {disk.after_cut(Outcome(seed=seed, **chances)).get("a") for seed in SEEDS}


def test_what_is_synced_is_kept_whatever_the_outcome():
    disk = after(Write(1, 0, b"one"), Truncate(1, 2), Sync(1))
    for outcome in outcomes(torn=9, mixed=9, seed=0):
        assert disk.after_cut(outcome) == {"a": b"on"}


def test_what_is_not_synced_is_lost_or_kept_each_by_itself():
    disk = after(Write(1, 0, b"one"), Sync(1), Write(1, 3, b"two"), Write(1, 6, b"three"))
    assert disk.after_cut(ALL_LOST) == {"a": b"one"}
    assert disk.after_cut(ALL_KEPT) == {"a": b"onetwothree"}
    assert left(disk, kept=0.5) == {b"one", b"onetwo", b"onetwothree", b"one\0\0\0three"}


def test_a_torn_write_keeps_any_of_its_sectors_and_may_have_made_the_file_longer():
    data = b"x" * SECTOR * 2
    disk = after(Write(1, 100, data))
    torn = left(disk, tears_last=True)
    whole = bytes(100) + data
    first_end = SECTOR
    for content in torn:
        padded = content.ljust(len(whole), b"\0")
        for begins, ends in ((100, first_end), (SECTOR, 2 * SECTOR), (2 * SECTOR, len(whole))):
            assert padded[begins:ends] in (whole[begins:ends], bytes(ends - begins))
    assert len(torn) > 8
    assert b"" in torn
    assert bytes(len(whole)) in torn  # grown, and nothing written


def test_only_the_last_write_is_torn_where_that_is_asked_for():
    disk = after(Write(1, 0, b"one"), Write(1, SECTOR, b"two"))
    assert {content[:3] for content in left(disk, tears_last=True)} == {b"one"}


def test_a_truncation_that_is_not_synced_may_be_undone():
    disk = after(Write(1, 0, b"long"), Sync(1), Truncate(1, 1), Write(1, 1, b"x"))
    assert left(disk, kept=0.5) == {b"long", b"l", b"lxng", b"lx"}


def test_names_are_kept_in_their_order_and_fsync_of_a_file_keeps_none():
    disk = after(
        Rename("a", "b"), Create("c", 2), Write(2, 0, b"kept"), Sync(2), Unlink("b"), Sync(1)
    )
    found = {frozenset(disk.after_cut(Outcome(kept=0.5, seed=seed))) for seed in SEEDS}
    assert found == {frozenset(names) for names in ("a", "b", "bc", "c")}
    assert disk.after_cut(ALL_LOST) == {"a": b""}
    disk.do(SyncFolder())
    assert disk.after_cut(ALL_LOST) == {"c": b"kept"}


def test_a_name_made_again_is_another_file():
    disk = after(Write(1, 0, b"old"), Sync(1), Unlink("a"), Create("a", 2), Write(2, 0, b"new"))
    assert left(disk, kept=0.5) == {b"old", None, b"", b"new"}


def test_a_mapped_file_may_hold_anything():
    disk = after(Write(1, 0, b"1234"), Sync(1), Map(1))
    assert len(left(disk, kept=0.5)) == len(SEEDS)


calls = st.lists(
    st.one_of(
        st.builds(Write, st.just(1), st.integers(0, 1500), st.binary(min_size=1, max_size=1200)),
        st.builds(Truncate, st.just(1), st.integers(0, 2000)),
        st.just(Sync(1)),
    ),
    max_size=8,
)


@given(calls)
@settings(max_examples=50, deadline=None)
def test_with_all_kept_the_model_is_a_plain_file(given_calls):
    content = b""
    for call in given_calls:
        if isinstance(call, Write):
            content = content.ljust(call.offset, b"\0")
            content = content[: call.offset] + call.data + content[call.offset + len(call.data) :]
        elif isinstance(call, Truncate):
            content = content[: call.size].ljust(call.size, b"\0")
    assert after(*given_calls).after_cut(ALL_KEPT) == {"a": content}


@given(calls, st.integers(0, 1000))
@settings(max_examples=50, deadline=None)
def test_no_outcome_invents_a_byte(given_calls, seed):
    written = {0}.union(*(call.data for call in given_calls if isinstance(call, Write)))
    for outcome in outcomes(torn=2, mixed=3, seed=seed):
        assert set(after(*given_calls).after_cut(outcome)["a"]) <= written
