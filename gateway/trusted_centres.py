"""Whose word is believed: a message is opened only where a centre's key has signed it for us. Pure.

What the word is worth beyond that, whoever asked knows: see `command_desk` and
`uplink.confirmation`.
"""

from collections.abc import Sequence
from typing import Final, Protocol, TypeVar

from gateway.messages.signed import Distrust, NotTrustedError, SignedKind, opened
from gateway.settings.model import Centre
from gateway.signature import public_key

SHOWN: Final = 64
"""Characters of a foreign word that are told."""


class Body(Protocol):
    """What is signed: it names who speaks, and to whom."""

    @property
    def centre(self) -> str:
        """The id of the centre that speaks."""

    @property
    def gateway(self) -> str:
        """The id of the gateway that is spoken to."""


Signed = TypeVar("Signed", bound=Body)


class TrustedCentres:
    """The centres of a site, by their keys.

    Args:
        gateway: the gateway's own id.
        centres: those whose word is believed.
    """

    def __init__(self, gateway: str, centres: Sequence[Centre]) -> None:
        self._gateway = gateway
        keys = [public_key(centre.key) for centre in centres]
        self._keys = {key.id: key for key in keys}
        self._key_ids = {centre.id: key.id for centre, key in zip(centres, keys, strict=True)}

    @property
    def key_ids(self) -> Sequence[str]:
        """The ids of the keys."""
        return tuple(self._keys)

    def opened(
        self, payload: bytes, kind: SignedKind, body: type[Signed], *, retained: bool
    ) -> tuple[str, Signed]:
        """Verify a message and read its body.

        Args:
            payload: the message as it came.
            kind: what it must be.
            body: the type of its body.
            retained: whether the broker had kept it.

        Returns:
            The id of the key that signed it, and the body.

        Raises:
            NotTrustedError: it is not believed.
        """
        if retained:
            raise NotTrustedError(Distrust.RETAINED, "the broker kept it; it may be of any age")
        key, said = opened(payload, kind, self._keys, body)
        if self._key_ids.get(said.centre) != key:
            # The signature is good, yet it is not that of the centre which is named.
            raise NotTrustedError(
                Distrust.WRONG_SIGNATURE, f"key {key} is not that of {said.centre[:SHOWN]!r}"
            )
        if said.gateway != self._gateway:
            raise NotTrustedError(
                Distrust.OTHER_GATEWAY, f"it is for gateway {said.gateway[:SHOWN]!r}"
            )
        return key, said
