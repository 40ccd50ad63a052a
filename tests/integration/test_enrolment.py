"""A unit's keys, its request and its certificate, as the command makes and takes them."""

import datetime as dt
import json
import os
import pty
import sqlite3
import stat
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AttributeOID, ExtendedKeyUsageOID, NameOID
from daemon_process import HEAD, ROOT
from journal_parts import batch, mark_delivered, open_journal

from gateway.cli import firegw
from gateway.cli.outcome import CommandError, ExitCode
from gateway.device_key import read_key
from gateway.machine import machine_id
from gateway.state_directory import held
from rules.condition import Lane

DAY = dt.timedelta(days=1)
PEM = serialization.Encoding.PEM


class Signer:
    """An authority that certifies whatever it is asked to."""

    def __init__(self, name: str = "a province", *, by: "Signer | None" = None, is_ca=True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = by or self
        self.certificate = (
            begun(subject, issuer.certificate.subject if by else subject, self.key.public_key())
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .sign(issuer.key, hashes.SHA256())
        )
        self.pem = self.certificate.public_bytes(PEM)

    def sign(
        self, request: Path, *, name: str = "GW-1", key=None, days=(-1, 300), uses=()
    ) -> bytes:
        asked = x509.load_pem_x509_csr(request.read_bytes())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = begun(subject, self.certificate.subject, key or asked.public_key(), days)
        if uses:
            builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        return builder.sign(self.key, hashes.SHA256()).public_bytes(PEM)


def begun(subject, issuer, key, days=(-1, 300)) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * DAY)
        .not_valid_after(now + days[1] * DAY)
    )


@dataclass
class Unit:
    """A unit in a folder, and the command at it."""

    folder: Path

    def __post_init__(self) -> None:
        self.tls = self.folder / "tls"
        self.state = self.folder / "state"
        self.state.mkdir()
        self.write_site()

    def write_site(self, head: str = HEAD) -> None:
        named = f"certificate: {self.tls}/gateway.pem, key: {self.tls}/gateway.key"
        (self.folder / "site.yaml").write_text(
            f"{head}buses: []\nzones: []\ndetectors: []\noutputs: []\nrules: []\n"
            f"uplink: {{paths: [{{id: lan, host: mqtt.example, tls: {{{named}}}}}]}}\n"
        )

    def call(self, command: str, *arguments: object) -> int:
        places = ("--site", self.folder / "site.yaml", "--directory", self.tls)
        places = (*places, "--state-directory", self.state)
        return firegw.dispatch([command, *map(str, (*arguments, *places))])

    def refused(self, command: str, *arguments: object) -> str:
        before = self.all_files()
        with pytest.raises(CommandError) as caught:
            self.call(command, *arguments)
        assert self.all_files() == before
        assert "\n" not in str(caught.value)
        return str(caught.value)

    def bring(self, pem: bytes) -> Path:
        file = self.folder / "brought.pem"
        file.write_bytes(pem)
        return file

    def all_files(self) -> dict[Path, bytes]:
        return {
            file: file.read_bytes()
            for place in (self.tls, self.state)
            for file in place.rglob("*")
            if file.is_file() and file.suffix not in {".db-shm", ".db-wal"}  # made by looking
        }

    @property
    def request(self) -> x509.CertificateSigningRequest:
        return x509.load_pem_x509_csr((self.tls / "request.pem").read_bytes())

    @property
    def replaces(self) -> str | None:
        """What the request says that it replaces."""
        try:
            said = self.request.attributes.get_attribute_for_oid(AttributeOID.UNSTRUCTURED_NAME)
        except x509.AttributeNotFound:
            return None
        return said.value.decode()


@pytest.fixture
def unit(tmp_path) -> Unit:
    return Unit(tmp_path)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


def test_a_unit_is_enrolled_with_keys_that_only_it_can_read_and_a_request_that_names_it(
    unit, capsys
):
    unit.call("enrol", "--json")
    told = json.loads(capsys.readouterr().out)

    key = serialization.load_pem_private_key((unit.tls / "gateway.key").read_bytes(), None)
    assert isinstance(key.curve, ec.SECP256R1)
    assert (mode(unit.tls / "gateway.key"), mode(unit.state / "device.key")) == (0o600, 0o600)
    assert mode(unit.tls) == 0o750
    assert unit.request.is_signature_valid
    assert unit.request.public_key() == key.public_key()
    assert unit.request.subject.rfc4514_string() == "CN=GW-1,O=CS0001"
    names = unit.request.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.UniformResourceIdentifier) == ["urn:pccc:33:CS0001:GW-1"]
    assert unit.replaces is None
    assert told["device_key"] == read_key(unit.state / "device.key").public.text
    assert len(told["made"]) == 3
    assert told["certificate"] is None


