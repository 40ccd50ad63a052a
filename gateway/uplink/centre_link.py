"""What a centre says to us, by which path: acknowledgements, and answers to our heartbeats.

Only where the site names a centre and its key. Policy: no I/O, no clock.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.record import RecordName, Span, span_of
from gateway.settings.model import Centre
from gateway.span_set import SpanSet
from gateway.uplink.confirmation import Confirmation
from gateway.uplink.from_afar import FromAfar
from gateway.uplink.path_probe import PathProbe, ProbeTiming, Proof
from rules.condition import Lane
from rules.instant import Instant

PROBE_TIMING: Final = ProbeTiming()

MOST_SAID: Final = 1024
"""Spans whose word is remembered; what is forgotten is marked once more."""

UNPROVEN_CONNECTIONS: Final = 2
"""So many connections in a row may end before a probe was answered and none was late."""


@dataclass(frozen=True, slots=True)
class ProofChange:
    """A path begins or ceases to lead to the centre and back."""

    path: str
    is_proven: bool


class CentreLink:
    """The centres of a site, as far as they are heard.

    Args:
        gateway: the gateway's own id.
        centres: those whose word is believed.
        paths: ids of the paths.
        highest: the highest seq that the journal had of each lane of each epoch at the start.
        timing: of the probes.
    """

    def __init__(
        self,
        gateway: str,
        centres: Sequence[Centre],
        paths: Sequence[str],
        highest: Mapping[tuple[str, Lane], int],
        timing: ProbeTiming = PROBE_TIMING,
    ) -> None:
        self._confirmation = Confirmation(gateway, centres, highest)
        self._said = SpanSet(MOST_SAID)
        self._timing = timing
        self._probes = {path: PathProbe(timing) for path in paths}
        self._connected: set[str] = set()
        # How many connections there were since the last answer, and when the first began.
        self._unproven: dict[str, tuple[int, Instant]] = {}
        self._told: dict[str, Proof] = dict.fromkeys(paths, Proof.UNPROVEN)

    def connected(self, path: str, now: Instant) -> None:
        """Take note of a connection: its first probe is due at once."""
        self._probes[path].connected(now)
        self._connected.add(path)
        count, since = self._unproven.get(path, (0, now))
        self._unproven[path] = (count + 1, since)

    def disconnected(self, path: str) -> None:
        """Take note that a connection has ended."""
        self._probes[path].disconnected()
        self._connected.discard(path)

    def published(self, name: RecordName) -> None:
        """Take note that an event is about to be told to a broker."""
        self._confirmation.published(name)
        self._said.remove(span_of(name))  # it may have been put back into the outbox

    def awaited(self, name: RecordName) -> Sequence[str]:
        """Name the required centres that have not confirmed an event."""
        return self._confirmation.awaited(name)

    def take(self, said: FromAfar, now: Instant) -> tuple[Span, ...]:
        """Take an acknowledgement; give what needs no delivery any more, and was not given before.

        A centre says [1, 100000] where the last of these is all that it means; to mark them all
        each time would keep the journal busy.

        Raises:
            NotTrustedError: it is not believed; nothing has moved.
        """
        heard = self._confirmation.take(said.payload, retained=said.retained)
        if heard.nonce is not None:
            self._answered(said.path, heard.nonce, now)
        done = [part for span in heard.done for part in self._said.lacking(span)]
        for span in done:
            if not self._said.add(span):
                self._said = SpanSet(MOST_SAID)
                self._said.add(span)
        return tuple(done)

    def is_due(self, path: str, now: Instant, preferred: str | None) -> bool:
        """Tell whether a probe has to go out on a connected path now."""
        proven = preferred is not None and self._probes[preferred].state(now) is Proof.PROVEN
        is_preferred = path == preferred
        return self._probes[path].due(now, preferred=is_preferred, other_is_proven=proven)

    def probed(self, path: str, nonce: str, now: Instant) -> None:
        """Take note that a heartbeat with a nonce goes out on a path."""
        self._probes[path].sent(nonce, now)

    def silent(self, now: Instant) -> frozenset[str]:
        """Name the paths that are connected and do not lead to the centre and back."""
        return frozenset(path for path in self._probes if self._proof(path, now) is Proof.SILENT)

    def changes(self, now: Instant) -> Iterator[ProofChange]:
        """Give what has to be told of the paths, each change once."""
        for path in self._probes:
            proof = self._proof(path, now)
            # A path without a connection, or with a new one, has proven nothing either way.
            if proof is not Proof.UNPROVEN and proof is not self._told[path]:
                self._told[path] = proof
                yield ProofChange(path, proof is Proof.PROVEN)

    def _answered(self, path: str, nonce: str, now: Instant) -> None:
        if self._probes[path].answered(nonce, now) is not None:
            self._unproven.pop(path, None)

    def _proof(self, path: str, now: Instant) -> Proof:
        """Tell what is known of a path.

        One whose connections end time and again before an answer is late is as good as silent: else
        each new one would give it all of its time once more.
        """
        proof = self._probes[path].state(now)
        if proof is not Proof.UNPROVEN or path not in self._connected:
            return proof
        count, since = self._unproven.get(path, (0, now))
        is_late = now - since > self._timing.answer_within
        return Proof.SILENT if is_late and count > UNPROVEN_CONNECTIONS else proof
