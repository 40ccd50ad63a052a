"""What is done on a centre's word, and what is put off."""

import json
from dataclasses import replace

import pytest

from gateway.centre_desk import CentreDesk, DeskPorts
from gateway.contract.example_site import SETTINGS
from gateway.messages.command import CommandWord
from gateway.messages.parts import Stamp
from gateway.messages.signed import SignedKind
from gateway.record import ClockQuality
from gateway.uplink.from_afar import FromAfar
from rules.condition import Lane
from rules.instant import Instant
from tests.unit import centre_keys
from tests.unit.status_examples import quiet

NOW = Instant(10**15)


@pytest.mark.parametrize("store_ok", [True, False])
def test_a_resend_is_refused_while_the_journal_fails(store_ok):
    """It would be forgotten, and the centre would wait for what never comes."""
    uplink = replace(SETTINGS.uplink, centres=(centre_keys.centre("pc"),))
    settings = replace(SETTINGS, uplink=uplink)
    sent_again, replies = [], []
    ports = DeskPorts(
        now=lambda: NOW,
        stamp=lambda: Stamp(boot_id="b", at=NOW, wall_ns=0, clock=ClockQuality.UNKNOWN),
        take=lambda _: None,
        submit=lambda _: None,
        status=lambda: replace(quiet(), store_ok=store_ok),
        waiting=lambda: quiet().outbox,
        sessions=lambda: {"lan": centre_keys.SESSION},
        reply=lambda _, payload: replies.append(json.loads(payload)),
        send_again=sent_again.append,
        awaited=lambda _: (),
        refused=lambda *_: None,
        draw=lambda: 0.5,
    )
    desk = CentreDesk(settings, None, {}, ports)
    resend = {"epoch": "e1", "lane": Lane.ALARM, "first": 1, "last": 3}
    gateway = settings.gateway.id
    payload = centre_keys.command("pc", CommandWord.RESEND, gateway=gateway, **resend)

    desk.commanded(
        FromAfar(
            path="lan",
            kind=SignedKind.COMMAND,
            payload=payload,
            retained=False,
            session=centre_keys.SESSION,
        )
    )

    (reply,) = replies
    assert (reply["outcome"], len(sent_again)) == (("done", 1) if store_ok else ("refused", 0))