def test_the_fingerprint_is_the_one_that_openssl_shows_of_the_request(unit, capsys):
    unit.call("enrol", "--json")
    told = json.loads(capsys.readouterr().out)["fingerprint"]

    shown = subprocess.run(
        f"openssl req -in {unit.tls}/request.pem -noout -pubkey"
        " | openssl pkey -pubin -outform DER | openssl dgst -sha256 -c",
        shell=True,
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert shown.split("= ")[1].strip() == told


def test_what_is_there_is_never_written_over(unit, capsys):
    unit.call("enrol")
    (unit.state / "device.key").rename(unit.folder / "kept")
    before = unit.all_files()
    unit.call("enrol")
    made_again = unit.all_files()
    capsys.readouterr()
    unit.call("enrol", "--json")

    assert made_again.items() >= before.items()
    assert unit.all_files() == made_again
    assert json.loads(capsys.readouterr().out)["made"] == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda unit: (unit.tls / "gateway.key").write_text("nonsense"), "is no key"),
        (lambda unit: (unit.tls / "gateway.key").chmod(0o640), "chmod 600"),
        (lambda unit: (unit.tls / "gateway.key").unlink(), "`firegw replace` makes new ones"),
        (lambda unit: (unit.tls / "request.pem").write_text("x"), "is no certificate request"),
        (lambda unit: (unit.tls / "request.pem").write_bytes(b"x" * 70_000), "more than 65536"),
        (lambda unit: unit.write_site(HEAD.replace("GW-1", "GW-2")), "is for another gateway"),
        (lambda unit: unit.write_site(HEAD.replace('"33"', '"01"')), "is for another gateway"),
        (lambda unit: unit.write_site(HEAD.replace("GW-1", "centre-1")), "names that begin with"),
        (lambda unit: unit.write_site("site: {}\n"), "does not say which gateway"),
        (lambda unit: (unit.state / "device.key").write_text("nonsense"), "is no key"),
    ],
)
def test_what_cannot_be_used_is_named_and_left(unit, spoil, said):
    unit.call("enrol")
    spoil(unit)

    assert said in unit.refused("enrol")


def test_a_request_of_another_key_is_not_sent_to_the_centre(unit):
    unit.call("enrol")
    (unit.tls / "request.pem").rename(unit.folder / "old.pem")
    (unit.tls / "gateway.key").unlink()
    unit.call("enrol")
    (unit.folder / "old.pem").rename(unit.tls / "request.pem")

    assert "was made with another key" in unit.refused("enrol")


def test_a_certificate_is_put_in_place_and_the_one_before_kept(unit, capsys):
    unit.call("enrol")
    province = Signer()
    authority = unit.folder / "ca.pem"
    authority.write_bytes(province.pem)
    first = province.sign(unit.tls / "request.pem", uses=[ExtendedKeyUsageOID.CLIENT_AUTH])
    second = province.sign(unit.tls / "request.pem")

    unit.call("enrol", "--install", unit.bring(first), "--ca", authority)
    unit.call("enrol", "--install", unit.bring(second))
    capsys.readouterr()
    unit.call("enrol", "--install", unit.bring(second))
    said = capsys.readouterr().out

    assert (unit.tls / "gateway.pem").read_bytes() == second
    assert (unit.tls / "gateway.pem.previous").read_bytes() == first
    assert (unit.tls / "ca.pem").read_bytes() == province.pem
    assert mode(unit.tls / "gateway.pem") == 0o644
    assert "is this very certificate already" in said
    assert "nothing is to be restarted" in said


def test_an_authority_that_is_there_is_not_replaced_by_another(unit, capsys):
    unit.call("enrol")
    province, another = Signer(), Signer("another province")
    (unit.tls / "ca.pem").write_bytes(another.pem)
    authority = unit.folder / "ca.pem"
    authority.write_bytes(province.pem)

    unit.call(
        "enrol", "--install", unit.bring(province.sign(unit.tls / "request.pem")), "--ca", authority
    )

    assert "another authority is there and was left" in capsys.readouterr().out
    assert (unit.tls / "ca.pem").read_bytes() == another.pem


