"""The catalogue's part about the ways to the centre, certificates and the journal. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.doctor.finding import Check, Entry, Verdict
from gateway.texts.entry import Text
from gateway.uplink.refusal_reason import RefusalReason

WRONG, WARNING = Verdict.WRONG, Verdict.WARNING

ASK_THE_BROKER: Final = (
    "openssl s_client -connect {host}:{port} -servername {host} -showcerts </dev/null",
)
NETWORK: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "no-path": Entry(
            check=Check.BROKER,
            verdict=WARNING,
            seen=Text(
                "the site file names no path: nothing is told to any centre",
                "tệp cơ sở không có đường truyền: không báo cho trung tâm nào",
            ),
            mend=Text("write it under uplink.paths:", "khai trong uplink.paths:"),
            commands=("sudo nano {site}",),
        ),
        "plaintext": Entry(
            check=Check.BROKER,
            verdict=WARNING,
            seen=Text(
                "path {path}: what goes to {host} can be read and changed on its way",
                "đường truyền {path}: dữ liệu tới {host} có thể bị đọc và sửa dọc đường",
            ),
            mend=Text(
                "ask the centre for its TLS port and authority, write tls, take out insecure:",
                "xin trung tâm cổng TLS và chứng thư của nơi cấp (CA), khai tls, bỏ insecure:",
            ),
            commands=("sudo nano {site}",),
        ),
        "name-unknown": Entry(
            check=Check.NAME,
            verdict=WRONG,
            seen=Text(
                "path {path}: no name server knows {host}",
                "đường truyền {path}: máy chủ tên miền không biết {host}",
            ),
            mend=Text(
                "compare the name with the centre's letter, letter by letter:",
                "so từng chữ tên này với giấy của trung tâm:",
            ),
            commands=("getent hosts {host}", "sudo nano {site}"),
        ),
        "name-server-silent": Entry(
            check=Check.NAME,
            verdict=WRONG,
            seen=Text(
                "path {path}: no name server answers for {host} ({servers})",
                "đường truyền {path}: máy chủ tên miền không trả lời về {host} ({servers})",
            ),
            mend=Text(
                "see whether the network is up and which name server it was given:",
                "xem mạng có thông không và máy chủ tên miền nào được cấp:",
            ),
            commands=("ip -brief address", "cat /etc/resolv.conf", "getent hosts {host}"),
        ),
        "interface-unusable": Entry(
            check=Check.BROKER,
            verdict=WRONG,
            seen=Text("path {path}: {why}", "đường truyền {path}: {why}"),
            mend=Text(
                "see that the cable or the modem is in and its interface up:",
                "xem cáp hoặc modem đã cắm và giao diện mạng đã bật:",
            ),
            commands=("ip -brief link", "ip route"),
        ),
        "broker-unreachable": Entry(
            check=Check.BROKER,
            verdict=WRONG,
            seen=Text(
                "path {path}: {host}:{port} takes no connection: {why}",
                "đường truyền {path}: không nối được tới {host}:{port}: {why}",
            ),
            mend=Text(
                "see whether the network reaches it; ask the centre whether the broker runs:",
                "xem mạng có tới được không; hỏi trung tâm máy chủ có chạy không:",
            ),
            commands=("ip route get {address}", "nc -vz {host} {port}"),
        ),
        "credentials-unusable": Entry(
            check=Check.CERTIFICATE,
            verdict=WRONG,
            seen=Text(
                "path {path}: its files cannot be used: {why}",
                "đường truyền {path}: không dùng được các tệp của nó: {why}",
            ),
            mend=Text(
                "certificate and key must belong together and be PEM; take them up again:",
                "chứng thư và khóa phải là một cặp, dạng PEM; nhận lại:",
            ),
            commands=("sudo firegw enrol --help",),
        ),
        "publish-refused": Entry(
            check=Check.AUTHORISATION,
            verdict=WRONG,
            seen=Text(
                "path {path}: the broker does not let us write {topic}: {why}",
                "đường truyền {path}: máy chủ MQTT không cho ghi vào {topic}: {why}",
            ),
            mend=Text(
                "read this line to the centre's engineer: the broker's access list must allow it",
                "đọc dòng này cho kỹ sư trung tâm: danh sách quyền của máy chủ phải cho phép",
            ),
        ),
        "subscribe-refused": Entry(
            check=Check.AUTHORISATION,
            verdict=WRONG,
            seen=Text(
                "path {path}: the broker does not let us read {topic}: {why}",
                "đường truyền {path}: máy chủ MQTT không cho đọc {topic}: {why}",
            ),
            mend=Text(
                "read this line to the centre's engineer: without it no acknowledgement comes",
                "đọc dòng này cho kỹ sư trung tâm: thiếu nó sẽ không có xác nhận",
            ),
        ),
    }
)


def _refusal(*words: str, commands: tuple[str, ...] = (), verdict: Verdict = WRONG) -> Entry:
    """Make the entry of a refusal: what was seen, and what to do, each in both languages.

    What was said in detail is added to what was seen.
    """
    en, vi, mend_en, mend_vi = words
    return Entry(
        check=Check.BROKER,
        verdict=verdict,
        seen=Text(f"path {{path}}: {en} ({{why}})", f"đường truyền {{path}}: {vi} ({{why}})"),
        mend=Text(mend_en, mend_vi),
        commands=commands,
    )


_TAKE_UP: Final = ("sudo firegw enrol", "sudo firegw enrol --help")
_CLOCK_AND_CENTRE: Final = ("date", *ASK_THE_BROKER)

REFUSALS: Final[Mapping[RefusalReason, Entry]] = MappingProxyType(
    {
        RefusalReason.CERTIFICATE_EXPIRED: _refusal(
            "the broker's certificate has expired",
            "chứng thư của máy chủ MQTT đã hết hạn",
            "compare the unit's date; if it is right, tell the centre:",
            "so ngày giờ của máy; nếu đúng thì báo trung tâm:",
            commands=_CLOCK_AND_CENTRE,
        ),
        RefusalReason.CERTIFICATE_NOT_YET_VALID: _refusal(
            "the broker's certificate is not valid yet",
            "chứng thư của máy chủ MQTT chưa có hiệu lực",
            "the unit's clock is probably behind:",
            "đồng hồ của máy có lẽ chạy chậm:",
            commands=_CLOCK_AND_CENTRE,
        ),
        RefusalReason.CERTIFICATE_UNTRUSTED: _refusal(
            "no authority that we trust has signed the broker's certificate",
            "chứng thư của máy chủ MQTT không do đơn vị tin cậy ký",
            "ask the centre for its authority's certificate and put it in tls.ca; if that is "
            "right, somebody is in between:",
            "xin trung tâm chứng thư của nơi cấp (CA), đặt vào tls.ca; nếu đã đúng thì có kẻ chen "
            "giữa:",
            commands=ASK_THE_BROKER,
        ),
        RefusalReason.CERTIFICATE_NAME: _refusal(
            "the broker's certificate is another host's",
            "chứng thư của máy chủ MQTT mang tên máy khác",
            "write host as the certificate has it, if that is the centre's broker:",
            "ghi host đúng như trong chứng thư, nếu đó là máy của trung tâm:",
            commands=ASK_THE_BROKER,
        ),
        RefusalReason.CLIENT_CERTIFICATE_MISSING: _refusal(
            "the broker asks for a certificate of ours",
            "máy chủ MQTT đòi chứng thư của thiết bị",
            "have one made and name it in tls.certificate and tls.key:",
            "xin cấp rồi khai trong tls.certificate và tls.key:",
            commands=_TAKE_UP,
        ),
        RefusalReason.CLIENT_CERTIFICATE_EXPIRED: _refusal(
            "the broker says that our certificate has expired",
            "máy chủ MQTT nói chứng thư của thiết bị đã hết hạn",
            "have it renewed by the centre:",
            "xin trung tâm cấp lại:",
            commands=_TAKE_UP,
        ),
        RefusalReason.CLIENT_CERTIFICATE_REVOKED: _refusal(
            "the broker says that our certificate is revoked",
            "máy chủ MQTT nói chứng thư của thiết bị đã bị thu hồi",
            "ask the centre why; then with a new key:",
            "hỏi trung tâm lý do; sau đó tạo khóa mới:",
            commands=_TAKE_UP,
        ),
        RefusalReason.CLIENT_CERTIFICATE_UNTRUSTED: _refusal(
            "the broker does not know who signed our certificate",
            "máy chủ MQTT không biết đơn vị ký chứng thư của thiết bị",
            "is it from this centre? Have it made there:",
            "có phải do trung tâm này cấp không? Xin cấp lại:",
            commands=_TAKE_UP,
        ),
        RefusalReason.TLS_VERSION: _refusal(
            "the broker speaks neither TLS 1.2 nor 1.3",
            "máy chủ MQTT không dùng TLS 1.2 hay 1.3",
            "tell the centre: it must update its broker; older TLS is never used:",
            "báo trung tâm nâng cấp máy chủ; không bao giờ dùng TLS cũ:",
            commands=ASK_THE_BROKER,
        ),
        RefusalReason.TLS: _refusal(
            "whoever answers there speaks no TLS with us",
            "phía bên kia không bắt tay TLS được",
            "is it the broker's TLS port (8883 as a rule)?",
            "có đúng cổng TLS của máy chủ không (thường là 8883)?",
            commands=ASK_THE_BROKER,
        ),
        RefusalReason.CREDENTIALS: _refusal(
            "the broker does not take user name and password",
            "máy chủ MQTT không nhận tên và mật khẩu",
            "compare username with the centre's letter, write the password anew:",
            "so username với giấy của trung tâm, ghi lại mật khẩu:",
            commands=("sudo nano {site}",),
        ),
        RefusalReason.NOT_AUTHORISED: _refusal(
            "the broker lets this client not in",
            "máy chủ MQTT không cho thiết bị này vào",
            "read this line to the centre's engineer: the broker must allow this client",
            "đọc dòng này cho kỹ sư trung tâm: máy chủ phải cho phép thiết bị này",
        ),
        RefusalReason.MQTT_VERSION: _refusal(
            "the broker does not speak MQTT {version}",
            "máy chủ MQTT không dùng phiên bản {version}",
            "set `version` of the path to the broker's, 5 or 3.1.1:",
            "đặt `version` của đường truyền theo máy chủ, 5 hoặc 3.1.1:",
            commands=("sudo nano {site}",),
        ),
        RefusalReason.CLIENT_ID: _refusal(
            "the broker does not take this client id",
            "máy chủ MQTT không nhận mã client này",
            "ask the centre which gateway id it expects:",
            "hỏi trung tâm mã thiết bị nào được chấp nhận:",
            commands=("sudo nano {site}",),
        ),
        RefusalReason.NOT_READY: _refusal(
            "the broker takes nobody at the moment",
            "máy chủ MQTT lúc này không nhận ai",
            "wait; if it stays so, tell the centre",
            "chờ; nếu kéo dài thì báo trung tâm",
            verdict=WARNING,
        ),
        RefusalReason.OTHER: _refusal(
            "the broker refuses us",
            "máy chủ MQTT từ chối",
            "read this line to the centre's engineer",
            "đọc dòng này cho kỹ sư trung tâm",
        ),
    }
)
"""By the reason; one for files that cannot be used stands above, since no broker says it."""

_RENEW: Final = ("sudo firegw enrol", "sudo firegw enrol --help")


def _expiry(verdict: Verdict, en: str, vi: str) -> Entry:
    return Entry(
        check=Check.CERTIFICATE,
        verdict=verdict,
        seen=Text(
            f"path {{path}}: {{what}} {en} {{on}}", f"đường truyền {{path}}: {{what}} {vi} {{on}}"
        ),
        mend=Text("ask the centre for a new one:", "xin trung tâm cấp mới:"),
        commands=_RENEW,
    )


DATES: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "certificate-expired": _expiry(WRONG, "expired on", "đã hết hạn ngày"),
        "certificate-expires-in-a-day": _expiry(
            WRONG, "expires in less than a day, on", "còn chưa đầy một ngày, hết hạn"
        ),
        "certificate-expires-in-a-week": _expiry(
            WARNING, "expires in less than 7 days, on", "còn chưa đầy 7 ngày, hết hạn"
        ),
        "certificate-expires-in-a-month": _expiry(
            WARNING, "expires in less than 30 days, on", "còn chưa đầy 30 ngày, hết hạn"
        ),
    }
)

STORED: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "journal-unreadable": Entry(
            check=Check.JOURNAL,
            verdict=WRONG,
            seen=Text("{file}: {why}", "{file}: {why}"),
            mend=Text(
                "the gateway sets a damaged journal aside and saves what it can when it starts:",
                "khi khởi động, bộ truyền tin để riêng nhật ký hỏng và cứu những gì còn đọc được:",
            ),
            commands=("sudo systemctl restart {unit}", "sudo firegw journal verify"),
        ),
        "journal-set-aside": Entry(
            check=Check.JOURNAL,
            verdict=WARNING,
            seen=Text(
                "damaged journals were set aside in {folder}: {files}",
                "có nhật ký hỏng để riêng trong {folder}: {files}",
            ),
            mend=Text(
                "that is how a failing card begins: send them to the maker, then remove them:",
                "đây là dấu hiệu thẻ sắp hỏng: gửi cho nhà sản xuất rồi xóa:",
            ),
            commands=("sudo firegw support-bundle", "sudo dmesg --level err,warn | tail"),
        ),
        "events-wait": Entry(
            check=Check.JOURNAL,
            verdict=WARNING,
            seen=Text(
                "{count} events of lane {lane} are not delivered, the oldest since {since}",
                "{count} sự kiện luồng {lane} chưa gửi được, cũ nhất từ {since}",
            ),
            mend=Text("see what keeps the paths:", "xem các đường truyền bị gì:"),
            commands=("firegw status",),
        ),
    }
)
