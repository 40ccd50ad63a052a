"""What the live screen of `firegw monitor` says."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

MONITOR_TEXTS: Final[Mapping[str, Text]] = {
    "command.monitor": Text(
        "watch the present on a live screen, and act on it by keys",
        "theo dõi hiện trạng trên màn hình, thao tác bằng phím",
    ),
    "command.monitor.example": Text("firegw monitor", "firegw monitor"),
    "argument.monitor-once": Text(
        "print the screen once, as plain text, as where there is no terminal; with --json, one "
        "status instead of one a second",
        "in màn hình một lần, dạng chữ thường, như khi không có màn hình lệnh; với --json: một "
        "trạng thái thay vì mỗi giây một lần",
    ),
    "argument.no-colour": Text(
        "no colour, as with NO_COLOR set: bold and reversed letters only",
        "không dùng màu, như khi đặt NO_COLOR: chỉ chữ đậm và đảo màu",
    ),
    # The first row: as few letters as can be
    "monitor.gist.fire-alarm": Text("FIRE ALARM", "BÁO CHÁY"),
    "monitor.gist.gas-alarm": Text("GAS ALARM", "BÁO ĐỘNG KHÍ"),
    "monitor.gist.pre-alarm": Text("PRE-ALARM", "TIỀN BÁO ĐỘNG"),
    "monitor.gist.unprotected": Text("NOT PROTECTED", "KHÔNG ĐƯỢC BẢO VỆ"),
    "monitor.gist.supervisory": Text("SUPERVISORY", "GIÁM SÁT"),
    "monitor.gist.fault": Text("FAULT", "LỖI"),
    "monitor.gist.degraded": Text("PROTECTION REDUCED", "BẢO VỆ SUY GIẢM"),
    "monitor.gist.no-zones": Text("NOT PROTECTED", "KHÔNG ĐƯỢC BẢO VỆ"),
    "monitor.gist.starting": Text("STARTING", "ĐANG KHỞI ĐỘNG"),
    "monitor.gist.disabled": Text("OUT OF SERVICE", "ĐANG VÔ HIỆU HÓA"),
    "monitor.gist.test": Text("UNDER TEST", "ĐANG THỬ"),
    "monitor.gist.quiet": Text("PROTECTED", "ĐƯỢC BẢO VỆ"),
    "monitor.unknown.word": Text("NO ANSWER", "MẤT LIÊN LẠC"),
    "monitor.unknown": Text(
        "no word of the gateway: whether the building is protected is not known here",
        "bộ truyền tin không trả lời: ở đây không biết tòa nhà có được bảo vệ không",
    ),
    "monitor.asking.word": Text("WAITING", "ĐANG HỎI"),
    "monitor.asking": Text("asking the gateway", "đang hỏi bộ truyền tin"),
    "monitor.alarms": Text("{count} alarms", "{count} báo động"),
    "monitor.alarms.one": Text("1 alarm", "1 báo động"),
    "monitor.none-acknowledged": Text("NOT ACKNOWLEDGED", "CHƯA XÁC NHẬN"),
    "monitor.some-acknowledged": Text("{count} of them NOT ACKNOWLEDGED", "{count} CHƯA XÁC NHẬN"),
    "monitor.all-acknowledged": Text("acknowledged", "đã xác nhận"),
    # Tabs
    "monitor.view.overview": Text("Overview", "Tổng quan"),
    "monitor.view.detectors": Text("Detectors", "Đầu báo"),
    "monitor.view.events": Text("Events", "Sự kiện"),
    "monitor.view.walk": Text("Test", "Thử"),
    "monitor.whole-site": Text("whole site", "toàn cơ sở"),
    "monitor.zone": Text("zone {zone}", "khu vực {zone}"),
    "monitor.heard": Text("LAST HEARD {age} AGO", "TIN CUỐI {age} TRƯỚC"),
    "monitor.of": Text("{first}-{last} of {total}", "{first}-{last} trên {total}"),
    # The overview
    "monitor.stands": Text("What stands", "Hiện trạng"),
    "monitor.more": Text("and {count} more", "và {count} mục khác"),
    "monitor.paths": Text("Paths to the centre", "Đường truyền tới trung tâm"),
    "monitor.nothing-waits": Text("nothing waits to be sent", "không có tin chờ gửi"),
    "monitor.events": Text("Events", "Sự kiện"),
    "monitor.no-events": Text("none yet", "chưa có"),
    "monitor.no-journal": Text("not to be read now", "hiện không đọc được"),
    # Detectors
    "monitor.detectors": Text("Detectors", "Đầu báo"),
    "monitor.shown": Text("{count} of {total}", "{count} trên {total}"),
    "monitor.amiss": Text("{count} not in order", "{count} bất thường"),
    "monitor.all-well": Text("all in order", "đều tốt"),
    "monitor.detectors-well": Text("all {total} detectors in order", "cả {total} đầu báo đều tốt"),
    "monitor.detectors-amiss": Text(
        "{count} of {total} detectors not in order", "{count} trên {total} đầu báo bất thường"
    ),
    "monitor.amiss-only": Text("only those", "chỉ hiện các đầu báo này"),
    "monitor.no-detectors": Text("none to show", "không có đầu báo nào"),
    "monitor.contact": Text("contact", "tiếp điểm"),
    "monitor.active": Text("ACTIVE", "TÁC ĐỘNG"),
    "monitor.at-rest": Text("at rest", "nghỉ"),
    "monitor.no-value": Text("unknown", "chưa rõ"),
    # The walk test
    "monitor.walk": Text("Walk test", "Thử từng đầu báo"),
    "monitor.walk.none": Text("No zone is under test.", "Không có khu vực nào đang thử."),
    "monitor.walk.how": Text(
        "To test one: choose it by the arrow keys, press t, and answer y. Then trigger each of "
        "its detectors; it is ticked off here.",
        "Để thử: chọn khu vực bằng phím mũi tên, ấn t, trả lời y. Sau đó kích từng đầu báo; "
        "đầu báo đã thử được đánh dấu ở đây.",
    ),
    "monitor.walk.count": Text("{count} of {total} responded", "{count} trên {total} đã tác động"),
    "monitor.walk.asking": Text(
        "asking which of {total} responded ({count})",
        "đang hỏi đầu báo nào đã tác động ({count} trên {total})",
    ),
    "monitor.walk.waiting": Text("not yet", "chưa"),
    "monitor.walk.ago": Text("{age} ago", "{age} trước"),
    "monitor.walk.published": Text("sent in {time}", "gửi sau {time}"),
    "monitor.walk.centre": Text("at the centre in {time}", "tới trung tâm sau {time}"),
    # Where the gateway is gone
    "monitor.waiting": Text(
        "No answer for some seconds; asking on.", "Vài giây chưa có trả lời; vẫn đang hỏi."
    ),
    "monitor.last-known": Text("Last known, {age} ago:", "Biết lần cuối, {age} trước:"),
    "monitor.gone-advice": Text(
        "Go and look. On this machine, `systemctl status fire-gateway` and `firegw doctor` tell "
        "more. The screen comes back by itself.",
        "Hãy tới tận nơi xem. Trên máy này, `systemctl status fire-gateway` và `firegw doctor` "
        "cho biết thêm. Màn hình tự trở lại khi có tin.",
    ),
    "monitor.too-small": Text(
        "This window has {width} columns and {height} rows; firegw monitor needs 80 and 24.",
        "Cửa sổ này có {width} cột và {height} hàng; firegw monitor cần 80 và 24.",
    ),
    # Questions and what comes of them
    "monitor.ask.acknowledge.site": Text(
        "Acknowledge all alarms and faults of the whole site?",
        "Xác nhận mọi báo động và lỗi của toàn cơ sở?",
    ),
    "monitor.ask.acknowledge.zone": Text(
        "Acknowledge the alarms and faults of zone {zone}: {name}?",
        "Xác nhận báo động và lỗi của khu vực {zone}: {name}?",
    ),
    "monitor.ask.silence.site": Text(
        "Silence the sirens of the whole site?", "Tắt còi của toàn cơ sở?"
    ),
    "monitor.ask.silence.zone": Text(
        "Silence the sirens for zone {zone}: {name}?", "Tắt còi cho khu vực {zone}: {name}?"
    ),
    "monitor.ask.reset.site": Text(
        "Reset every latched alarm of the site? The fire must be out.",
        "Đặt lại mọi báo động đang giữ của cơ sở? Đám cháy phải tắt hẳn.",
    ),
    "monitor.ask.reset.zone": Text(
        "Reset zone {zone}: {name}? The fire must be out.",
        "Đặt lại khu vực {zone}: {name}? Đám cháy phải tắt hẳn.",
    ),
    "monitor.ask.test.zone": Text(
        "Test zone {zone} for 2 h? Its alarms go out as a test: {name}",
        "Thử khu vực {zone} trong 2 giờ? Báo động gửi như tin thử: {name}",
    ),
    "monitor.ask.end-test.zone": Text(
        "End the test of zone {zone}: {name}?", "Kết thúc thử khu vực {zone}: {name}?"
    ),
    "monitor.choose-zone": Text(
        "Choose a zone by the arrow keys first.", "Trước hết hãy chọn khu vực bằng phím mũi tên."
    ),
    "monitor.not-now": Text(
        "The gateway does not answer: nothing was changed.",
        "Bộ truyền tin không trả lời: chưa thay đổi gì.",
    ),
    "monitor.something-new": Text(
        "A new alarm has come: nothing was changed. Look, then ask again.",
        "Có báo động mới: chưa thay đổi gì. Hãy xem rồi ấn lại.",
    ),
    "monitor.ordered": Text("Asking the gateway …", "Đang gửi lệnh tới bộ truyền tin …"),
    "monitor.still-asking": Text(
        "The last order is not answered yet: nothing was changed.",
        "Lệnh trước chưa được trả lời: chưa thay đổi gì.",
    ),
    # The keys
    "monitor.keys": Text(
        "a Acknowledge  s Silence  r Reset  t Walk test  1-4 Views  ? Help  q Quit",
        "a Xác nhận  s Tắt còi  r Đặt lại  t Thử  1-4 Màn hình  ? Trợ giúp  q Thoát",
    ),
    "monitor.keys.detectors": Text(
        "f Only not in order  ←→ Zone  ↑↓ Scroll  a s r t Act  1-4 Views  ? Help  q Quit",
        "f Chỉ bất thường  ←→ Khu vực  ↑↓ Cuộn  a s r t Lệnh  1-4 Màn hình  ? Trợ giúp",
    ),
    "monitor.keys.question": Text(
        "y Yes, do it    any other key: No", "y Có, làm đi    phím khác: Không"
    ),
    "monitor.keys.help": Text("any key: Back    q Quit", "phím bất kỳ: Trở lại    q Thoát"),
    "monitor.help": Text("Keys", "Các phím"),
    "monitor.help.a.key": Text("a", "a"),
    "monitor.help.a": Text(
        "acknowledge: you have seen the alarms and faults", "xác nhận: đã thấy báo động và lỗi"
    ),
    "monitor.help.s.key": Text("s", "s"),
    "monitor.help.s": Text(
        "silence the sirens; a new alarm sounds them again", "tắt còi; báo động mới sẽ kêu lại"
    ),
    "monitor.help.r.key": Text("r", "r"),
    "monitor.help.r": Text(
        "reset what is latched; refused while its cause stands",
        "đặt lại báo động đang giữ; bị từ chối khi còn nguyên nhân",
    ),
    "monitor.help.t.key": Text("t", "t"),
    "monitor.help.t": Text(
        "walk test of the chosen zone; again to end it", "thử khu vực đã chọn; ấn lại để kết thúc"
    ),
    "monitor.help.zone.key": Text("← →  ↑ ↓", "← →  ↑ ↓"),
    "monitor.help.zone": Text(
        "choose a zone: a s r t are then about it alone",
        "chọn khu vực: khi đó a s r t chỉ cho khu vực ấy",
    ),
    "monitor.help.views.key": Text("1 2 3 4, Tab", "1 2 3 4, Tab"),
    "monitor.help.views": Text(
        "overview, detectors, events, walk test", "tổng quan, đầu báo, sự kiện, thử"
    ),
    "monitor.help.scroll.key": Text("PgUp PgDn", "PgUp PgDn"),
    "monitor.help.scroll": Text(
        "scroll; so do Home, End and, but in the overview, ↑ ↓",
        "cuộn; cả Home, End và (ngoài tổng quan) ↑ ↓",
    ),
    "monitor.help.f.key": Text("f", "f"),
    "monitor.help.f": Text(
        "show only detectors that are not in order, or all",
        "chỉ hiện đầu báo bất thường, hoặc tất cả",
    ),
    "monitor.help.esc.key": Text("Esc", "Esc"),
    "monitor.help.esc": Text("the whole site again", "trở lại toàn cơ sở"),
    "monitor.help.q.key": Text("q, Ctrl-C", "q, Ctrl-C"),
    "monitor.help.q": Text(
        "leave the screen; the gateway guards on", "rời màn hình; bộ truyền tin vẫn canh"
    ),
    "monitor.help.safe": Text(
        "No key orders anything by itself: it asks first, and only y orders. A new alarm withdraws "
        "the question.",
        "Không phím nào tự ra lệnh: luôn hỏi trước, chỉ y mới ra lệnh. Có báo động mới thì câu "
        "hỏi bị hủy.",
    ),
    "monitor.help.groups": Text(
        "Group firegw-view may look; group firegw-operate may use a s r t as well.",
        "Nhóm firegw-view được xem; nhóm firegw-operate được dùng cả a s r t.",
    ),
    "monitor.mistake": Text(
        "the screen made a mistake and was closed; the gateway guards on: {detail}",
        "màn hình bị lỗi và đã đóng; bộ truyền tin vẫn canh: {detail}",
    ),
    "monitor.no-screen": Text(
        "this terminal cannot place its letters: the screen is printed once",
        "màn hình lệnh này không đặt được con trỏ: chỉ in một lần",
    ),
}
