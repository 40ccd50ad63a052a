"""The outbox's policy against a plain oracle, over random histories."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.record import ClockQuality, Record, RecordName
from gateway.uplink.delivery import Delivery
from gateway.uplink.lane_memory import Bounds
from rules.condition import Lane
from rules.instant import Instant, Moment, seconds

PATHS = ("lan", "4g")
BOUNDS = Bounds(window=4, page=6, only_in_memory=5, aside=2)
LANES = st.sampled_from(list(Lane))


class OutboxHistory(RuleBasedStateMachine):
    """The journal is a list, the brokers are lists; the delivery under test knows neither."""

    def __init__(self):
        super().__init__()
        self.now = Instant(seconds(100))
        self.journal = []  # every durable record, in order
        self.known = {}  # every record ever offered, by name
        self.delivered = set()
        self.dropped = set()
        self.refused = set()
        self.pages = []  # asked and not yet answered, each with its answer
        self.sent = {}  # path -> names in the order of sending, of this connection
        self.unanswered = {path: [] for path in PATHS}
        self.read_failed = False
        self.seq = dict.fromkeys(Lane, 0)
        self.memory_seq = dict.fromkeys(Lane, 0)
        self.leave_backlog()
        self.delivery = Delivery(PATHS, Moment("b", self.now), BOUNDS)

    def leave_backlog(self):
        """What an earlier process did not deliver."""
        for lane in Lane:
            for _ in range(8):
                self.make(lane, boot="a")

    def make(self, lane, *, durable=True, boot="b"):
        counter = self.seq if durable else self.memory_seq
        counter[lane] += 1
        record = Record(
            name=RecordName("durable" if durable else "memory", lane, counter[lane]),
            number=len(self.journal) + 1 if durable else None,
            boot_id=boot,
            monotonic_ns=self.now,
            wall_ns=0,
            clock=ClockQuality.UNKNOWN,
            kind="fault.entered",
            body=b"{}",
            durable=durable,
        )
        if durable:
            self.journal.append(record)
        self.known[record.name] = record
        return record

    def undelivered(self, page):
        return [
            record
            for record in self.journal
            if record.name.lane is page.lane
            and record.number > page.after_number
            and record.name not in self.delivered
        ][: page.limit]

    @rule(lane=LANES)
    def something_happens(self, lane):
        assert self.delivery.offer(self.make(lane)) == ()

    @rule(lane=LANES)
    def something_happens_while_the_journal_fails(self, lane):
        self.dropped |= set(self.delivery.offer(self.make(lane, durable=False)))

    @rule()
    def a_page_is_asked_for(self):
        page = self.delivery.wanted()
        if page is not None:
            assert all(page.lane is not other.lane for other, _ in self.pages)
            self.pages.append((page, self.undelivered(page)))

    @precondition(lambda self: self.pages)
    @rule()
    def a_page_comes(self):
        self.delivery.loaded(*self.pages.pop(0))

    @precondition(lambda self: self.pages)
    @rule()
    def a_page_fails(self):
        self.read_failed = True
        self.delivery.load_failed(self.pages.pop(0)[0])

    @rule(path=st.sampled_from(PATHS))
    def a_path_comes(self, path):
        if path not in self.sent:
            self.sent[path] = []
            self.delivery.connected(path)

    @rule(path=st.sampled_from(PATHS))
    def a_path_goes(self, path):
        self.sent.pop(path, None)
        self.unanswered[path].clear()
        self.delivery.disconnected(path)

    @rule(path=st.sampled_from(PATHS), most=st.integers(1, 5))
    def a_path_sends(self, path, most):
        for _ in range(most):
            self.send_one(path)

    def send_one(self, path):
        alarms_before = self.alarms_ready(path)
        sending = self.delivery.next(path, self.now)
        if sending is None:
            return
        name = sending.record.name
        assert path in self.sent, "sent on a path that is not connected"
        assert name in self.known, "sent what was never offered"
        assert name not in self.dropped, "sent what it said it had dropped"
        assert name not in self.unanswered[path], "sent twice on one connection"
        if name.lane is not Lane.ALARM:
            assert path == next(each for each in PATHS if each in self.sent)
            assert name not in self.delivered
            assert not alarms_before, f"{name} went before {alarms_before}"
        self.check_order(path, sending.record)
        self.sent[path].append(name)
        self.unanswered[path].append(name)

    def alarms_ready(self, path):
        """Alarms that the delivery has in memory and this connection has not seen."""
        if path not in self.sent:
            return []
        in_memory = self.delivery._lanes[Lane.ALARM].pending
        return [
            name for name in in_memory if name not in self.sent[path] and name not in self.refused
        ]

    def check_order(self, path, record):
        # Refused records go apart; so may records that overtook a journal that could not be read.
        if record.name in self.refused or self.read_failed or self.refused:
            return
        same = [
            name.seq
            for name in self.sent[path]
            if (name.epoch, name.lane) == (record.name.epoch, record.name.lane)
        ]
        assert not same or same[-1] < record.name.seq, "out of order"

    @precondition(lambda self: any(self.unanswered.values()))
    @rule(data=st.data())
    def a_broker_acknowledges(self, data):
        path, name = self.pick(data)
        record = self.delivery.acknowledged(path, name)
        assert (record is not None) == (name not in self.delivered)
        self.delivered.add(name)

    @precondition(lambda self: any(self.unanswered.values()))
    @rule(data=st.data())
    def a_broker_refuses(self, data):
        path, name = self.pick(data)
        told = self.delivery.refused(path, name, self.now)
        assert not (told and name in self.refused), "told of twice"
        if name not in self.delivered:
            self.refused.add(name)

    def pick(self, data):
        path = data.draw(st.sampled_from([path for path in PATHS if self.unanswered[path]]))
        name = self.unanswered[path].pop(data.draw(st.integers(0, len(self.unanswered[path]) - 1)))
        return path, name

    @rule(passed_s=st.integers(1, 700))
    def time_passes(self, passed_s):
        self.now = Instant(self.now + seconds(passed_s))

    @invariant()
    def the_window_holds_and_keeps_a_place_for_alarms(self):
        for path in PATHS:
            in_flight = self.delivery.in_flight(path)
            assert sorted(map(str, in_flight)) == sorted(map(str, self.unanswered[path]))
            assert len(in_flight) <= BOUNDS.window
            others = [name for name in in_flight if name.lane is not Lane.ALARM]
            assert len(others) <= BOUNDS.window - 1

    @invariant()
    def memory_is_bounded(self):
        for memory in self.delivery._lanes.values():
            durable = [e for e in memory.pending.values() if e.record.number is not None]
            # A second page while the journal cannot be read: new records do not wait for it then.
            assert len(durable) <= (2 if self.read_failed else 1) * BOUNDS.page
            assert memory._durable == len(durable)
            kept_aside = [e for e in memory.aside.values() if e.record.number is not None]
            assert len(kept_aside) <= BOUNDS.aside

    def teardown(self):
        """Let the brokers answer and the journal be read: then everything arrives."""
        while self.pages:
            self.a_page_comes()
        for path in PATHS:
            self.a_path_goes(path)
        self.a_path_comes("lan")
        for _ in range(len(self.known) + 50):
            self.a_page_is_asked_for()
            while self.pages:
                self.a_page_comes()
            self.now = Instant(self.now + seconds(700))
            for _ in range(len(self.known)):  # what is acknowledged does not come again
                sending = self.delivery.next("lan", self.now)
                if sending is None:
                    break
                self.delivery.acknowledged("lan", sending.record.name)
                self.delivered.add(sending.record.name)
        assert self.delivery.next("lan", self.now) is None, "sends for ever"
        assert set(self.known) - self.dropped == self.delivered, "lost"


TestOutboxHistory = OutboxHistory.TestCase
TestOutboxHistory.settings = settings(max_examples=100, stateful_step_count=60, deadline=None)
