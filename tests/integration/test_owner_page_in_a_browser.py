"""The owner's page as the owner has it: a real daemon, broker, page and browser."""

import http.client
import resource
import signal
import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from daemon_process import Centre, now, wait_for
from mosquitto_broker import free_port
from page_stage import DESKTOP, PHONE, SITE, Owner, Stage, browser

from gateway.control.protocol import Verb
from gateway.control.status import PageNow
from gateway.page.addresses import addresses_of
from gateway.page.bounded_http import LIVES_S, MOST_OF_A_PEER
from gateway.page.serving import Served
from gateway.page.watch import Watch

NUMBERS = (b"0912 345 678", b"0912345678", b"0221 3862 114", b"02213862114")
SECRET = (*NUMBERS, "Nguyễn Văn Bình".encode())


@pytest.fixture(scope="module")
def market(tmp_path_factory) -> Iterator[Stage]:
    with Stage(tmp_path_factory.mktemp("market")) as stage:
        stage.start_page()
        stage.until_protected()
        stage.until_served()
        yield stage


@pytest.fixture(scope="module")
def driven(tmp_path_factory) -> Iterator[Owner]:
    with browser(tmp_path_factory.mktemp("browser")) as owner:
        yield owner


@pytest.fixture
def stage(market) -> Iterator[Stage]:
    yield market
    market.quiet()
    market.until_protected()


Said = dict[str, str]

VIEWS = (("vi", DESKTOP), ("en", PHONE))


def everywhere(
    owner: Owner, stage: Stage, headlines: dict[str, str], **more: dict[str, str]
) -> None:
    """Hold that it is told in both languages, on a telephone and at a desk.

    `headlines` are by language what the largest letters say, and `more` what a section says. The
    page that is open must come to it by itself; it is the last of the views before.
    """
    owner.until_sees(headlines["en"])
    for language, size in VIEWS:
        owner.size(*size)
        owner.open(f"{stage.url}?lang={language}")
        assert headlines[language] in owner.sees("h1")
        assert owner.driver.find_element("tag name", "html").get_attribute("lang") == language
        assert "114" in owner.sees("#call")
        for section, said in more.items():
            owner.until_sees(said[language], f"#{section}")
        assert owner.driver.execute_script(
            "const edge = document.documentElement; return edge.scrollWidth <= edge.clientWidth"
        ), "nothing stands out beyond the edge of the screen"
    assert owner.complaints() == []
    allowed = {
        f"{stage.url}{path}?lang={language}" for path in ("", "now") for language, _ in VIEWS
    }
    assert {url for url in owner.asked() if url.startswith("http")} <= allowed


PROTECTED = {"en": "PROTECTED", "vi": "ĐANG ĐƯỢC BẢO VỆ"}
FIRE = {"en": "FIRE ALARM", "vi": "BÁO CHÁY"}
UNDER_TEST = {"en": "UNDER TEST", "vi": "ĐANG THỬ"}
REDUCED = {"en": "PROTECTION REDUCED", "vi": "BẢO VỆ SUY GIẢM"}


def test_the_owner_sees_a_fire_come_be_acknowledged_be_silenced_and_go(stage, driven):
    driven.size(*DESKTOP)
    driven.open(f"{stage.url}?lang=en")
    everywhere(driven, stage, PROTECTED, call=dict.fromkeys(("en", "vi"), "0912 345 678"))

    stage.building.set("hall-smoke-1", 1)
    everywhere(driven, stage, {"en": "PRE-ALARM", "vi": "TIỀN BÁO ĐỘNG"})
    assert "Sảnh chính" in driven.sees(".hero .where")

    stage.building.set("hall-smoke-2", 1)
    nobody = {"en": "nobody has acknowledged it", "vi": "chưa ai xác nhận"}
    everywhere(driven, stage, FIRE, hero=nobody, events=FIRE)
    assert "Call 114" in driven.sees("#hero .advice")
    assert "Sảnh chính" in driven.sees("#amiss")

    stage.order(Verb.ACKNOWLEDGE)
    driven.until_sees("seen by", "#hero")
    everywhere(driven, stage, FIRE, hero={"en": "seen by", "vi": "đã xác nhận"})

    stage.order(Verb.SILENCE)
    driven.until_sees("sirens silenced", "#hero")
    everywhere(driven, stage, FIRE, hero={"en": "sirens silenced", "vi": "còi đã tắt"})

    stage.quiet()
    driven.until_sees("All 3 zones are watched", "#hero")


