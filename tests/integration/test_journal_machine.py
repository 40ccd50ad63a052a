"""Whatever is done to a journal, in any order: names, state and outbox are what they should be."""

import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from journal_parts import (
    BOOT,
    batch,
    make_epoch,
    mark_delivered,
    open_journal,
    spans,
    undelivered,
)

from gateway.journal import retention
from gateway.journal.file import FailureNote, has_log
from gateway.journal.ram_epoch import RamEpoch
from gateway.journal.rows import EpochReason
from gateway.record import Batch, RecordName
from rules.condition import Lane
from rules.instant import Instant

LANES = st.lists(st.sampled_from(Lane), max_size=4)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from([None, "1", "2"])), max_size=3
)
BATCHES = st.lists(st.builds(lambda lanes, changes: batch(*lanes, changes=changes), LANES, CHANGES))


class JournalMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp(prefix="journal-"))
        self.lives = 0
        self.path = self.folder / "0" / "journal.db"
        self.path.parent.mkdir()
        self.journal = open_journal(self.path)
        self.told = []
        self.waiting = {}
        self.state = {}
        self.bounds = (retention.DELIVERED_KEPT, retention.SMALLEST_STEP)

    @rule(batches=BATCHES, data=st.data())
    def append(self, batches, data):
        marks = self.some_names(data)
        self.take(self.journal.append_many(batches, spans(marks)))
        self.note(batches)
        self.mark(marks)

    @rule(data=st.data())
    def mark_delivered(self, data):
        marks = [*self.some_names(data), RecordName(self.journal.epoch, Lane.ALARM, 10**6)]
        mark_delivered(self.journal, marks)
        self.mark(marks)

    @rule(data=st.data())
    def reopen(self, data):
        names = self.some_names(data)
        self.journal.append_many((), reopened=spans(names))
        there = {record.name: record for record in self.told if record.number in self.numbers()}
        back = {name: there[name] for name in names if name in there}
        self.waiting = dict(
            sorted({**self.waiting, **back}.items(), key=lambda pair: pair[1].number)
        )

    @rule(batches=BATCHES)
    def fail(self, batches):
        with suppress(sqlite3.IntegrityError):
            self.journal.append_many([*batches, Batch((), ((None, "no row without a key"),))])
            raise AssertionError("the table took a row without a key")

    @rule()
    def close_and_open(self):
        self.journal.close()
        self.journal = open_journal(self.path)
        assert self.journal.begun is None

    @rule()
    def kill_and_open(self):
        """A kill leaves the files as they are: so does a copy of them."""
        self.lives += 1
        killed = self.path.parent
        self.path = self.folder / str(self.lives) / "journal.db"
        shutil.copytree(killed, self.path.parent)
        self.journal.close()
        was_written = has_log(self.path)
        self.journal = open_journal(self.path)
        assert self.journal.begun is (EpochReason.NOT_CLOSED if was_written else None)

    @rule(batches=BATCHES, doubtful=BATCHES, data=st.data(), reopened=st.booleans())
    def store_fails_for_a_while(self, batches, doubtful, data, reopened):
        reported = self.journal.last_number
        if reopened:  # the report of a last commit was lost
            self.journal.append_many(batches=[Batch(one.drafts) for one in doubtful])
            self.journal.close()
            FailureNote(self.path).leave(OSError())
            self.journal = open_journal(self.path)
        memory = RamEpoch(make_epoch(), BOOT)
        memory.number(batches)
        marks = self.some_names(data, more=[record.name for record in memory.records])
        written = self.journal.write_ram_records(
            memory.records, spans(marks), memory.changes.items(), undo_after=reported
        )
        assert [record.name for record in written] == [record.name for record in memory.records]
        self.take(written)
        # What was in doubt may have been under the epoch before: nothing more may be.
        assert self.journal.epoch not in {record.name.epoch for record in self.told}
        self.note(batches)
        self.mark(marks)

    @rule()
    def tidy(self):
        retention.DELIVERED_KEPT, retention.SMALLEST_STEP = 5, 1
        assert self.journal.tidy(Instant(1)) == {}

    @invariant()
    def names_are_contiguous_in_each_lane_of_each_epoch(self):
        lanes = {}
        for record in self.told:
            lanes.setdefault((record.name.epoch, record.name.lane), []).append(record.name.seq)
        assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in lanes.values())
        numbers = [record.number for record in self.told]
        assert numbers == list(range(1, len(self.told) + 1))

    @invariant()
    def the_state_is_the_last_that_was_committed(self):
        assert self.journal.stored().state == self.state

    @invariant()
    def the_outbox_is_what_was_appended_less_what_was_delivered(self):
        assert undelivered(self.path) == list(self.waiting.values())
        counts = dict.fromkeys(Lane, 0)
        for name in self.waiting:
            counts[name.lane] += 1
        assert self.journal.undelivered == counts

    @invariant()
    def the_chain_is_whole(self):
        assert self.journal.verify() is None

    def teardown(self):
        if hasattr(self, "journal"):
            self.journal.close()
            shutil.rmtree(self.folder)
            retention.DELIVERED_KEPT, retention.SMALLEST_STEP = self.bounds

    def some_names(self, data, more=()):
        names = [*(record.name for record in self.told[-20:]), *more]
        return data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []

    def take(self, records):
        self.told.extend(records)
        self.waiting.update((record.name, record) for record in records)

    def note(self, batches):
        for one in batches:
            for key, value in one.changes:
                self.state.pop(key, None)
                if value is not None:
                    self.state[key] = value

    def numbers(self):
        connection = sqlite3.connect(self.path)
        found = {number for (number,) in connection.execute("SELECT number FROM record")}
        connection.close()
        return found

    def mark(self, names):
        for name in names:
            self.waiting.pop(name, None)


TestJournalMachine = JournalMachine.TestCase
TestJournalMachine.settings = settings(
    max_examples=40,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