def test_a_certificate_that_no_path_shows_is_told_with_what_to_write(unit, capsys):
    unit.call("enrol")
    site = unit.folder / "site.yaml"
    site.write_text(site.read_text().replace(str(unit.tls), "/elsewhere"))

    unit.call("enrol", "--install", unit.bring(Signer().sign(unit.tls / "request.pem")))

    said = capsys.readouterr().out
    assert "no path of" in said
    assert f"certificate: {unit.tls}/gateway.pem, key: {unit.tls}/gateway.key" in said
    assert "not checked: whether the authority has signed it" in said


def of_another_authority(unit: Unit, province: Signer) -> bytes:
    return Signer("another").sign(unit.tls / "request.pem")


def of_the_same_name(unit: Unit, province: Signer) -> bytes:
    return Signer().sign(unit.tls / "request.pem")


def by_a_client(unit: Unit, province: Signer) -> bytes:
    client = Signer("GW-7", by=province, is_ca=False)
    return client.sign(unit.tls / "request.pem") + client.pem


SERVER = (ExtendedKeyUsageOID.SERVER_AUTH,)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda u, p: p.sign(u.tls / "request.pem", name="GW-2"), "is for 'GW-2', and this"),
        (lambda u, p: p.sign(u.tls / "request.pem", days=(-9, -1)), "is its clock right?"),
        (lambda u, p: p.sign(u.tls / "request.pem", days=(1, 9)), "is its clock right?"),
        (lambda u, p: p.sign(u.tls / "request.pem", uses=SERVER), "none for a client"),
        (lambda u, p: p.sign(u.tls / "request.pem", key=p.key.public_key()), "for another key"),
        (lambda u, p: p.pem, "for another key"),
        (lambda u, p: b"nonsense", "holds no certificate"),
        (of_another_authority, "does not lead to the authority"),
        (of_the_same_name, "does not lead to the authority"),
        (by_a_client, "does not lead to the authority"),
    ],
)
def test_a_certificate_that_does_not_fit_is_refused_and_the_old_one_stays(unit, make, said):
    unit.call("enrol")
    province = Signer()
    authority = unit.folder / "ca.pem"
    authority.write_bytes(province.pem)
    good = province.sign(unit.tls / "request.pem")
    unit.call("enrol", "--install", unit.bring(good), "--ca", authority)

    assert said in unit.refused("enrol", "--install", unit.bring(make(unit, province)))
    assert (unit.tls / "gateway.pem").read_bytes() == good


def test_a_certificate_may_come_with_what_stands_between_it_and_the_authority(unit, capsys):
    unit.call("enrol")
    country = Signer("the country")
    province = Signer("a province", by=country)
    authority = unit.folder / "ca.pem"
    authority.write_bytes(country.pem)
    chain = province.sign(unit.tls / "request.pem") + province.pem

    unit.call("enrol", "--install", unit.bring(chain), "--ca", authority, "--json")

    assert json.loads(capsys.readouterr().out.splitlines()[-1])["chain_checked"]
    assert (unit.tls / "gateway.pem").read_bytes() == chain


def test_installing_needs_a_key_and_a_file(unit):
    assert "call `firegw enrol` first" in unit.refused("enrol", "--install", unit.bring(b""))
    unit.call("enrol")
    assert "there is no such file" in unit.refused("enrol", "--install", "/nowhere.pem")
    assert "--ca needs --install" in unit.refused("enrol", "--ca", "/nowhere.pem")


def test_a_full_disk_leaves_what_was_there(unit):
    unit.call("enrol")
    province = Signer()
    good, next_one = (province.sign(unit.tls / "request.pem") for _ in range(2))
    unit.call("enrol", "--install", unit.bring(good))
    (
        unit.tls / "gateway.pem.previous.new"
    ).mkdir()  # nothing can be written there, as on a full disk

    assert "cannot be written" in unit.refused("enrol", "--install", unit.bring(next_one))
    assert (unit.tls / "gateway.pem").read_bytes() == good


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_root_leaves_the_keys_to_the_user_of_the_service():
    with tempfile.TemporaryDirectory() as folder:  # where other users may go, unlike tmp_path
        Path(folder).chmod(0o755)
        unit = Unit(Path(folder))
        os.chown(unit.state, 65_534, 65_534)

        unit.call("enrol")

        owned = {f.name: (f.stat().st_uid, f.stat().st_gid) for f in unit.all_files()}
        assert owned["device.key"] == owned["gateway.key"] == (65_534, 65_534)
        assert owned["request.pem"] == (0, 65_534)
        assert (unit.tls.stat().st_uid, unit.tls.stat().st_gid) == (0, 65_534)