def test_the_owner_sees_a_fault_a_disablement_and_a_test(stage, driven):
    driven.open(f"{stage.url}?lang=en")
    stage.building.set("store-smoke", "silent")
    unprotected = {"en": "NOT PROTECTED", "vi": "KHÔNG ĐƯỢC BẢO VỆ"}
    everywhere(driven, stage, unprotected, amiss=dict.fromkeys(("en", "vi"), "store-smoke"))
    assert "Kho sơn" in driven.sees(".hero .where")
    stage.quiet()

    stage.order(Verb.DISABLE, target="output/siren", reason="hàn xì")
    disabled = {"en": "Out of service: siren", "vi": "Đang vô hiệu hóa: siren"}
    everywhere(driven, stage, REDUCED, amiss=disabled)
    stage.order(Verb.ENABLE, target="output/siren")

    stage.order(Verb.TEST, zone="stalls")
    driven.until_sees(UNDER_TEST["en"])
    stage.building.set("stalls-smoke-1", 1)
    driven.until_sees("[test]", "#events")
    everywhere(driven, stage, UNDER_TEST, events={"en": "[test]", "vi": "[thử]"})
    assert "FIRE" not in driven.sees("h1"), "the alarm of a test is no fire"
    stage.building.set("stalls-smoke-1", 0)
    wait_for(lambda: not stage.value("stalls-smoke-1"), "the smoke has gone")
    stage.order(Verb.END_TEST, zone="stalls")
    driven.until_sees("Walk test of Dãy quầy vải", "#tests")
    driven.until_sees("All 3 zones are watched", "#hero")


def test_the_owner_sees_that_the_fire_police_are_not_reached(stage, driven):
    driven.open(f"{stage.url}?lang=en")
    driven.until_sees("server is reached", "#told")

    stage.broker.stop()
    try:
        not_reached = {"en": "NOT REACHED", "vi": "KHÔNG LIÊN LẠC ĐƯỢC"}
        everywhere(driven, stage, REDUCED, told=not_reached)
        assert "call 114 yourself" in driven.sees("#hero .advice")
    finally:
        stage.broker.start()
    driven.until_sees("All 3 zones are watched", "#hero")


def test_a_gateway_that_hangs_or_a_page_that_does_is_never_shown_as_protecting(stage, driven):
    driven.size(*PHONE)
    driven.open(f"{stage.url}?lang=en")
    driven.until_sees("PROTECTED")

    stage.daemon.process.send_signal(signal.SIGSTOP)
    try:
        driven.until_sees("NO CONTACT WITH THE GATEWAY")
        assert "PROTECTED" not in driven.sees("h1")
        assert driven.driver.title.startswith("NO CONTACT")
        driven.open(f"{stage.url}?lang=vi")
        assert driven.sees("h1") == "MẤT LIÊN LẠC VỚI BỘ TRUYỀN TIN", "to whoever comes anew, too"
        assert "0912 345 678" in driven.sees("#call")
    finally:
        stage.daemon.process.send_signal(signal.SIGCONT)
    driven.until_sees("ĐANG ĐƯỢC BẢO VỆ")

    stage.page.send_signal(signal.SIGSTOP)
    try:
        driven.until_sees("MẤT LIÊN LẠC VỚI BỘ TRUYỀN TIN")
        assert "BẢO VỆ" not in driven.sees("h1")
    finally:
        stage.page.send_signal(signal.SIGCONT)
    driven.until_sees("ĐANG ĐƯỢC BẢO VỆ")


def test_a_browser_without_scripts_asks_again_by_itself(stage):
    page = urllib.request.urlopen(stage.url).read().decode()

    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page


def test_the_page_is_read_by_its_headings_and_fetches_nothing_from_elsewhere(stage):
    answer = urllib.request.urlopen(stage.url)
    text = answer.read().decode()

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert 'aria-live="assertive"' in text
    assert "http:" not in text.replace("http-equiv", "")
    assert "//" not in text.partition("<body>")[2].partition("<script>")[0]


# Whoever means harm


def asked(port: int, head: bytes) -> bytes:
    """Say something, and give the first line of the answer; empty where there is none."""
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.settimeout(20)
        try:
            connection.sendall(head)
            return connection.recv(65536).partition(b"\r\n")[0]
        except (ConnectionResetError, BrokenPipeError):
            return b""


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc", b"405"),
        (b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"405"),
        (b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"405"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET / HTTP/1.1\r\n\r\n", b"400"),
        (b"GET / HTTP/1.0\r\n\r\n", b"421"),
        (b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET //evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET /now/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"404"),
        (b"GET /?lang=%22%3E%3Cscript%3E HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"200"),
        (b"GET /now HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n\r\n", b"403"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 300_000, b"400"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200, b"400"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: \xff\xfe\x00\r\n\r\n", b"400"),
    ],
)
def test_everything_but_a_plain_question_is_refused(stage, head, status):
    assert asked(stage.port, head).split(b" ")[1:2] == [status]


def test_who_asks_slowly_reads_slowly_or_holds_many_connections_shuts_out_nobody_for_long(stage):
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    )
    before = descriptors(stage.page.pid)

    with ExitStack() as held:
        for at in range(1000):
            connection = held.enter_context(socket.create_connection(("127.0.0.1", stage.port), 20))
            with_header = (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b"")[at % 2]
            try:
                connection.sendall(with_header)
            except OSError:  # dropped already
                continue
        most_now = before + MOST_OF_A_PEER + 2
        wait_for(lambda: descriptors(stage.page.pid) <= most_now, "those too many are dropped")
        # 127.0.0.2 is somebody else.
        other = http.client.HTTPConnection(
            "127.0.0.1", stage.port, timeout=5, source_address=("127.0.0.2", 0)
        )
        other.request("GET", "/now")
        assert other.getresponse().status == 200
        other.close()
        answered = wait_for(
            lambda: asked(stage.port, b"GET /now HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
            "an answer, once the slow ones are dropped",
            LIVES_S + 10,
        )
        assert b"200" in answered
    assert stage.page.poll() is None


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def test_the_page_holds_little_memory_and_loads_nothing_of_the_daemon(stage):
    urllib.request.urlopen(stage.url).read()
    process = Path(f"/proc/{stage.page.pid}")
    lines = (process / "smaps_rollup").read_text().splitlines()
    private = sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))

    maps = (process / "maps").read_text()
    assert private < 64 * 1024, f"{private} KiB"
    assert "_sqlite3" not in maps
    assert "lgpio" not in maps


