"""The outbox's policy against a plain oracle, over random histories.

Where a broker's word delivers, and where only that of one centre or of two does. Then brokers lose
what they took when they end, have nobody to pass anything to until a centre has subscribed, and
may pass on what they have not yet acknowledged. What centres say goes through their signatures.
"""

from collections import deque
from dataclasses import dataclass, field, replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gateway.record import ClockQuality, Record, RecordName
from gateway.uplink.confirmation import Confirmation
from gateway.uplink.delivery import Delivery
from gateway.uplink.lane_walk import Bounds
from gateway.uplink.path_view import AGAIN_IN_FLIGHT
from rules.condition import Lane
from rules.instant import Instant, Moment, seconds
from tests.unit import centre_keys

PATHS = ("lan", "4g")
BOUNDS = Bounds(window=4, page=6, only_in_memory=5, aside=2, awaiting=4)
LANES = st.sampled_from(list(Lane))


@dataclass
class Broker:
    """What is on its way on one path: to the broker, and from it to the centre."""

    sent: list = field(default_factory=list)  # names, in the order of sending
    unanswered: deque = field(default_factory=deque)
    queue: deque = field(default_factory=deque)
    passed_on: set = field(default_factory=set)  # of what is unanswered
    subscribed: bool = False


class History(RuleBasedStateMachine):
    """The journal is a list, brokers and centre are lists; what is tested knows none of them."""

    centres = ()

    def __init__(self):
        super().__init__()
        self.now = Instant(seconds(100))
        self.journal = []  # every durable record, in order
        self.known = {}  # every record ever offered, by name
        self.delivered = set()
        self.has = {centre: set() for centre in self.centres}
        self.arrived = {path: [] for path in PATHS}  # first copies, by path
        self.dropped = set()
        self.refused = set()
        self.pages = []  # asked and not yet answered, each with its answer
        self.up = {}
        self.read_failed = False
        self.went_again = False
        self.seq = dict.fromkeys(Lane, 0)
        self.memory_seq = dict.fromkeys(Lane, 0)
        for lane in Lane:
            for _ in range(8):
                self.make(lane, boot="a")
        started = Moment("b", self.now)
        self.by_centre = bool(self.centres)
        self.delivery = Delivery(PATHS, started, confirmed_by_centre=self.by_centre, bounds=BOUNDS)
        keys = [centre_keys.centre(centre) for centre in self.centres]
        highest = {("durable", lane): 8 for lane in Lane}
        self.confirmation = Confirmation(centre_keys.GATEWAY, keys, highest)

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

    @precondition(lambda self: self.journal)
    @rule(another_file=st.booleans())
    def the_journal_works_again(self, another_file):
        """With what memory had; perhaps in another file, into which only the outbox was saved."""
        if another_file:
            left = [each for each in self.journal if each.name not in self.delivered]
            self.journal = [replace(each, number=at) for at, each in enumerate(left, 1)]
        written = []
        for record in self.known.values():
            if record.number is None and record.name not in self.dropped:
                number = len(self.journal) + 1
                self.journal.append(replace(record, number=number, durable=True))
                written.append(self.journal[-1])
        self.known |= {record.name: record for record in self.journal}
        self.read_failed = True  # numbers and order begin anew
        self.delivery.recovered(written)

    @rule(lane=LANES, first=st.integers(1, 12), count=st.integers(1, 4))
    def a_centre_has_some_sent_again(self, lane, first, count):
        """As far as the journal has them: they are put back into the outbox."""
        self.went_again = True
        names = {RecordName("durable", lane, seq) for seq in range(first, first + count)}
        self.delivered -= names & {record.name for record in self.journal}
        self.delivery.again(lane)

    @rule()
    def a_page_is_asked_for(self):
        page = self.delivery.wanted()
        if page is not None:
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

    @rule(path=st.sampled_from(PATHS), subscribed=st.booleans())
    def a_path_comes(self, path, subscribed):
        if path not in self.up:
            self.up[path] = Broker(subscribed=subscribed)
            self.delivery.connected(path)

    @rule(path=st.sampled_from(PATHS))
    def a_path_goes(self, path):
        """With all that its broker had taken and not yet passed on."""
        self.up.pop(path, None)
        self.delivery.disconnected(path)

    @precondition(lambda self: self.up)
    @rule(data=st.data())
    def a_centre_subscribes(self, data):
        self.up[data.draw(st.sampled_from(sorted(self.up)))].subscribed = True

    @rule(silent=st.sets(st.sampled_from(PATHS)))
    def paths_are_silent(self, silent):
        self.delivery.silent(silent)

    @rule(path=st.sampled_from(PATHS), most=st.integers(1, 5))
    def a_path_sends(self, path, most):
        for _ in range(most):
            self.send_one(path)

    def send_one(self, path):
        sending = self.delivery.next(path, self.now)
        if sending is None:
            return
        name = sending.record.name
        assert path in self.up, "sent on a path that is not connected"
        broker = self.up[path]
        assert name in self.known, "sent what was never offered"
        assert name not in self.dropped, "sent what it said it had dropped"
        assert name not in broker.unanswered, "sent twice at once on one connection"
        if name.lane is not Lane.ALARM:
            assert path == self.delivery.preferred
            assert name not in self.delivered
        self.check_order(broker, name)
        self.confirmation.published(name)
        broker.sent.append(name)
        broker.unanswered.append(name)

    def check_order(self, broker, name):
        """First copies ascend on a connection, but for those that were refused or left behind."""
        if name in broker.sent:
            return  # a copy: refused, kept its turn, or sent again
        if self.read_failed or self.refused:
            return
        same = [
            each.seq for each in broker.sent if (each.epoch, each.lane) == (name.epoch, name.lane)
        ]
        assert not same or max(same) < name.seq, "out of order"

    @precondition(lambda self: any(broker.unanswered for broker in self.up.values()))
    @rule(data=st.data())
    def a_broker_answers(self, data):
        path, broker = self.pick(data)
        name = broker.unanswered.popleft()
        self.take_answer(path, broker, name)

    @precondition(lambda self: any(broker.unanswered for broker in self.up.values()))
    @rule(data=st.data())
    def a_broker_passes_on_what_it_has_not_answered(self, data):
        _, broker = self.pick(data)
        name = broker.unanswered[0]
        if broker.subscribed and name not in broker.passed_on:
            broker.passed_on.add(name)
            broker.queue.append(name)

    def take_answer(self, path, broker, name):
        early = name in broker.passed_on
        broker.passed_on.discard(name)
        heard = early or broker.subscribed or not self.by_centre
        record = self.delivery.acknowledged(path, name, self.now, is_heard=heard)
        if not self.by_centre:
            assert record is not None or name in self.delivered
            self.delivered.add(name)
            return
        assert record is None, "delivered without the centre's word"
        if heard and not early:
            broker.queue.append(name)

    @precondition(lambda self: any(broker.unanswered for broker in self.up.values()))
    @rule(data=st.data())
    def a_broker_refuses(self, data):
        path, broker = self.pick(data)
        name = broker.unanswered.popleft()
        broker.passed_on.discard(name)
        is_known = name in self.delivery._refusals
        assert self.delivery.refused(path, name, self.now) is not is_known, "told twice, or never"
        self.refused.add(name)

    def pick(self, data):
        path = data.draw(
            st.sampled_from([path for path, broker in self.up.items() if broker.unanswered])
        )
        return path, self.up[path]

    @precondition(lambda self: any(broker.queue for broker in self.up.values()))
    @rule(data=st.data())
    def a_centre_stores_one(self, data):
        paths = [path for path, broker in self.up.items() if broker.queue]
        path = data.draw(st.sampled_from(paths))
        who = data.draw(st.sets(st.sampled_from(self.centres))) if self.by_centre else ()
        self.store(path, self.up[path].queue.popleft(), who_says_so=who)

    def store(self, path, name, *, who_says_so):
        if all(name not in names for names in self.arrived.values()):
            same = [
                each.seq
                for each in self.arrived[path]
                if (each.epoch, each.lane) == (name.epoch, name.lane)
            ]
            in_order = not same or same[-1] < name.seq
            assert in_order or self.refused or self.read_failed or self.went_again
            self.arrived[path].append(name)
        for centre in who_says_so:
            has = self.has[centre]
            has.add(name)
            self.say(centre, name.epoch, name.lane)
            self.delivered |= {
                each
                for each in has
                if (each.epoch, each.lane) == (name.epoch, name.lane)
                and all(each in other for other in self.has.values())
            }

    def say(self, centre, epoch, lane):
        """Say all that a centre has of a lane."""
        seqs = sorted(
            name.seq for name in self.has[centre] if (name.epoch, name.lane) == (epoch, lane)
        )
        entry = centre_keys.received(*((seq, seq) for seq in seqs[-60:]), epoch=epoch, lane=lane)
        heard = self.confirmation.take(centre_keys.ack(centre, entry), retained=False)
        self.delivery.confirmed(heard.done)

    @rule(lane=LANES)
    def a_lane_is_asked_for_again(self, lane):
        self.went_again = True
        self.delivery.again(lane)

    @rule(passed_s=st.integers(1, 700))
    def time_passes(self, passed_s):
        self.now = Instant(self.now + seconds(passed_s))
        self.went_again = True  # what is confirmed late may be sent again
        self.delivery.look(self.now)

    @invariant()
    def the_window_holds_and_keeps_a_place_for_alarms(self):
        for path, broker in self.up.items():
            in_flight = self.delivery.in_flight(path)
            assert sorted(map(str, in_flight)) == sorted(map(str, broker.unanswered))
            assert len(in_flight) <= BOUNDS.window
            others = [name for name in in_flight if name.lane is not Lane.ALARM]
            assert len(others) <= BOUNDS.window - 1
            flights = self.delivery._connected[path].in_flight.values()
            assert sum(flight.again for flight in flights) <= AGAIN_IN_FLIGHT

    @invariant()
    def memory_is_bounded(self):
        for view in self.delivery._connected.values():
            for walk in view.walks.values():
                durable = [each for each in walk.todo if each.record.number is not None]
                # What only memory had may have got its place in the journal since.
                assert len(durable) <= 2 * BOUNDS.page + BOUNDS.window + BOUNDS.only_in_memory
                most_again = BOUNDS.page + BOUNDS.only_in_memory + AGAIN_IN_FLIGHT
                assert len(walk.again) <= most_again
                aside = [e for e, _ in walk.aside.values() if e.record.number is not None]
                assert len(aside) <= BOUNDS.aside + BOUNDS.only_in_memory
                assert walk.in_flight >= 0

    def teardown(self):
        """Let brokers and centre answer and the journal be read: then everything arrives."""
        while self.pages:
            self.a_page_comes()
        for path in PATHS:
            self.a_path_goes(path)
        self.delivery.silent(())
        self.a_path_comes("lan", subscribed=True)
        broker = self.up["lan"]
        self.went_again = True
        for _ in range(len(self.known) + 50):
            self.a_page_is_asked_for()
            while self.pages:
                self.a_page_comes()
            self.now = Instant(self.now + seconds(700))
            for _ in range(len(self.known)):  # what is done does not come again
                before = len(broker.sent)
                self.send_one("lan")
                if len(broker.sent) == before:
                    break
                self.take_answer("lan", broker, broker.unanswered.popleft())
                while broker.queue:
                    self.store("lan", broker.queue.popleft(), who_says_so=self.centres)
        assert self.delivery.next("lan", self.now) is None, "sends for ever"
        assert set(self.known) - self.dropped <= self.delivered, (
            "lost",
            set(self.known) - self.dropped - self.delivered,
        )


class HistoryByCentre(History):
    centres = ("pc07-33",)


class HistoryByTwoCentres(History):
    centres = ("pc07-33", "commune")


TestByTheBroker = History.TestCase
TestByTheBroker.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
TestByTheCentre = HistoryByCentre.TestCase
TestByTheCentre.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
TestByTwoCentres = HistoryByTwoCentres.TestCase
TestByTwoCentres.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)
