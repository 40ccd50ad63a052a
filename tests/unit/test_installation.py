"""What is installed, as the report names it: places, and rules with their times; no secret."""

from pathlib import Path

from gateway.commissioning.installation import LONGEST_PLACE, installed_of, place_of
from gateway.control.protocol import Outcome, Reply, decode_reply, encode
from gateway.settings.loader import load_site
from rules.profile import DetectorKind

ROOT = Path(__file__).resolve().parents[2]


def market():
    profiles = {str(path): path.read_bytes() for path in (ROOT / "config/profiles").glob("*.yaml")}
    file = ROOT / "config/examples/market.yaml"
    settings, _ = load_site(file.read_bytes(), file.name, profiles)
    assert settings is not None
    return settings


def test_the_market_is_told_as_its_site_file_has_it():
    settings = market()

    told = installed_of(settings, version="0.1.0", device_key=None)

    detectors = {each.id: each for each in told.detectors}
    assert [each.id for each in told.detectors] == [each.id for each in settings.detectors]
    assert told.configuration == settings.hash
    assert detectors["hall-call-point-1"].address == "line 17"
    assert detectors["hall-call-point-1"].kind is DetectorKind.MANUAL_CALL_POINT
    assert detectors["hall-smoke-2"].address == "unit 1, register_offset 1"
    assert {each.id: each.place for each in told.buses}["kitchen-lan"] == "host 192.168.10.20"
    rules = {each.source: each for each in told.rules}
    assert rules["rule/hall-smoke"].for_s == 5
    assert 5 < rules["rule/hall-smoke"].fastest_s <= rules["rule/hall-smoke"].slowest_s
    assert rules["call-point/hall-call-point-2"].when == ""
    assert [each.id for each in told.outputs] == ["siren", "fault-relay"]


def test_it_tells_no_secret():
    settings = market()

    told = encode(
        Reply(
            outcome=Outcome.DONE,
            installed=installed_of(settings, version="0.1.0", device_key=None),
        )
    )

    for path in settings.uplink.paths:
        for secret in (path.username, path.password_file, path.tls and path.tls.key):
            assert secret is None or secret.encode() not in told
    assert decode_reply(told).installed is not None


def test_a_place_is_no_longer_than_a_line_of_a_table_can_take():
    settings = market()
    bus = next(each for each in settings.buses if each.driver == "serial")
    object.__setattr__(bus.options, "port", "/dev/" + "x" * 500)

    assert len(place_of(bus.options)) == LONGEST_PLACE
