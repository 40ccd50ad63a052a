"""The doctor's other words: what was looked at, why something was not, and how causes are mended.

Pure.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.doctor.finding import Check, Unlooked, Verdict
from gateway.texts.entry import Text

CHECKS: Final[Mapping[Check, Text]] = MappingProxyType(
    {
        Check.SITE_FILE: Text("site file", "tệp cơ sở"),
        Check.SETTINGS: Text("settings folder", "thư mục cấu hình"),
        Check.SECRETS: Text("keys and passwords", "khóa và mật khẩu"),
        Check.STATE: Text("state directory", "thư mục trạng thái"),
        Check.USER: Text("the gateway's user", "người dùng của bộ truyền tin"),
        Check.GROUPS: Text("your groups", "nhóm của bạn"),
        Check.SERVICE: Text("service", "dịch vụ"),
        Check.DAEMON: Text("what the gateway says", "bộ truyền tin báo"),
        Check.PROGRAMS: Text("other programs", "chương trình khác"),
        Check.CONSOLE: Text("serial console", "console nối tiếp"),
        Check.PORT: Text("serial port", "cổng nối tiếp"),
        Check.GPIO: Text("GPIO", "GPIO"),
        Check.SUPPLY: Text("supply", "nguồn điện"),
        Check.TEMPERATURE: Text("temperature", "nhiệt độ"),
        Check.MEMORY: Text("memory", "bộ nhớ"),
        Check.DISK: Text("room on the disk", "dung lượng đĩa"),
        Check.FILE_SYSTEM: Text("file system", "hệ thống tệp"),
        Check.CLOCK: Text("clock", "đồng hồ"),
        Check.NAME: Text("name of the broker", "tên máy chủ MQTT"),
        Check.BROKER: Text("broker", "máy chủ MQTT"),
        Check.AUTHORISATION: Text("what the broker allows", "quyền ở máy chủ MQTT"),
        Check.CERTIFICATE: Text("certificates", "chứng thư"),
        Check.JOURNAL: Text("journal", "nhật ký"),
        Check.WATCHDOG: Text("hardware watchdog", "watchdog phần cứng"),
    }
)

VERDICTS: Final[Mapping[Verdict, Text]] = MappingProxyType(
    {
        Verdict.WRONG: Text("WRONG", "HỎNG"),
        Verdict.WARNING: Text("warning", "cảnh báo"),
        Verdict.NOT_LOOKED_AT: Text("not looked at", "chưa xem"),
        Verdict.OK: Text("ok", "tốt"),
    }
)

UNLOOKED: Final[Mapping[Unlooked, Text]] = MappingProxyType(
    {
        Unlooked.NEEDS_ROOT: Text(
            "only root may: sudo firegw doctor", "chỉ root xem được: sudo firegw doctor"
        ),
        Unlooked.NO_SITE: Text(
            "there is no site file that can be used", "chưa có tệp cơ sở dùng được"
        ),
        Unlooked.NO_SYSTEMD: Text("systemd does not run here", "máy này không chạy systemd"),
        Unlooked.NO_USER: Text(
            "the gateway's user is not there", "chưa có người dùng của bộ truyền tin"
        ),
        Unlooked.NOT_HERE: Text("this machine shows none", "máy này không có"),
        Unlooked.NOT_USED: Text("the site uses none", "cơ sở không dùng"),
        Unlooked.OFFLINE: Text("--offline was given", "đã chọn --offline"),
        Unlooked.BEFORE: Text("what comes before it failed", "bước trước đã hỏng"),
        Unlooked.NO_WORD: Text(
            "MQTT 3.1.1 does not say what is refused", "MQTT 3.1.1 không cho biết"
        ),
        Unlooked.OWN_CLIENT_ID: Text(
            "the broker takes the gateway's own client id only, and that would throw the running "
            "gateway off; the gateway itself is connected",
            "máy chủ chỉ nhận mã client của chính bộ truyền tin, dùng nó sẽ đẩy bộ truyền tin ra; "
            "bộ truyền tin đang kết nối",
        ),
        Unlooked.OF_THE_SERVICE: Text(
            "systemd gives this credential to the service alone; whether the broker takes it, the "
            "gateway says",
            "systemd chỉ giao thông tin này cho dịch vụ; máy chủ có nhận không thì bộ truyền tin "
            "báo",
        ),
        Unlooked.NOT_PERMITTED: Text(
            "you may not ask the gateway", "bạn không được hỏi bộ truyền tin"
        ),
        Unlooked.TOO_LONG: Text("it gave no answer in time", "không trả lời kịp"),
        Unlooked.MISTAKE: Text("the doctor made a mistake", "doctor tự gặp lỗi"),
    }
)

OTHER_CAUSE: Final = Text(
    "the words before say what was seen; `firegw status` shows all of it:",
    "dòng trên cho biết đã thấy gì; `firegw status` cho xem tất cả:",
)

MENDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "no-reply": Text(
            "see that the device has power and that A and B are not exchanged; its address and "
            "rate must be those of the site file (firegw scan):",
            "xem thiết bị có điện, A và B không đảo; địa chỉ và tốc độ đúng với tệp cơ sở "
            "(firegw scan):",
        ),
        "bus-down": Text(
            "see that the adapter is in, and that the host answers:",
            "xem bộ chuyển đổi đã cắm, máy kia có trả lời:",
        ),
        "bad-checksum": Text(
            "terminate both ends of the line with 120 Ω, keep it from power cables:",
            "gắn trở 120 Ω hai đầu dây, tránh xa dây điện lực:",
        ),
        "checksum-rate": Text(
            "terminate both ends of the line with 120 Ω, keep it from power cables:",
            "gắn trở 120 Ω hai đầu dây, tránh xa dây điện lực:",
        ),
        "bad-reply": Text(
            "is the profile that of this device? look at one answer (firegw read):",
            "hồ sơ có đúng loại thiết bị? xem một lần trả lời (firegw read):",
        ),
        "exception-reply": Text(
            "the device knows no such register; is the profile that of this device?",
            "thiết bị không có thanh ghi đó; hồ sơ có đúng loại không?",
        ),
        "open-circuit": Text(
            "a wire is cut, or the resistor at the end is missing:",
            "đứt dây, hoặc thiếu điện trở cuối đường dây:",
        ),
        "short-circuit": Text("two wires touch; measure the loop:", "hai dây chập; đo đường dây:"),
        "loop-low": Text(
            "below 3.6 mA: a wire is cut, or the transmitter has no power:",
            "dưới 3,6 mA: đứt dây hoặc đầu đo mất điện:",
        ),
        "loop-high": Text(
            "above 21 mA: a short, or a transmitter that has failed:",
            "trên 21 mA: chập mạch hoặc đầu đo hỏng:",
        ),
        "stale": Text(
            "it has not been heard for too long; see its power and its line:",
            "quá lâu không có số liệu; xem nguồn và dây:",
        ),
        "stuck": Text(
            "no living device gives one value so long; try it with heat or smoke, else replace it:",
            "số đứng yên quá lâu; thử bằng nhiệt hoặc khói, không đổi thì thay:",
        ),
        "device-fault": Text(
            "read the device's own lamps and manual:", "xem đèn và tài liệu của thiết bị:"
        ),
        "device-warning": Text(
            "clean or calibrate it as its manual says:", "vệ sinh hoặc hiệu chuẩn theo tài liệu:"
        ),
        "end-of-life": Text("replace the sensor:", "thay cảm biến:"),
        "chatter": Text(
            "tighten its terminals; is a relay failing?", "siết lại đầu dây; rơ-le có hỏng không?"
        ),
        "no-answer": Text(
            "the broker has our messages, and the centre does not answer them: call the centre:",
            "máy chủ đã nhận, nhưng trung tâm không trả lời: gọi trung tâm:",
        ),
        "refused": Text(
            "the broker refuses events: read this line to the centre's engineer:",
            "máy chủ từ chối sự kiện: đọc dòng này cho kỹ sư trung tâm:",
        ),
        "store": Text(
            "events are told from memory until the disk takes them again; see the lines about the "
            "disk here:",
            "sự kiện được gửi từ bộ nhớ cho tới khi đĩa ghi được; xem các dòng về đĩa:",
        ),
        "overflow": Text(
            "what was given up is lost here; is the disk too small, was a path down too long?",
            "phần bị bỏ đã mất; đĩa quá nhỏ, hay đường truyền đứt quá lâu?",
        ),
        "time-unknown": Text(
            "let the unit ask a time server (UDP port 123):",
            "cho máy hỏi máy chủ giờ (cổng UDP 123):",
        ),
        "under-voltage": Text(
            "use the supply made for this board and a short, thick cable:",
            "dùng đúng bộ nguồn và dây ngắn, to:",
        ),
        "mistake": Text(
            "that is a mistake in the program: send us a bundle (sudo firegw support-bundle), then "
            "start the service again:",
            "đây là lỗi chương trình: gửi gói hỗ trợ (sudo firegw support-bundle), rồi khởi động "
            "lại dịch vụ:",
        ),
        "ended": Text(
            "it is started again by itself; send us a bundle (sudo firegw support-bundle) if it "
            "stays:",
            "nó tự chạy lại; nếu kéo dài, gửi gói hỗ trợ (sudo firegw support-bundle):",
        ),
    }
)
"""By the cause of a fault that the gateway tells: what a technician does about it."""

SUMMARY: Final = Text(
    "{looked} looked at: {wrong} wrong, {warnings} warnings; {unlooked} not looked at",
    "đã xem {looked} mục: {wrong} hỏng, {warnings} cảnh báo; {unlooked} chưa xem",
)
