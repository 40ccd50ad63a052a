"""What is said of the configuration: applying, confirming, going back."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

CONFIGURATION_TEXTS: Final[Mapping[str, Text]] = {
    "verb.configuration": Text("see the site file in force", "xem tệp cơ sở đang dùng"),
    "verb.apply": Text("apply a site file", "áp dụng một tệp cơ sở"),
    "verb.confirm": Text("confirm a site file", "xác nhận một tệp cơ sở"),
    "verb.go-back": Text("go back to the site file before", "quay lại tệp cơ sở trước"),
    "command.apply": Text(
        "put a site file into force, on trial until it is confirmed",
        "đưa một tệp cơ sở vào dùng, chạy thử cho đến khi được xác nhận",
    ),
    "command.apply.example": Text(
        "firegw apply /etc/fire-gateway/site.yaml", "firegw apply /etc/fire-gateway/site.yaml"
    ),
    "command.confirm": Text(
        "keep what was applied; with --back, go back from it",
        "giữ cấu hình vừa áp dụng; với --back thì quay lại cấu hình trước",
    ),
    "command.confirm.example": Text("firegw confirm", "firegw confirm"),
    "command.settle": Text(
        "bring what was confirmed into the site file (the service does this)",
        "ghi cấu hình đã xác nhận vào tệp cơ sở (dịch vụ tự làm việc này)",
    ),
    "command.settle.example": Text("sudo firegw settle", "sudo firegw settle"),
    "argument.apply": Text(
        "the site file; its own profiles lie beside it in profiles/",
        "tệp cơ sở; các hồ sơ thiết bị riêng nằm cạnh nó trong profiles/",
    ),
    "argument.settled-file": Text(
        "the site file (default: {default})", "tệp cơ sở (mặc định: {default})"
    ),
    "argument.confirm-within": Text(
        'how long it waits for firegw confirm before it goes back, as 10min or "90 s" '
        "(default: {usual}; {least} to {most})",
        'chờ firegw confirm bao lâu rồi tự quay lại, như 10min hoặc "90 s" '
        "(mặc định: {usual}; từ {least} đến {most})",
    ),
    "argument.dry-run": Text("only show what would change", "chỉ cho biết điều gì sẽ thay đổi"),
    "argument.show-in-force": Text(
        "print the site file in force, to edit a copy of it",
        "in tệp cơ sở đang dùng, để sửa một bản sao",
    ),
    "argument.back": Text(
        "go back to the configuration before, at once", "quay lại cấu hình trước, ngay lập tức"
    ),
    "apply.which": Text(
        "which site file? or --show, to print the one in force",
        "tệp cơ sở nào? hoặc --show để in tệp đang dùng",
    ),
    "apply.too-short": Text(
        "--confirm-within: {least} at least", "--confirm-within: ít nhất {least}"
    ),
    "apply.nothing-in-force": Text(
        "the gateway does not say what is in force; is it of another version?",
        "bộ truyền tin không cho biết đang dùng gì; có phải phiên bản khác không?",
    ),
    "apply.no-comparison": Text(
        "what is in force cannot be read by this version of firegw: nothing to compare with",
        "phiên bản firegw này không đọc được cấu hình đang dùng: không so sánh được",
    ),
    "apply.in-force-already": Text(
        "it is in force already; nothing was changed", "tệp này đang được dùng; chưa thay đổi gì"
    ),
    "apply.dry-run": Text("nothing was changed", "chưa thay đổi gì"),
    "apply.mistaken-there": Text(
        "the gateway, perhaps of another version, finds mistakes in it:",
        "bộ truyền tin, có thể là phiên bản khác, thấy chỗ sai trong tệp:",
    ),
    "apply.ask": Text(
        "Apply it? The gateway goes back by itself after {span} without firegw confirm. [y/N] ",
        "Áp dụng? Sau {span} nếu không có firegw confirm thì bộ truyền tin tự quay lại. [c/K] ",
    ),
    "apply.done": Text(
        "applied by {author}, on trial until {time}", "{author} đã áp dụng, chạy thử đến {time}"
    ),
    "apply.to-keep": Text(
        "See that all is well (firegw status), then keep it: firegw confirm",
        "Hãy xem mọi thứ có ổn không (firegw status), rồi giữ lại: firegw confirm",
    ),
    "apply.no-difference": Text(
        "nothing that the gateway does is different", "không có gì khác trong hoạt động"
    ),
    "apply.means": Text("What that means:", "Điều đó có nghĩa là:"),
    "apply.what.site": Text("site", "cơ sở"),
    "apply.what.gateway": Text("gateway", "bộ truyền tin"),
    "apply.what.bus": Text("bus", "đường dây"),
    "apply.what.zone": Text("zone", "khu vực"),
    "apply.what.detector": Text("detector", "đầu báo"),
    "apply.what.output": Text("output", "đầu ra"),
    "apply.what.rule": Text("rule", "luật"),
    "apply.what.schedule": Text("schedule", "lịch"),
    "apply.what.path": Text("path", "đường truyền"),
    "apply.what.centre": Text("centre", "trung tâm"),
    "apply.what.profile": Text("profile", "hồ sơ thiết bị"),
    "apply.what.uplink": Text("uplink", "kết nối trung tâm"),
    "apply.what.contact": Text("contact", "người liên hệ"),
    "apply.what.metrics": Text("metrics", "số liệu"),
    "apply.what.page": Text("owner's page", "trang của chủ cơ sở"),
    "apply.effect.other-site": Text(
        "the gateway speaks under another name: the centre takes it for another one",
        "bộ truyền tin dùng tên khác: trung tâm coi đó là bộ khác",
    ),
    "apply.effect.new-bus": Text(
        "bus {of} is opened; its detectors ({count}) are unknown until they have been read",
        "mở đường dây {of}; các đầu báo trên đó ({count}) chưa rõ cho đến khi được đọc",
    ),
    "apply.effect.bus-opened-anew": Text(
        "bus {of} is closed and opened anew: its detectors ({count}) are not read for a moment",
        "đường dây {of} được đóng rồi mở lại: các đầu báo trên đó ({count}) tạm thời không được "
        "đọc",
    ),
    "apply.effect.outputs-let-go": Text(
        "{of}: for that moment at the level on exit, as on_exit says",
        "{of}: trong lúc đó ở mức khi thoát, như on_exit quy định",
    ),
    "apply.effect.other-way": Text(
        "the connections to the centre are made anew; what happens meanwhile waits",
        "kết nối tới trung tâm được lập lại; sự kiện trong lúc đó sẽ chờ",
    ),
    "apply.effect.no-way": Text(
        "NO PATH leads to the centre any more", "KHÔNG CÒN ĐƯỜNG TRUYỀN nào tới trung tâm"
    ),
    "apply.effect.zone-loses-alarms": Text(
        "NOTHING CAN RAISE AN ALARM in {of} any more", "Ở {of} KHÔNG CÒN GÌ có thể báo động"
    ),
    "apply.effect.alarm-stays": Text(
        "the alarm in {of} stays until it is reset", "báo động ở {of} vẫn giữ cho đến khi đặt lại"
    ),
    "apply.effect.output-removed": Text(
        "output {of} is energised now, and is left at its level on exit",
        "đầu ra {of} đang có điện, và sẽ được để ở mức khi thoát",
    ),
    "confirm.done.confirm": Text(
        "confirmed by {author}: it stays in force", "{author} đã xác nhận: cấu hình được giữ"
    ),
    "confirm.done.go-back": Text(
        "gone back by {author}: the configuration before is in force again",
        "{author} đã quay lại: cấu hình trước đang được dùng",
    ),
    "settle.refused": Text(
        "{path}: what was confirmed cannot be written there: {detail}",
        "{path}: không ghi được cấu hình đã xác nhận: {detail}",
    ),
    "settle.nothing": Text("{path}: nothing is to be written there", "{path}: không có gì cần ghi"),
    "settle.done": Text(
        "{path}: holds what was confirmed; what it held before is in {path}.before",
        "{path}: đã ghi cấu hình được xác nhận; nội dung cũ ở {path}.before",
    ),
    "settle.edited": Text(
        "{path}: was edited since, and is left as it is; it wins at the next start",
        "{path}: đã được sửa sau đó nên giữ nguyên; tệp này được dùng ở lần khởi động sau",
    ),
    "status.configuration": Text("configuration {hash}", "cấu hình {hash}"),
    "status.configuration-trial": Text(
        "CONFIGURATION ON TRIAL {until}, by {author}; to keep it: firegw confirm",
        "CẤU HÌNH CHẠY THỬ {until}, {author} áp dụng; để giữ: firegw confirm",
    ),
}