def journal_with(unit: Unit, undelivered: int, machine: str) -> None:
    journal = open_journal(unit.state / "journal.db", machine_id=machine)
    records = journal.append(batch(*[Lane.ALARM] * (undelivered + 1)))
    mark_delivered(journal, records[:1])
    journal.close()


def test_a_new_card_takes_the_place_of_an_old_one(unit, capsys):
    unit.call("replace", "--json")
    told = json.loads(capsys.readouterr().out)

    assert unit.replaces == "replaces"
    assert told["aside"] == []
    assert told["replaces"] == {"device_key": None, "serial": None}


def test_keys_that_were_copied_with_the_card_are_moved_aside_and_the_request_says_so(unit, capsys):
    unit.call("enrol")
    certificate = Signer().sign(unit.tls / "request.pem")
    unit.call("enrol", "--install", unit.bring(certificate))
    serial = x509.load_pem_x509_certificate(certificate).serial_number
    old_device_key = read_key(unit.state / "device.key").public.text
    before = unit.all_files()
    capsys.readouterr()
    unit.call("replace")
    said = capsys.readouterr().out

    now = unit.all_files()
    assert [now[file.parent / "replaced-1" / file.name] for file in before] == [*before.values()]
    assert now[unit.tls / "gateway.key"] != before[unit.tls / "gateway.key"]
    assert unit.tls / "gateway.pem" not in now
    assert unit.replaces == f"replaces certificate {serial:X}"
    assert f"revokes the old certificate, serial {serial:X}" in said
    assert old_device_key in said
    assert read_key(unit.state / "device.key").public.text in said
    assert "told of a new epoch by the gateway itself" in said


def test_a_journal_of_another_machine_stays_to_be_delivered(unit):
    journal_with(unit, 3, machine="another")
    before = (unit.state / "journal.db").read_bytes()

    unit.call("replace")

    assert (unit.state / "journal.db").read_bytes() == before


def test_what_this_machine_has_still_to_deliver_is_not_given_up_unasked(unit):
    unit.call("enrol")
    journal_with(unit, 3, machine=machine_id())

    assert "with 3 records that are not delivered" in unit.refused("replace")
    assert "with 3 records that are not delivered" in unit.refused("replace", "--yes")
    assert "add --yes" in unit.refused("replace", "--give-up")


def test_what_is_given_up_is_moved_aside_and_not_lost(unit, capsys):
    journal_with(unit, 3, machine=machine_id())

    unit.call("replace", "--give-up", "--yes", "--json")

    assert json.loads(capsys.readouterr().out)["given_up"] == 3
    assert not (unit.state / "journal.db").exists()
    with closing(sqlite3.connect(unit.state / "replaced-1" / "journal.db")) as journal:
        assert journal.execute("SELECT count(*) FROM outbox").fetchone() == (3,)


def test_an_own_journal_that_is_all_delivered_is_asked_about(unit):
    journal_with(unit, 0, machine=machine_id())
    assert "add --yes" in unit.refused("replace")

    unit.call("replace", "--yes")

    assert not (unit.state / "journal.db").exists()


def test_a_journal_that_cannot_be_read_is_not_taken_for_an_empty_one(unit):
    (unit.state / "journal.db").write_text("nonsense" * 500)

    assert "nobody can say what is still to be delivered" in unit.refused("replace", "--yes")


def test_a_person_at_the_terminal_is_asked_before_records_are_given_up(unit):
    journal_with(unit, 2, machine=machine_id())
    command = [sys.executable, "-m", "gateway.cli.firegw", "replace", "--give-up"]
    places = ["--site", unit.folder / "site.yaml", "--directory", unit.tls]
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")

    done = subprocess.run(
        [*command, *places, "--state-directory", unit.state],
        stdin=theirs,
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    os.close(ours)
    os.close(theirs)

    assert done.returncode == ExitCode.REFUSED
    assert "GIVE UP 2 records" in done.stderr
    assert (unit.state / "journal.db").exists()


def test_a_running_gateway_is_not_replaced_under_itself(unit):
    with held(unit.state):
        assert "is running; stop it first" in unit.refused("replace")


def test_a_replacement_that_fails_puts_back_what_was_there(unit):
    unit.call("enrol")
    journal_with(unit, 0, machine=machine_id())
    (unit.tls / "gateway.key.new").mkdir()  # the new key cannot be written

    assert "cannot be written" in unit.refused("replace", "--yes")
