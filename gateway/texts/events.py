"""What is said of events: what happened, to what, when and why."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

EVENT_TEXTS: Final[Mapping[str, Text]] = {
    # What happened to a condition, by the change; then to those that people order
    "event.entered": Text("{condition}", "{condition}"),
    "event.standing": Text("{condition} still stands", "{condition} vẫn còn"),
    "event.spread": Text("{condition} spreads", "{condition} lan rộng"),
    "event.cleared": Text("{condition}: cause gone", "{condition}: hết nguyên nhân"),
    "event.left": Text("{condition} over", "hết {condition}"),
    "event.acknowledged": Text("{condition} acknowledged", "đã xác nhận {condition}"),
    "event.silenced": Text("{condition}: sirens silenced", "{condition}: đã tắt còi"),
    "event.reset": Text("{condition} reset", "đã đặt lại {condition}"),
    "event.disabled.entered": Text("out of service", "bị vô hiệu hóa"),
    "event.disabled.standing": Text("still out of service", "vẫn bị vô hiệu hóa"),
    "event.disabled.left": Text("back in service", "hoạt động lại"),
    "event.delay.entered": Text("acts with a delay", "tác động có trễ"),
    "event.delay.standing": Text("still acts with a delay", "vẫn tác động có trễ"),
    "event.delay.left": Text("acts without delay", "tác động không trễ"),
    "event.test.entered": Text("test begun", "bắt đầu thử"),
    "event.test.standing": Text("still under test", "vẫn đang thử"),
    "event.test.left": Text("test over", "kết thúc thử"),
    "event.path.entered": Text("path lost", "mất đường truyền"),
    "event.path.standing": Text("path still lost", "vẫn mất đường truyền"),
    "event.path.left": Text("path back", "có lại đường truyền"),
    "event.test-only": Text("[test] {what}", "[thử] {what}"),
    # Notices
    "notice.started": Text("gateway started", "bộ truyền tin khởi động"),
    "notice.stopped": Text("gateway stopped", "bộ truyền tin dừng"),
    "notice.clock-established": Text("the time is known", "đã biết giờ đúng"),
    "notice.configuration-changed": Text("configuration changed", "cấu hình đã đổi"),
    "notice.reset": Text("reset", "đặt lại"),
    "notice.detector-tested": Text("detector tested", "đầu báo đã được thử"),
    "notice.periodic-test": Text("periodic test to the centre", "thử định kỳ đến trung tâm"),
    "notice.message-refused": Text("message refused", "từ chối một tin nhận được"),
    "notice.command": Text("command from the centre", "lệnh từ trung tâm"),
    # Why something ended, and what is wrong with parts of the gateway
    "cause.expired": Text("its time was over", "hết thời hạn"),
    "cause.configuration-changed": Text("the configuration changed", "cấu hình đã đổi"),
    "cause.restarted": Text("the gateway was started anew", "bộ truyền tin đã khởi động lại"),
    "cause.call-point": Text("a call point was pressed", "có người ấn nút báo cháy"),
    "cause.second-detector": Text("a second detector was in alarm", "đầu báo thứ hai cũng báo"),
    "cause.alarm-stands": Text("its alarm went on", "báo động không dứt"),
    "cause.test-ended": Text("the test is over", "việc thử đã kết thúc"),
    "cause.whole-site": Text("the whole site", "toàn cơ sở"),
    "cause.not-connected": Text("not connected", "không kết nối"),
    "cause.no-answer": Text("no answer from the centre", "trung tâm không trả lời"),
    "cause.not-acknowledged": Text("not acknowledged in time", "chưa được xác nhận kịp thời"),
    "cause.refused": Text("refused by the broker", "máy chủ MQTT từ chối"),
    "cause.late": Text("too late", "quá chậm"),
    "cause.store": Text("the journal cannot be written", "không ghi được nhật ký"),
    "cause.overflow": Text("events were lost", "có sự kiện bị mất"),
    "cause.damaged": Text("the journal was damaged", "nhật ký bị hỏng"),
    "cause.time-unknown": Text("the time is not known", "không biết giờ đúng"),
    "cause.time-inaccurate": Text("the clock is no longer set", "đồng hồ không còn được chỉnh"),
    "cause.plaintext": Text("not encrypted", "không mã hóa"),
    "cause.key": Text("no key of the device", "không có khóa của thiết bị"),
    "cause.port-taken": Text("its port is taken", "cổng đã bị chiếm"),
    "cause.ended": Text("it fails again and again", "hỏng liên tục"),
    "cause.unusable": Text("cannot be used", "không dùng được"),
    "cause.dates-unproven": Text("dates cannot be proven", "chưa kiểm được thời hạn"),
    # Who, until when, when, which
    "event.by": Text("by {author}", "{author} thực hiện"),
    "event.until": Text("until {time}", "đến {time}"),
    "event.incident": Text("incident {incident}", "vụ việc {incident}"),
    "event.not-delivered": Text("not delivered", "chưa gửi đến nơi"),
    "event.since-boot": Text("power-on {time}", "bật máy {time}"),
    "event.over-range": Text("over range", "vượt dải đo"),
    "event.no-value": Text("no value", "không có giá trị"),
    "event.active": Text("active", "tác động"),
    "event.inactive": Text("at rest", "nghỉ"),
    "event.more": Text("{count} more", "thêm {count}"),
    # The command
    "command.events": Text(
        "show what happened, the newest last", "xem những gì đã xảy ra, mới nhất ở cuối"
    ),
    "command.events.example": Text(
        "firegw events --since 08:00 --zone hall", "firegw events --since 08:00 --zone sanh"
    ),
    "argument.events-follow": Text(
        "then show what happens, until Ctrl-C", "rồi hiện tiếp sự kiện mới, đến khi bấm Ctrl-C"
    ),
    "argument.events-limit": Text(
        "how many, the newest (default: {default}; with --since all)",
        "bao nhiêu sự kiện mới nhất (mặc định: {default}; có --since thì tất cả)",
    ),
    "argument.events-lane": Text(
        "only of this lane: alarms, faults, or the rest",
        "chỉ của luồng này: báo động, lỗi, hay còn lại",
    ),
    "argument.events-since": Text(
        "only from this time on: 08:00, 2026-12-04, '2026-12-04 08:00', or how long ago: 2h",
        "chỉ từ lúc này: 08:00, 2026-12-04, '2026-12-04 08:00', hoặc cách đây bao lâu: 2h",
    ),
    "argument.time-word": Text("TIME", "LÚC"),
    "argument.events-zone": Text("only of this zone", "chỉ của khu vực này"),
    "events.none": Text("no such event", "không có sự kiện nào như vậy"),
    "events.limit": Text(
        "--limit is from 1 to {most}; all of the journal: firegw journal export",
        "--limit từ 1 đến {most}; toàn bộ nhật ký: firegw journal export",
    ),
    "events.since": Text(
        "{text} is no time: 08:00, 2026-12-04, '2026-12-04 08:00', or how long ago: 2h",
        "{text} không phải thời gian: 08:00, 2026-12-04, '2026-12-04 08:00', "
        "hoặc cách đây bao lâu: 2h",
    ),
    "problem.warning": Text("warning", "cảnh báo"),
    "lane.alarm": Text("alarm", "báo động"),
    "lane.trouble": Text("trouble", "lỗi"),
    "lane.status": Text("status", "trạng thái"),
}
