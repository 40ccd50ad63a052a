"""What is said of the walk test, and in the commissioning report."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

COMMISSIONING_TEXTS: Final[Mapping[str, Text]] = {
    # firegw test --walk
    "argument.walk": Text(
        "stay, and tick off each detector as it responds",
        "ở lại và đánh dấu từng đầu báo khi nó tác động",
    ),
    "walk.end": Text(
        "either --end or --walk: a test that ends cannot be walked",
        "hoặc --end hoặc --walk: đã kết thúc thì không thử tiếp được",
    ),
    "walk.none": Text(
        "nothing is under test any more: begin again with `firegw test`",
        "không còn gì đang thử: hãy bắt đầu lại bằng `firegw test`",
    ),
    "walk.head": Text(
        "walk test of {where}: {done} of {total} have responded",
        "thử {where}: {done} trên {total} đầu báo đã tác động",
    ),
    "walk.site": Text("the whole site", "toàn cơ sở"),
    "walk.zones": Text("{count} zones", "{count} khu vực"),
    "walk.ends": Text(
        "it runs {when} at most; a manual call point ends it at once, and so do alarms of two "
        "detectors at a time or of more than a minute, which go out in earnest",
        "thử {when}; nút ấn báo cháy kết thúc ngay, hai đầu báo cùng lúc hoặc báo động quá một "
        "phút cũng vậy và được gửi như báo động thật",
    ),
    "walk.waiting": Text("waiting", "đang chờ"),
    "walk.broker": Text("broker {took}", "máy chủ {took}"),
    "walk.centre": Text("centre {took}", "trung tâm {took}"),
    "walk.not-out": Text("not published yet", "chưa gửi được"),
    "walk.no-paths": Text("the site has no path", "cơ sở không có đường truyền"),
    "walk.no-word": Text("no word of the centre yet", "trung tâm chưa xác nhận"),
    "walk.more-waiting": Text("and {count} more waiting", "và {count} đầu báo nữa đang chờ"),
    "walk.more-done": Text("and {count} more done", "và {count} đầu báo nữa đã xong"),
    "walk.keys": Text("q: leave it running   e: end the test", "q: rời đi, vẫn thử   e: kết thúc"),
    "walk.left": Text(
        "the test goes on; `firegw test {what} --walk` comes back to it, "
        "`firegw test {what} --end` ends it",
        "vẫn đang thử; `firegw test {what} --walk` để quay lại, `firegw test {what} --end` để kết "
        "thúc",
    ),
    "walk.lost": Text(
        "the gateway does not answer; asking again", "bộ truyền tin không trả lời; đang hỏi lại"
    ),
    "walk.complete": Text(
        "all {total} detectors of {where} have responded",
        "cả {total} đầu báo của {where} đã tác động",
    ),
    "walk.ask-end": Text("End the test now? [y/N] ", "Kết thúc thử bây giờ? [c/K] "),
    "walk.over": Text(
        "the test of {where} is over ({why}): {done} of {total} have responded",
        "đã kết thúc thử {where} ({why}): {done} trên {total} đầu báo đã tác động",
    ),
    "walk.missing": Text("not tested: {detectors}", "chưa thử: {detectors}"),
    "walk.report": Text(
        "`firegw report FILE.html` writes the commissioning report",
        "`firegw report TỆP.html` lập biên bản thử nghiệm",
    ),
    # Why a test ended
    "test-ended.end-test": Text("ended by {author}", "{author} kết thúc"),
    "test-ended.expired": Text("its time was over", "hết thời gian"),
    "test-ended.call-point": Text("a manual call point was operated", "có người ấn nút báo cháy"),
    "test-ended.second-detector": Text(
        "a second detector was in alarm at the same time",
        "hai đầu báo báo động cùng lúc",
    ),
    "test-ended.alarm-stands": Text(
        "an alarm stood for more than a minute", "báo động kéo dài quá một phút"
    ),
    "test-ended.restarted": Text("the unit was restarted", "thiết bị khởi động lại"),
    "test-ended.configuration-changed": Text("the zone is no more", "khu vực không còn"),
    "test-ended.other": Text("ended: {cause}", "kết thúc: {cause}"),
    "test-ended.not": Text("still running", "đang thử"),
    # Values and lengths of time
    "measured.active": Text("active", "tác động"),
    "measured.at-rest": Text("at rest", "nghỉ"),
    "measured.over-range": Text("{quantity} over range", "{quantity} vượt thang"),
    "measured.value": Text("{quantity} {value} {unit}", "{quantity} {value} {unit}"),
    "took.ms": Text("{count} ms", "{count} ms"),
    "took.s": Text("{count} s", "{count} giây"),
    # firegw report
    "command.report": Text(
        "write the commissioning report: what is installed and what was proved",
        "lập biên bản thử nghiệm: những gì đã lắp và đã được thử",
    ),
    "command.report.example": Text(
        'firegw report bien-ban.html --technician "Trần Văn Bình"',
        'firegw report bien-ban.html --technician "Trần Văn Bình"',
    ),
    "argument.report-file": Text(
        "where to write the report, one HTML file; - for standard output",
        "tệp HTML để ghi biên bản; - để in ra màn hình",
    ),
    "argument.technician": Text("name for the technician's signature", "tên kỹ thuật viên ký"),
    "argument.owner": Text(
        "name for the signature of the head of the facility", "tên người đứng đầu cơ sở ký"
    ),
    "argument.police": Text(
        "add a place for the signature of the fire police",
        "thêm chỗ ký của cơ quan Cảnh sát PCCC",
    ),
    "argument.report-zone": Text(
        "report this zone only; more than one may be given",
        "chỉ lập cho khu vực này; có thể ghi nhiều lần",
    ),
    "argument.language": Text(
        "language of the report: en or vi; that of the locale if absent",
        "ngôn ngữ của biên bản: en hoặc vi; nếu không ghi thì theo hệ thống",
    ),
    "argument.overwrite": Text("replace a file that is there", "ghi đè tệp đã có"),
    "report.no-file": Text(
        "where to? as in `firegw report bien-ban.html`, or --json",
        "ghi vào đâu? như `firegw report bien-ban.html`, hoặc --json",
    ),
    "report.there": Text(
        "{file} is there already; --overwrite replaces it",
        "đã có {file}; thêm --overwrite để ghi đè",
    ),
    "report.no-place": Text(
        "{file} is no file that could be replaced", "{file} không phải tệp có thể ghi đè"
    ),
    "report.cannot-write": Text(
        "{file} cannot be written: {detail}", "không ghi được {file}: {detail}"
    ),
    "report.no-zone": Text(
        "there is no zone {zone}; zones are {zones}",
        "không có khu vực {zone}; các khu vực là {zones}",
    ),
    "report.name-long": Text(
        "a name has {count} characters; {most} at most",
        "tên có {count} ký tự; tối đa {most}",
    ),
    "report.written": Text("{file}: {summary}", "{file}: {summary}"),
    # What the report says
    "report.title": Text(
        "Commissioning report", "Biên bản thử nghiệm thiết bị truyền tin báo cháy"
    ),
    "report.page-title": Text("Commissioning report: {site}", "Biên bản thử nghiệm: {site}"),
    "report.facility": Text("Facility", "Cơ sở"),
    "report.facility-id": Text("Facility id", "Mã cơ sở"),
    "report.address": Text("Address", "Địa chỉ"),
    "report.codes": Text("Province, commune", "Tỉnh, xã (phường)"),
    "report.coordinates": Text("Coordinates", "Tọa độ"),
    "report.gateway": Text("Gateway", "Bộ truyền tin"),
    "report.version": Text("version {version}", "phiên bản {version}"),
    "report.device-key": Text("Device key (SHA-256)", "Khóa thiết bị (SHA-256)"),
    "report.no-key": Text("it has none", "không có"),
    "report.configuration": Text("Configuration (SHA-256)", "Cấu hình (SHA-256)"),
    "report.made": Text("Made", "Lập lúc"),
    "report.made-unknown": Text(
        "____ / ____ / ________ (the unit does not know the date: write it by hand)",
        "____ / ____ / ________ (thiết bị không biết ngày giờ: ghi bằng tay)",
    ),
    "report.clock.synchronised": Text("the clock was synchronised", "đồng hồ đã được đồng bộ"),
    "report.clock.holdover": Text(
        "the clock had been synchronised earlier and runs on by itself",
        "đồng hồ đã được đồng bộ trước đó và đang tự chạy",
    ),
    "report.clock.unknown": Text(
        "the clock was not synchronised: dates may be wrong",
        "đồng hồ chưa được đồng bộ: ngày giờ có thể sai",
    ),
    "report.scope": Text("Zones of this report", "Khu vực trong biên bản"),
    "report.scope-all": Text("all {count} zones", "cả {count} khu vực"),
    "report.scope-some": Text(
        "{zones}; the other zones of the facility are not in this report",
        "{zones}; các khu vực khác của cơ sở không nằm trong biên bản này",
    ),
    "report.result": Text("Result", "Kết quả"),
    "report.all-proved": Text(
        "{done} of {total} detectors proved.", "{done} trên {total} đầu báo đã được thử đạt."
    ),
    "report.not-all-proved": Text(
        "{done} of {total} detectors proved; {missing} not.",
        "{done} trên {total} đầu báo đã được thử đạt; {missing} chưa đạt.",
    ),
    "report.nothing": Text("There is no detector.", "Không có đầu báo nào."),
    "report.means-broker": Text(
        "Proved means: the detector was triggered while its zone was under test, the gateway "
        "measured it, and a broker acknowledged the event. Whether the centre has it is not known.",
        "Thử đạt nghĩa là: đầu báo đã được kích thử khi khu vực đang ở chế độ thử, bộ truyền tin "
        "đã đo được và máy chủ MQTT đã xác nhận sự kiện. Không biết trung tâm đã nhận chưa.",
    ),
    "report.means-centre": Text(
        "Proved means: the detector was triggered while its zone was under test, the gateway "
        "measured it, and the centre acknowledged the event with its signature.",
        "Thử đạt nghĩa là: đầu báo đã được kích thử khi khu vực đang ở chế độ thử, bộ truyền tin "
        "đã đo được và trung tâm đã xác nhận sự kiện bằng chữ ký của mình.",
    ),
    "report.means-here": Text(
        "Proved means: the detector was triggered while its zone was under test, and the gateway "
        "measured it. The site has no path to a centre: nothing was transmitted.",
        "Thử đạt nghĩa là: đầu báo đã được kích thử khi khu vực đang ở chế độ thử và bộ truyền tin "
        "đã đo được. Cơ sở không có đường truyền tới trung tâm: không có gì được truyền đi.",
    ),
    "report.means-call-point": Text(
        "A manual call point is never under test: proved, it was operated and told in earnest.",
        "Nút ấn báo cháy không bao giờ ở chế độ thử: đạt nghĩa là đã được ấn và gửi như báo động "
        "thật.",
    ),
    "report.times-mean": Text(
        "Times count from the instant at which the gateway measured the value. The detector's own "
        "response, and the time until it was read next, are not in them.",
        "Thời gian tính từ lúc bộ truyền tin đo được giá trị, không gồm thời gian tác động của đầu "
        "báo và thời gian chờ đến lần đọc kế tiếp.",
    ),
    "report.detectors": Text("Detectors", "Đầu báo và thiết bị đầu vào"),
    "report.zone": Text("Zone {name} ({id})", "Khu vực {name} ({id})"),
    "report.zone-counts": Text("{done} of {total} proved", "{done} trên {total} đạt"),
    "report.head.detector": Text("Detector", "Đầu báo"),
    "report.head.device": Text("Kind, device", "Loại, thiết bị"),
    "report.head.place": Text("Bus, address", "Đường dây, địa chỉ"),
    "report.head.tested": Text("Tested, value", "Thử lúc, giá trị"),
    "report.head.times": Text("Time taken", "Thời gian"),
    "report.head.result": Text("Result", "Kết quả"),
    "report.installed": Text("installed {date}", "lắp ngày {date}"),
    "report.read-every": Text("read every {span}", "đọc mỗi {span}"),
    "report.by": Text("by {author}", "người thử: {author}"),
    "report.date-unknown": Text("date not known", "không rõ ngày giờ"),
    "report.event": Text("event {number}", "sự kiện {number}"),
    "report.to-broker": Text("to the broker {took}", "đến máy chủ {took}"),
    "report.to-centre": Text("to the centre {took}", "đến trung tâm {took}"),
    "report.drove": Text("drove {outputs}", "tác động {outputs}"),
    "verdict.proved": Text("proved", "đạt"),
    "verdict.not-told": Text("responded, not told", "có tác động, chưa truyền được"),
    "verdict.other-configuration": Text("other configuration", "cấu hình khác"),
    "verdict.not-tested": Text("NOT TESTED", "CHƯA THỬ"),
    "reason.not-told-broker": Text(
        "it responded, but no broker has acknowledged the event",
        "có tác động nhưng máy chủ chưa xác nhận sự kiện",
    ),
    "reason.not-told-centre": Text(
        "it responded, but the centre has not acknowledged the event",
        "có tác động nhưng trung tâm chưa xác nhận sự kiện",
    ),
    "reason.other-configuration": Text(
        "it responded under another configuration ({hash}): test it again",
        "đã tác động khi dùng cấu hình khác ({hash}): phải thử lại",
    ),
    "reason.not-tested": Text(
        "it never responded while its zone was under test",
        "chưa từng tác động khi khu vực đang ở chế độ thử",
    ),
    "reason.not-operated": Text("it was never operated", "chưa từng được ấn"),
    "reason.in-earnest": Text("operated, and told in earnest", "đã ấn, được gửi như báo động thật"),
    "reason.disabled": Text("out of service now", "đang bị vô hiệu hóa"),
    "report.walks": Text("Walk tests", "Các lần thử"),
    "report.walks.none": Text(
        "No zone was ever put under test.", "Chưa khu vực nào được đưa vào chế độ thử."
    ),
    "report.head.zone": Text("Zone", "Khu vực"),
    "report.head.began": Text("Last test began", "Lần thử cuối: bắt đầu"),
    "report.head.ended": Text("Ended", "Kết thúc"),
    "report.head.author": Text("By", "Người thử"),
    "report.rules": Text("Rules", "Luật báo động"),
    "report.rules.none": Text("There is no rule.", "Không có luật nào."),
    "report.head.rule": Text("Rule", "Luật"),
    "report.head.raises": Text("Raises", "Phát"),
    "report.head.when": Text("When", "Khi"),
    "report.head.worst": Text("At worst after", "Chậm nhất sau"),
    "report.when-for": Text("for {span}", "trong {span}"),
    "report.when-clear": Text("clear: {clear}", "hết khi: {clear}"),
    "report.latching": Text("stays until reset", "giữ đến khi đặt lại"),
    "report.call-point": Text(
        "manual call point: at once, whatever else", "nút ấn báo cháy: ngay lập tức, vô điều kiện"
    ),
    "report.worst": Text("{slowest} s", "{slowest} giây"),
    "report.worst-range": Text("{fastest} to {slowest} s", "{fastest} đến {slowest} giây"),
    "report.worst-means": Text(
        "Worst cases are worked out from the configuration, from the change at the detector to the "
        "publication; they are not measured, and the detector's own response is not in them.",
        "Thời gian chậm nhất được tính từ cấu hình, từ lúc đầu báo thay đổi đến lúc gửi tin; không "
        "phải giá trị đo, và không gồm thời gian tác động của đầu báo.",
    ),
    "report.outputs": Text("Outputs", "Đầu ra"),
    "report.outputs.none": Text("There is no output.", "Không có đầu ra nào."),
    "report.head.output": Text("Output", "Đầu ra"),
    "report.head.kind": Text("Kind", "Loại"),
    "report.head.driven": Text("Driven by", "Tác động khi"),
    "report.any-fault": Text("released by any fault", "nhả khi có bất kỳ lỗi nào"),
    "report.only-zones": Text("only in {zones}", "chỉ ở {zones}"),
    "report.delay": Text("{span} after the alarm", "sau báo động {span}"),
    "report.coincidence": Text("from {count} detectors on", "từ {count} đầu báo trở lên"),
    "report.paths": Text("Paths to the centre", "Đường truyền tới trung tâm"),
    "report.paths.none": Text(
        "The site has none: nothing is transmitted.", "Không có: không có gì được truyền đi."
    ),
    "report.head.path": Text("Path", "Đường truyền"),
    "report.head.broker": Text("Broker", "Máy chủ MQTT"),
    "report.head.now": Text("Now", "Hiện tại"),
    "report.tls": Text("TLS", "TLS"),
    "report.no-tls": Text("NOT ENCRYPTED", "KHÔNG MÃ HÓA"),
    "report.connected": Text("connected", "có kết nối"),
    "report.disconnected": Text("NOT CONNECTED", "MẤT KẾT NỐI"),
    "report.delivered-broker": Text(
        "An event counts as delivered once a broker has it; nobody knows whether the centre does.",
        "Sự kiện được coi là đã gửi khi máy chủ MQTT đã nhận; không biết trung tâm đã nhận chưa.",
    ),
    "report.delivered-centre": Text(
        "An event counts as delivered once each of these centres has signed that it has it: "
        "{centres}.",
        "Sự kiện được coi là đã gửi khi từng trung tâm sau đã ký xác nhận: {centres}.",
    ),
    "report.standing": Text("What stands now", "Tình trạng hiện tại"),
    "report.standing.none": Text(
        "No alarm, fault, disablement or test stands.",
        "Không có báo động, lỗi, vô hiệu hóa hay chế độ thử nào.",
    ),
    "report.standing.store": Text("The journal cannot be written.", "Không ghi được nhật ký."),
    "report.head.condition": Text("Condition", "Tình trạng"),
    "report.head.where": Text("Where", "Ở đâu"),
    "report.head.since": Text("Since", "Từ khi"),
    "report.head.why": Text("Why", "Lý do"),
    "report.is": Text("What this report is", "Giá trị của biên bản"),
    "report.is-not": Text(
        "The gateway made this report of what it measured itself. It is no certificate, no "
        "inspection (kiểm định) of fire-protection equipment, and no acceptance by the authority; "
        "it does not take their place. It says nothing of the detectors' sensitivity, and nothing "
        "of what was not triggered.",
        "Biên bản này do bộ truyền tin lập từ những gì chính nó đo được. Đây không phải giấy chứng "
        "nhận, không phải kết quả kiểm định phương tiện phòng cháy và chữa cháy, không phải văn "
        "bản nghiệm thu của cơ quan có thẩm quyền và không thay cho các văn bản đó. Biên bản không "
        "nói gì về độ nhạy của đầu báo và về những gì chưa được kích thử.",
    ),
    "report.signatures": Text("Signatures", "Chữ ký"),
    "report.sign.technician": Text("Technician", "Kỹ thuật viên"),
    "report.sign.owner": Text("Head of the facility", "Người đứng đầu cơ sở"),
    "report.sign.police": Text(
        "Fire police (witness)", "Đại diện cơ quan Cảnh sát PCCC và CNCH (chứng kiến)"
    ),
    "report.sign.name": Text("Name", "Họ và tên"),
    "report.sign.date": Text("Date", "Ngày"),
    "report.sign.hand": Text("Signature", "Ký tên"),
    # What devices and outputs are there for
    "kind.smoke-detector": Text("smoke detector", "đầu báo khói"),
    "kind.heat-detector": Text("heat detector", "đầu báo nhiệt"),
    "kind.gas-detector": Text("gas detector", "đầu báo khí"),
    "kind.co-detector": Text("CO detector", "đầu báo khí CO"),
    "kind.manual-call-point": Text("manual call point", "nút ấn báo cháy"),
    "kind.panel-alarm": Text("alarm relay of a fire panel", "rơ-le báo cháy của tủ"),
    "kind.panel-fault": Text("fault relay of a fire panel", "rơ-le lỗi của tủ"),
    "kind.supervised-equipment": Text("supervised equipment", "thiết bị được giám sát"),
    "kind.sensor": Text("sensor", "cảm biến"),
    "kind.siren": Text("siren", "còi"),
    "kind.beacon": Text("beacon", "đèn chớp"),
    "kind.lamp": Text("lamp", "đèn"),
    "kind.buzzer": Text("buzzer", "còi báo tại tủ"),
    "kind.relay": Text("relay", "rơ-le"),
    "kind.fault-relay": Text("fault relay", "rơ-le báo lỗi"),
}
