"""What comes from where a centre speaks, before anybody has judged it. Pure."""

from dataclasses import dataclass

from gateway.messages.signed import SignedKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FromAfar:
    """A message that claims to come from a centre.

    Attributes:
        path: by which path it came.
        kind: by its topic.
        payload: as it came.
        retained: whether the broker kept it from before we came.
        session: of the connection on which it came, as `presence` names it.
    """

    path: str
    kind: SignedKind
    payload: bytes
    retained: bool
    session: str
