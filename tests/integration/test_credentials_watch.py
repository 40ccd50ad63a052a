"""Renewed files of a path: seen, tried, and taken or left, without touching the connection."""

import datetime as dt
import os
import shutil
import time

import pytest
from certificates import DAY, Authority, Pair, put
from uplink_site import write_private

from gateway.settings.model import Path as PathSettings
from gateway.settings.model import Tls
from gateway.uplink import credentials_watch
from gateway.uplink.certificate_dates import KnownTime
from gateway.uplink.credentials import CredentialsError
from gateway.uplink.credentials_watch import PathCredentials, Renewal, Seen, Unusable
from rules.condition import Condition
from rules.instant import seconds


def now(plus: dt.timedelta = dt.timedelta()) -> KnownTime:
    return KnownTime(time.time_ns() + plus // dt.timedelta(microseconds=1) * 1000, is_known=True)


def path_with(tls: Tls | None = None, **settings) -> PathSettings:
    return PathSettings(id="lan", host="127.0.0.1", tls=tls, **settings)


def tls_of(authority: Authority, pair: Pair) -> Tls:
    return Tls(ca=str(authority.file), certificate=str(pair.certificate), key=str(pair.key))


@pytest.fixture
def pair(authority) -> Pair:
    return authority.issue("GW-1", lasts=90 * DAY)


@pytest.fixture
def credentials(authority, pair) -> PathCredentials:
    return PathCredentials(path_with(tls_of(authority, pair)))


async def settled(credentials: PathCredentials) -> Seen:
    """Look until what has changed has been the same for one look."""
    await credentials.look(now())
    return await credentials.look(now())


async def test_files_that_stay_as_they_are_are_nothing_to_tell(credentials):
    opened = await credentials.open()

    assert opened.make_tls is not None
    assert await settled(credentials) == Seen()


async def test_a_renewed_certificate_is_said_until_a_connection_has_begun_with_it(
    credentials, authority
):
    await credentials.open()
    authority.issue("GW-1", lasts=100 * DAY)

    at_once = await credentials.look(now())
    looks = [await credentials.look(now()) for _ in range(3)]
    await credentials.open()

    assert at_once.change is None
    assert [each.change for each in looks] == [Renewal("tls.certificate, tls.key renewed")] * 3
    assert (await settled(credentials)).change is None


async def test_a_certificate_whose_key_has_not_come_yet_is_left_until_it_has(
    credentials, authority, pair
):
    await credentials.open()
    old_key, old_certificate = pair.key.read_bytes(), pair.certificate.read_bytes()
    authority.issue("GW-1")
    new_key = pair.key.read_bytes()
    put(pair.key, old_key)

    half = await settled(credentials)
    again = await credentials.look(now())
    put(pair.key, new_key)
    whole = await settled(credentials)
    put(pair.key, old_key)
    put(pair.certificate, old_certificate)

    assert isinstance(half.change, Unusable)
    assert "cannot be used: key values mismatch; the connection stays" in half.change.detail
    assert again == half
    assert whole.change == Renewal("tls.certificate, tls.key renewed")


async def test_files_that_cannot_be_used_are_told_in_words_and_forgiven_when_mended(
    credentials, pair
):
    await credentials.open()
    good = pair.key.read_bytes()
    pair.key.unlink()
    missing = await settled(credentials)
    put(pair.key, b"no key")
    nonsense = await settled(credentials)
    put(pair.key, good)
    pair.key.chmod(0o644)
    readable = await settled(credentials)

    assert missing.change == Unusable(
        f"{pair.key}: cannot be read: no such file or directory; the connection stays"
    )
    assert "cannot be used" in nonsense.change.detail
    assert "mode 0644 lets others at it" in readable.change.detail


async def test_a_renewed_certificate_that_has_expired_is_not_worth_the_connection(
    credentials, authority
):
    await credentials.open()
    authority.issue("GW-1", expired=True)

    seen = await settled(credentials)

    assert isinstance(seen.change, Unusable)
    assert "expired on" in seen.change.detail
    assert seen.expiry.cause == "expired"


async def test_another_password_is_a_renewal_and_an_empty_one_is_none(tmp_path):
    password = write_private(tmp_path / "password", "old\n")
    credentials = PathCredentials(path_with(Tls(), username="gw", password_file=str(password)))

    opened = await credentials.open()
    put(password, b"another\n")
    renewed = await settled(credentials)
    again = await credentials.open()
    put(password, b"\n\n")
    empty = await settled(credentials)

    assert (opened.password, again.password) == ("old", "another")
    assert renewed.change == Renewal("password_file renewed")
    assert "holds 0 characters" in empty.change.detail


async def test_what_links_lead_to_is_watched(tmp_path, authority, pair):
    """A renewal program puts the new file beside the old one and turns a link."""
    live = tmp_path / "live.pem"
    live.symlink_to(pair.certificate)
    tls = Tls(ca=str(authority.file), certificate=str(live), key=str(pair.key))
    credentials = PathCredentials(path_with(tls))
    await credentials.open()
    newer = tmp_path / "newer.pem"
    shutil.copy2(pair.certificate, newer)
    live.unlink()
    live.symlink_to(newer)

    assert (await settled(credentials)).change == Renewal("tls.certificate renewed")


async def test_expiry_goes_by_the_files_and_is_over_once_they_are_renewed(credentials, authority):
    await credentials.open()
    soon = [await credentials.look(now(days * DAY)) for days in (59, 61, 84, 89.5, 91)]
    authority.issue("GW-1", lasts=200 * DAY)
    renewed = [await credentials.look(now(91 * DAY)) for _ in range(2)][-1]

    assert [each.expiry and each.expiry.cause for each in soon] == [
        None,
        "expires-in-a-month",
        "expires-in-a-week",
        "expires-in-a-day",
        "expired",
    ]
    assert soon[-1].expiry.condition is Condition.FAULT
    assert renewed.expiry is None


async def test_an_authority_counts_by_the_last_to_expire_and_a_chain_by_the_first(tmp_path):
    old, new = Authority(tmp_path, "old authority"), Authority(tmp_path, "new authority")
    short, long = old.issue("short", lasts=5 * DAY), new.issue("long", lasts=300 * DAY)
    both = tmp_path / "both.pem"
    both.write_bytes(short.certificate.read_bytes() + long.certificate.read_bytes())
    for tls, expected in (
        (Tls(ca=str(both)), None),
        (Tls(certificate=str(both), key=str(short.key)), f"our certificate {both} expires"),
        (Tls(ca=str(short.certificate)), f"the authority in {short.certificate} expires"),
    ):
        credentials = PathCredentials(path_with(tls))
        await credentials.open()
        expiry = (await credentials.look(now())).expiry
        assert (expiry and expiry.detail.startswith(expected)) == (expected and True), tls


async def test_a_credential_of_systemd_can_be_every_file(tmp_path, authority, pair, monkeypatch):
    folder = tmp_path / "credentials"
    folder.mkdir()
    for name, file in (("ca", authority.file), ("crt", pair.certificate), ("key", pair.key)):
        shutil.copy(file, folder / name)
        (folder / name).chmod(0o440)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    tls = Tls(ca="credential:ca", certificate="credential:crt", key="credential:key")
    credentials = PathCredentials(path_with(tls))

    opened = await credentials.open()

    assert opened.make_tls().get_ca_certs()
    assert (await credentials.look(now(80 * DAY))).expiry.detail.startswith(
        "our certificate credential:crt expires on"
    )


async def test_a_disk_that_hangs_holds_up_nothing_and_is_told(tmp_path, monkeypatch):
    """A pipe that nobody writes to hangs whoever opens it to read."""
    monkeypatch.setattr(credentials_watch, "READ_WITHIN", seconds(0.2))
    pipe = tmp_path / "ca.pem"
    os.mkfifo(pipe)
    credentials = PathCredentials(path_with(Tls(ca=str(pipe))))

    with pytest.raises(CredentialsError, match=r"no answer within 0\.2 s; is the disk well\?"):
        await credentials.open()

    os.close(os.open(pipe, os.O_WRONLY))  # lets the thread go