def test_the_end_of_the_page_is_nothing_to_the_daemon(stage):
    before = stage.daemon.status()

    stage.end_page()
    try:
        assert stage.daemon.status().started == before.started
        assert stage.daemon.status().now.conditions == ()
    finally:
        stage.start_page()
    wait_for(lambda: asked_or_not(stage.port), "the page is back")


def asked_or_not(port: int) -> bool:
    try:
        return b"200" in asked(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    except OSError:
        return False


def test_no_name_and_no_number_of_a_contact_leaves_the_building(stage):
    with Centre(stage.broker.port) as centre:
        stage.building.set("stalls-smoke-2", 1)
        wait_for(lambda: centre.events("alarm"), "the alarm at the centre")
        wait_for(lambda: centre.of("inventory") and centre.of("state"), "the inventory")
        said = b"".join(each.payload for each in tuple(centre.messages))

    assert [each for each in SECRET if each in said] == []
    assert any(each in stage.daemon.site.read_bytes() for each in SECRET), "they are in the file"


# Where it is served


def test_the_loopback_interface_has_its_addresses_and_no_other():
    page = PageNow(interface="lo", address=None, port=8080, language="vi")

    assert "127.0.0.1" in addresses_of(page)
    assert set(addresses_of(page)) <= {"127.0.0.1", "::1"}
    assert addresses_of(PageNow(interface="no-such", address=None, port=1, language="vi")) == ()


def test_the_page_listens_at_the_named_address_alone(stage):
    process = Path(f"/proc/{stage.page.pid}")
    own = {str(file.readlink()) for file in (process / "fd").iterdir()}
    rows = [line.split() for file in ("tcp", "tcp6") for line in net(process, file)]

    listening = [row[1] for row in rows if row[3] == LISTEN and f"socket:[{row[9]}]" in own]

    assert listening == [f"0100007F:{stage.port:04X}"]


LISTEN = "0A"  # of the kernel's TCP states


def net(process: Path, file: str) -> list[str]:
    return (process / "net" / file).read_text().splitlines()[1:]


async def test_the_page_follows_its_addresses_and_leaves_those_that_are_no_longer_its_own():
    port = free_port()
    served = Served(Watch("/no/such/socket", now))

    def found() -> list[str]:
        return [address for address in ("127.0.0.1", "127.0.0.2") if is_heard(address, port)]

    page = PageNow(interface=None, address="127.0.0.1", port=port, language="en")
    try:
        await served.follow(page)
        assert found() == ["127.0.0.1"]
        await served.follow(replace(page, address="127.0.0.2"))
        assert found() == ["127.0.0.2"]
        await served.follow(replace(page, address="192.0.2.1"))  # of nobody (RFC 5737)
        assert found() == []
        await served.follow(replace(page, interface="lo", address=None))
        assert found() == ["127.0.0.1"], "an interface's addresses, not all that lead to it"
    finally:
        await served.follow(None)
    assert found() == []


def is_heard(address: str, port: int) -> bool:
    with socket.socket() as knocking:
        knocking.settimeout(5)
        return knocking.connect_ex((address, port)) == 0


HOSTILE = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"


def test_a_hostile_name_is_read_as_it_is_written_and_does_nothing(tmp_path, driven):
    site = SITE.replace("name: Kho sơn", f'name: "{HOSTILE}"')
    with Stage(tmp_path, site) as hostile:
        hostile.start_page()
        hostile.until_protected()
        hostile.until_served()
        driven.complaints()
        driven.open(f"{hostile.url}?lang=en")
        hostile.building.set("store-smoke", 1)
        driven.until_sees("FIRE ALARM")
        driven.until_sees(HOSTILE, "#zones")
        driven.until_sees(HOSTILE, "#events")

        assert HOSTILE in driven.sees(".hero .where")
        assert driven.driver.title == "FIRE ALARM · Chợ Phố Hiến"
        assert driven.complaints() == []


def test_a_site_without_a_page_has_none(tmp_path):
    site = "\n".join(line for line in SITE.splitlines() if not line.startswith("page:"))
    with Stage(tmp_path, site) as without:
        without.until_protected()
        without.start_page()
        wait_for(lambda: threads(without.page.pid) > 1, "it has asked the gateway")

        assert not is_heard("127.0.0.1", without.port)
        maps = Path(f"/proc/{without.page.pid}/maps").read_text()
        assert "markupsafe" not in maps, "what writes pages is loaded where there is one"


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))
