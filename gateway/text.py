"""What firegw says to people, in English and in Vietnamese.

One literal table; a text is found by its key and filled by name. A text is for a person at the
unit: everything that machines read (logs, messages, JSON) is in English and not in here. "Sự cố"
is an incident in law and a fault in manuals: a fault is "lỗi", an alarm "báo cháy".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Language(StrEnum):
    """The languages that firegw speaks."""

    ENGLISH = "en"
    VIETNAMESE = "vi"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages; both name the same values in braces."""

    en: str
    vi: str


LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides (POSIX)


def language_of(environment: Mapping[str, str]) -> Language:
    """Find the language that a person's locale asks for; English unless it is Vietnamese."""
    locale = next((environment[name] for name in LOCALE_VARIABLES if environment.get(name)), "")
    word = locale.partition(".")[0].partition("_")[0]
    return Language.VIETNAMESE if word == Language.VIETNAMESE else Language.ENGLISH


def phrase(language: Language, key: str, /, **values: object) -> str:
    """Give a text in a language, its named places filled."""
    text = TEXTS[key]
    return (text.vi if language is Language.VIETNAMESE else text.en).format(**values)


class _Spoken:
    """The language of this process: firegw sets it once, when it starts."""

    language = Language.ENGLISH


def speak(language: Language) -> None:
    """Choose the language of `say`."""
    _Spoken.language = language


def spoken() -> Language:
    """Give the language of `say`."""
    return _Spoken.language


def say(key: str, /, **values: object) -> str:
    """Give a text in the language of this process."""
    return phrase(_Spoken.language, key, **values)


TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        # firegw itself
        "firegw.about": Text(
            "Fire alarm transmission and monitoring gateway.",
            "Bộ truyền tin báo cháy và giám sát.",
        ),
        "firegw.usage": Text("usage", "cách dùng"),
        "firegw.command-word": Text("COMMAND", "LỆNH"),
        "firegw.commands": Text("commands", "các lệnh"),
        "firegw.arguments": Text("arguments", "tham số"),
        "firegw.options": Text("options", "tùy chọn"),
        "firegw.example": Text("example:", "ví dụ:"),
        "firegw.exit-codes": Text("exit codes:", "mã thoát:"),
        "firegw.help": Text("show this help and exit", "hiện trợ giúp này rồi thoát"),
        "firegw.version": Text("show the version and exit", "hiện phiên bản rồi thoát"),
        "firegw.more": Text(
            "`firegw COMMAND --help` tells more about a command.",
            "`firegw LỆNH --help` cho biết thêm về một lệnh.",
        ),
        "firegw.no-command": Text(
            "which command? see `firegw --help`", "lệnh nào? xem `firegw --help`"
        ),
        "firegw.unknown-command": Text(
            "{command} is no command{near}; see `firegw --help`",
            "không có lệnh {command}{near}; xem `firegw --help`",
        ),
        "firegw.near": Text(" (did you mean {command}?)", " (có phải là {command}?)"),
        "firegw.wrong-usage": Text(
            "{detail}; see `firegw {command} --help`",
            "dùng sai: {detail}; xem `firegw {command} --help`",
        ),
        "firegw.interrupted": Text("interrupted", "đã ngắt"),
        # Exit codes
        "exit.0": Text("done, and all is well", "đã xong, mọi việc ổn"),
        "exit.1": Text("refused, or the answer is no", "bị từ chối, hoặc câu trả lời là không"),
        "exit.2": Text("bad input or wrong usage", "dữ liệu vào sai hoặc dùng sai lệnh"),
        "exit.3": Text("the gateway cannot be reached", "không liên lạc được với bộ truyền tin"),
        "exit.4": Text("not permitted", "không được phép"),
        "exit.130": Text("interrupted by Ctrl-C", "bị ngắt bằng Ctrl-C"),
        "exit.141": Text("the reader of the output went away", "nơi nhận kết quả đã đóng"),
        # Commands: one line, and an example
        "command.check": Text(
            "check a site file; show every mistake with its place",
            "kiểm tra tệp cơ sở; chỉ ra mọi chỗ sai và vị trí",
        ),
        "command.check.example": Text(
            "firegw check /etc/fire-gateway/site.yaml", "firegw check /etc/fire-gateway/site.yaml"
        ),
        "command.schema": Text(
            "print the JSON Schema of site files, for editors",
            "in JSON Schema của tệp cơ sở, cho trình soạn thảo",
        ),
        "command.schema.example": Text(
            "firegw schema > site.schema.json", "firegw schema > site.schema.json"
        ),
        "command.run": Text(
            "run the gateway (the service does this)",
            "chạy bộ truyền tin (dịch vụ tự làm việc này)",
        ),
        "command.run.example": Text(
            "firegw run /etc/fire-gateway/site.yaml",
            "firegw run /etc/fire-gateway/site.yaml",
        ),
        "command.release": Text(
            "release the fault relay when no gateway runs (the service does this)",
            "nhả rơ-le báo lỗi khi bộ truyền tin không chạy (dịch vụ tự làm việc này)",
        ),
        "command.release.example": Text(
            "firegw release /etc/fire-gateway/site.yaml",
            "firegw release /etc/fire-gateway/site.yaml",
        ),
        "release.mistakes": Text(
            "{path} has mistakes; nothing was released; see firegw check",
            "{path} có chỗ sai; chưa nhả rơ-le nào; xem firegw check",
        ),
        "command.status": Text(
            "show whether the building is protected, and all that is not in order",
            "cho biết tòa nhà có được bảo vệ không, và mọi điều bất thường",
        ),
        "command.status.example": Text("firegw status", "firegw status"),
        "command.ack": Text(
            "acknowledge the alarms and faults: a person has seen them",
            "xác nhận các báo động và lỗi: đã có người biết",
        ),
        "command.ack.example": Text("firegw ack --zone hall", "firegw ack --zone sanh"),
        "command.silence": Text(
            "silence the sirens; they sound again at a new alarm",
            "tắt còi; còi kêu lại khi có báo động mới",
        ),
        "command.silence.example": Text("firegw silence", "firegw silence"),
        "command.reset": Text(
            "reset latched alarms; refused while their cause stands",
            "đặt lại các báo động đang giữ; bị từ chối khi nguyên nhân còn đó",
        ),
        "command.reset.example": Text(
            "firegw reset --zone hall --yes", "firegw reset --zone sanh --yes"
        ),
        "command.rules": Text(
            "test rules, and see why a rule is as it is",
            "thử các luật, và xem vì sao một luật đang như vậy",
        ),
        "command.rules.example": Text(
            "firegw rules test site.test.yaml", "firegw rules test site.test.yaml"
        ),
        "command.rules-test": Text(
            "run the tests in some files, without any device",
            "chạy các phép thử trong các tệp, không cần thiết bị",
        ),
        "command.rules-test.example": Text(
            "firegw rules test site.test.yaml", "firegw rules test site.test.yaml"
        ),
        "command.replay": Text(
            "judge a recording once more, by its own rules or by others",
            "phán định lại một bản ghi, theo luật của nó hoặc luật khác",
        ),
        "command.replay.example": Text(
            "firegw replay 000001-fire-alarm.recording --rules new-site.yaml",
            "firegw replay 000001-fire-alarm.recording --rules new-site.yaml",
        ),
        "argument.recording": Text("a recording", "một bản ghi"),
        "argument.replay-rules": Text(
            "the site file whose rules are to judge; else the one of the recording",
            "tệp cơ sở có luật để phán định; nếu không thì theo tệp trong bản ghi",
        ),
        "command.rules-explain": Text(
            "show a rule as a tree: what is true, false or unknown in it, and why",
            "hiện một luật dạng cây: phần nào đúng, sai hay chưa biết, và vì sao",
        ),
        "command.rules-explain.example": Text(
            "firegw rules explain kitchen-fire", "firegw rules explain kitchen-fire"
        ),
        "command.rules-plot": Text(
            "draw what a rule read in a recording, with its thresholds and events",
            "vẽ những gì một luật đã đọc trong bản ghi, cùng ngưỡng và sự kiện",
        ),
        "command.rules-plot.example": Text(
            "firegw rules plot kitchen-fire --recording 000001-fire-alarm.recording",
            "firegw rules plot kitchen-fire --recording 000001-fire-alarm.recording",
        ),
        "argument.rule": Text("id of a rule or call point", "mã của luật hoặc nút ấn"),
        "argument.explain-recording": Text(
            "look at a recording, not at the running gateway",
            "xem trong một bản ghi, không phải bộ truyền tin đang chạy",
        ),
        "argument.explain-at": Text(
            "at this time after the beginning of the recording (default: its end)",
            "vào lúc này tính từ đầu bản ghi (mặc định: cuối bản ghi)",
        ),
        "argument.explain-site": Text(
            "by the rules of this site file, not by those of the recording",
            "theo luật của tệp cơ sở này, không theo luật trong bản ghi",
        ),
        "explain.wrong-time": Text(
            "{text!r} is no time; as in 2 min 30 s",
            "{text!r} không phải thời gian; ví dụ 2 min 30 s",
        ),
        "explain.only-recording": Text(
            "--at and --site need --recording", "--at và --site cần có --recording"
        ),
        "rules.subcommands": Text("what to do", "việc cần làm"),
        "argument.test-files": Text("files with tests of rules", "các tệp phép thử luật"),
        "command.disable": Text(
            "take a detector, zone or output out of service for a time",
            "vô hiệu hóa một đầu báo, khu vực hoặc đầu ra trong một thời gian",
        ),
        "command.disable.example": Text(
            'firegw disable detector/hall-smoke-1 --for 8h --reason "welding"',
            'firegw disable detector/sanh-khoi-1 --for 8h --reason "hàn xì"',
        ),
        "command.enable": Text(
            "put what was disabled back into service", "cho cái đã vô hiệu hóa hoạt động lại"
        ),
        "command.enable.example": Text(
            "firegw enable detector/hall-smoke-1", "firegw enable detector/sanh-khoi-1"
        ),
        "command.test": Text(
            "put a zone under test: what it raises is not in earnest",
            "đưa một khu vực vào chế độ thử: báo động ở đó không phải thật",
        ),
        "command.test.example": Text("firegw test hall --for 1h", "firegw test sanh --for 1h"),
        # Arguments
        "argument.socket": Text(
            "the gateway's control socket (default: {default})",
            "socket điều khiển của bộ truyền tin (mặc định: {default})",
        ),
        "argument.site-file": Text("the site file", "tệp cơ sở"),
        "argument.state-directory": Text(
            "where the journal lies (default: {default})",
            "nơi để nhật ký (mặc định: {default})",
        ),
        "argument.operator-uid": Text(
            "for a trial run: let this user id operate",
            "khi chạy thử: cho phép mã người dùng này thao tác",
        ),
        "run.no-state-directory": Text(
            "{path}: no such directory; make it, or name another with --state-directory",
            "{path}: không có thư mục này; hãy tạo nó, hoặc chọn nơi khác bằng --state-directory",
        ),
        "run.state-in-use": Text(
            "{path}: another gateway works there; stop it first, or name another place with "
            "--state-directory",
            "{path}: một bộ truyền tin khác đang dùng; hãy dừng nó trước, hoặc chọn nơi khác bằng "
            "--state-directory",
        ),
        "run.not-started": Text(
            "{path} has mistakes; the gateway was not started",
            "{path} có chỗ sai; bộ truyền tin không được khởi động",
        ),
        "argument.json": Text("print JSON, for programs", "in JSON, cho chương trình"),
        "argument.zone": Text("only in this zone", "chỉ trong khu vực này"),
        "argument.yes": Text("do not ask", "không hỏi lại"),
        "argument.target": Text(
            "what: detector/ID, zone/ID or output/ID",
            "cái gì: detector/ID (đầu báo), zone/ID (khu vực) hoặc output/ID (đầu ra)",
        ),
        "argument.for": Text(
            'for how long, as 8h or "30 min" (default: {usual}; at most {most})',
            'trong bao lâu, như 8h hoặc "30 min" (mặc định: {usual}; nhiều nhất {most})',
        ),
        "argument.reason": Text("why, in your words", "lý do, theo lời của bạn"),
        "argument.whole-site": Text(
            "yes, even though no zone is left in service then",
            "vẫn làm, dù không còn khu vực nào hoạt động bình thường",
        ),
        "argument.test-zone": Text(
            "the zone; without it every zone, with --whole-site",
            "khu vực; nếu không ghi thì mọi khu vực, kèm --whole-site",
        ),
        "argument.end": Text("end the test", "kết thúc thử"),
        # Check and schema
        "argument.site-files": Text("site files to check", "các tệp cơ sở cần kiểm tra"),
        "argument.profile-schema": Text(
            "the schema of profiles instead of site files",
            "lược đồ của tệp mô tả thiết bị thay vì tệp cơ sở",
        ),
        "check.ok": Text("{file}: ok", "{file}: tốt"),
        "check.ok.warnings": Text(
            "{file}: ok, warnings: {count}", "{file}: tốt, cảnh báo: {count}"
        ),
        "check.problem": Text("1 problem; nothing was changed", "có 1 chỗ sai; chưa thay đổi gì"),
        "check.problems": Text(
            "{count} problems; nothing was changed", "có {count} chỗ sai; chưa thay đổi gì"
        ),
        "argument.timing": Text(
            "print each rule's worst-case time, and what it is made of",
            "in thời gian chậm nhất của từng luật, và các phần tạo nên nó",
        ),
        "timing.title": Text(
            "{file}: worst case, from the change at the detector to the publication",
            "{file}: chậm nhất, từ khi đầu báo thay đổi đến khi gửi tin",
        ),
        "timing.not-counted": Text(
            "not counted: the detector's own response, and the network",
            "chưa tính: thời gian đáp ứng của chính đầu báo, và mạng truyền",
        ),
        "timing.rule": Text(
            "{name}: {raises} in {zone}, {takes}", "{name}: {raises} tại {zone}, {takes}"
        ),
        "timing.rule.from-to": Text(
            "{name}: {raises} in {zone}, {least} to {most}",
            "{name}: {raises} tại {zone}, từ {least} đến {most}",
        ),
        "timing.rule.none": Text(
            "{name}: {raises} in {zone}, by no detector",
            "{name}: {raises} tại {zone}, không do đầu báo nào",
        ),
        "timing.fastest": Text("by the fastest way", "theo cách nhanh nhất"),
        "timing.slowest": Text("by the slowest way", "theo cách chậm nhất"),
        "timing.seconds": Text("{count} s", "{count} giây"),
        "timing.faults": Text(
            "a fault of a detector is told within", "lỗi của một đầu báo được báo trong vòng"
        ),
        "timing.term.period": Text("until {of} is read again", "chờ đến lượt đọc {of}"),
        "timing.term.line": Text(
            "while all else on its line is asked once, and {of}",
            "hỏi một lượt mọi thiết bị khác trên đường dây, rồi {of}",
        ),
        "timing.term.dead-unit": Text(
            "one dead unit on its line is waited for", "chờ một thiết bị không trả lời"
        ),
        "timing.term.full-line": Text(
            "alarm points go first: its line has no room for all",
            "nhường các điểm báo động: đường dây không đủ chỗ cho tất cả",
        ),
        "timing.term.debounce": Text(
            "the contact of {of} may chatter", "tiếp điểm của {of} có thể rung"
        ),
        "timing.term.frame": Text(
            "until {of} sends its next frame", "chờ khung dữ liệu tiếp theo của {of}"
        ),
        "timing.term.window": Text("the whole window of {of}", "trọn khoảng thời gian của {of}"),
        "timing.term.next-reading": Text(
            "until the next reading of {of} comes", "chờ lần đọc kế tiếp của {of}"
        ),
        "timing.term.age": Text("the age of {of}", "tuổi giá trị của {of}"),
        "timing.term.dose": Text(
            "a dose of CO at {of}, at its slowest", "liều CO tại {of}, lúc chậm nhất"
        ),
        "timing.term.held": Text("held", "được giữ (held)"),
        "timing.term.settle": Text("verification: nothing counts yet", "kiểm chứng: chưa tính gì"),
        "timing.term.within": Text(
            "verification: until the second signal", "kiểm chứng: chờ tín hiệu thứ hai"
        ),
        "timing.term.look": Text("the core's next look", "lần xem kế tiếp của bộ xử lý"),
        "timing.term.for": Text("`for` of {of}", "`for` của {of}"),
        "timing.term.fault": Text(
            "until the silence of {of} is a fault", "đến khi {of} im lặng được coi là lỗi"
        ),
        "timing.term.publication": Text(
            "allowance: deciding, writing, sending", "dự phòng: quyết định, ghi, gửi"
        ),
        # The operator's acts
        "act.acknowledge.site": Text(
            "acknowledged in the whole site, as {author}",
            "đã xác nhận trong toàn cơ sở, người thực hiện: {author}",
        ),
        "act.acknowledge.zone": Text(
            "acknowledged in zone {zone}, as {author}",
            "đã xác nhận trong khu vực {zone}, người thực hiện: {author}",
        ),
        "act.silence.site": Text(
            "sirens silenced in the whole site, as {author}",
            "đã tắt còi trong toàn cơ sở, người thực hiện: {author}",
        ),
        "act.silence.zone": Text(
            "sirens silenced for zone {zone}, as {author}",
            "đã tắt còi cho khu vực {zone}, người thực hiện: {author}",
        ),
        "act.reset.site": Text(
            "reset in the whole site, as {author}",
            "đã đặt lại trong toàn cơ sở, người thực hiện: {author}",
        ),
        "act.reset.zone": Text(
            "reset in zone {zone}, as {author}",
            "đã đặt lại trong khu vực {zone}, người thực hiện: {author}",
        ),
        "act.disable": Text(
            "{what} is out of service for {span}, as {author}",
            "{what} bị vô hiệu hóa trong {span}, người thực hiện: {author}",
        ),
        "act.enable": Text(
            "{what} is back in service, as {author}",
            "{what} đã hoạt động lại, người thực hiện: {author}",
        ),
        "act.test.site": Text(
            "the whole site is under test for {span}, as {author}",
            "toàn cơ sở ở chế độ thử trong {span}, người thực hiện: {author}",
        ),
        "act.test.zone": Text(
            "zone {zone} is under test for {span}, as {author}",
            "khu vực {zone} ở chế độ thử trong {span}, người thực hiện: {author}",
        ),
        "act.end-test.site": Text(
            "the test of the whole site has ended, as {author}",
            "đã kết thúc thử toàn cơ sở, người thực hiện: {author}",
        ),
        "act.end-test.zone": Text(
            "the test of zone {zone} has ended, as {author}",
            "đã kết thúc thử khu vực {zone}, người thực hiện: {author}",
        ),
        "act.refused": Text("refused: {refusal}", "bị từ chối: {refusal}"),
        "reset.ask.site": Text(
            "Reset every latched alarm of the site? The fire must be out. [y/N] ",
            "Đặt lại mọi báo động đang giữ của cơ sở? Cháy phải đã tắt hẳn. [c/K] ",
        ),
        "reset.ask.zone": Text(
            "Reset the latched alarms of zone {zone}? The fire must be out. [y/N] ",
            "Đặt lại các báo động đang giữ của khu vực {zone}? Cháy phải đã tắt hẳn. [c/K] ",
        ),
        "disable.ask.detector": Text(
            "Disable {what} for {span}? No alarm comes from it meanwhile. [y/N] ",
            "Vô hiệu hóa {what} trong {span}? Trong lúc đó nó không báo động. [c/K] ",
        ),
        "disable.ask.zone": Text(
            "Disable {what} for {span}? Only its call points raise alarms meanwhile. [y/N] ",
            "Vô hiệu hóa {what} trong {span}? Trong lúc đó chỉ còn nút ấn báo cháy. [c/K] ",
        ),
        "disable.ask.output": Text(
            "Disable {what} for {span}? No alarm sets it meanwhile. [y/N] ",
            "Vô hiệu hóa {what} trong {span}? Trong lúc đó báo động không bật nó. [c/K] ",
        ),
        "test.ask.site": Text(
            "Put EVERY zone under test for {span}? Their alarms go out as a test. [y/N] ",
            "Thử MỌI khu vực trong {span}? Báo động ở đó được gửi như tin thử. [c/K] ",
        ),
        "test.ask.zone": Text(
            "Put zone {zone} under test for {span}? Its alarms go out as a test. [y/N] ",
            "Thử khu vực {zone} trong {span}? Báo động ở đó được gửi như tin thử. [c/K] ",
        ),
        "act.not-done": Text("nothing was changed", "chưa thay đổi gì"),
        "act.cannot-ask": Text(
            "{command} asks first, and there is no terminal to ask at: add --yes",
            "lệnh {command} cần hỏi lại mà không có màn hình để hỏi: thêm --yes",
        ),
        "target.wrong": Text(
            "{target}: write what kind it is, as in detector/hall-smoke-1, zone/hall, output/siren",
            "{target}: hãy ghi rõ loại, như detector/sanh-khoi-1, zone/sanh, output/coi",
        ),
        "span.wrong": Text(
            "{span} is no time with its unit; as in 8h, 30min or 2d",
            "{span} không phải thời gian kèm đơn vị; như 8h, 30min hoặc 2d",
        ),
        "span.limits": Text(
            "{span}: from {least} to {most}, please", "{span}: phải từ {least} đến {most}"
        ),
        "reason.long": Text(
            "the reason has {count} characters; {most} at most",
            "lý do dài {count} ký tự; nhiều nhất {most}",
        ),
        "test.which": Text(
            "which zone? as in `firegw test hall`, or --whole-site for all of them",
            "khu vực nào? như `firegw test sanh`, hoặc --whole-site cho mọi khu vực",
        ),
        "test.end-for": Text(
            "either --end or --for: what ends has no length",
            "hoặc --end hoặc --for: kết thúc thì không cần thời gian",
        ),
        # Reaching the gateway
        "reach.missing": Text(
            "{path}: no such socket; is the service running? see `systemctl status fire-gateway`",
            "{path}: không có socket này; dịch vụ có đang chạy không? xem"
            " `systemctl status fire-gateway`",
        ),
        "reach.nobody": Text(
            "{path}: nobody answers; is the service running? see `systemctl status fire-gateway`",
            "{path}: không ai trả lời; dịch vụ có đang chạy không? xem"
            " `systemctl status fire-gateway`",
        ),
        "reach.permission": Text(
            "{path}: permission denied; be in {groups} (`sudo usermod -aG {groups} $USER`, then"
            " log in anew)",
            "{path}: không có quyền; cần thuộc {groups} (`sudo usermod -aG {groups} $USER`, rồi"
            " đăng nhập lại)",
        ),
        "reach.denied": Text(
            "{author} may not {verb}; be in group {group} (`sudo usermod -aG {group} $USER`, then"
            " log in anew)",
            "{author} không được phép {verb}; cần thuộc nhóm {group}"
            " (`sudo usermod -aG {group} $USER`, rồi đăng nhập lại)",
        ),
        "verb.status": Text("see the status", "xem trạng thái"),
        "verb.acknowledge": Text("acknowledge", "xác nhận"),
        "verb.silence": Text("silence the sirens", "tắt còi"),
        "verb.explain": Text("see why a rule is as it is", "xem vì sao một luật đang như vậy"),
        "verb.reset": Text("reset", "đặt lại"),
        "verb.disable": Text("disable anything", "vô hiệu hóa"),
        "verb.enable": Text("enable anything", "cho hoạt động lại"),
        "verb.test": Text("begin a test", "bắt đầu thử"),
        "verb.end-test": Text("end a test", "kết thúc thử"),
        "reach.slow": Text(
            "{path}: no answer within {limit} s; see `systemctl status fire-gateway`",
            "{path}: không trả lời trong {limit} giây; xem `systemctl status fire-gateway`",
        ),
        "reach.system": Text("{path}: {detail}", "{path}: {detail}"),
        "reach.garbled": Text(
            "{path}: not an answer that firegw understands: {detail}",
            "{path}: firegw không hiểu câu trả lời: {detail}",
        ),
        "reach.busy": Text(
            "the gateway has too many callers just now; try again",
            "đang có quá nhiều người hỏi bộ truyền tin; hãy thử lại",
        ),
        "reach.failed": Text(
            "the gateway could not answer: {detail}", "bộ truyền tin không trả lời được: {detail}"
        ),
        # Status: the first lines
        "status.fire-alarm": Text("FIRE ALARM in {zones}", "BÁO CHÁY tại {zones}"),
        "status.gas-alarm": Text("GAS ALARM in {zones}", "BÁO ĐỘNG KHÍ tại {zones}"),
        "status.pre-alarm": Text("PRE-ALARM in {zones}", "TIỀN BÁO ĐỘNG tại {zones}"),
        "status.supervisory": Text("SUPERVISORY in {zones}", "GIÁM SÁT tại {zones}"),
        "status.fault": Text("FAULT: {zones}", "LỖI: {zones}"),
        "status.degraded": Text("PROTECTION REDUCED in {zones}", "BẢO VỆ SUY GIẢM tại {zones}"),
        "status.disabled": Text("OUT OF SERVICE: {zones}", "ĐANG VÔ HIỆU HÓA: {zones}"),
        "status.test": Text("UNDER TEST: {zones}", "ĐANG THỬ: {zones}"),
        "status.cause-gone": Text(
            "{headline} (latched; its cause has gone)",
            "{headline} (còn giữ; nguyên nhân đã hết)",
        ),
        "status.unprotected": Text("NOT PROTECTED: {zones}", "KHÔNG ĐƯỢC BẢO VỆ: {zones}"),
        "status.starting": Text(
            "starting: not every detector has answered yet in {zones}",
            "đang khởi động: chưa phải mọi đầu báo đã trả lời tại {zones}",
        ),
        "status.quiet": Text(
            "all quiet: {count} zones protected", "bình thường: {count} khu vực được bảo vệ"
        ),
        "status.quiet.one": Text(
            "all quiet: 1 zone protected", "bình thường: 1 khu vực được bảo vệ"
        ),
        "status.no-zones": Text(
            "NOT PROTECTED: this site has no zones", "KHÔNG ĐƯỢC BẢO VỆ: cơ sở chưa có khu vực nào"
        ),
        "status.protected": Text(
            "{count} of {total} zones fully protected",
            "{count} trên {total} khu vực được bảo vệ đầy đủ",
        ),
        "status.no-path": Text(
            "NO PATH TO THE CENTRE: nothing can be sent, alarms are told here only",
            "MẤT ĐƯỜNG TRUYỀN TỚI TRUNG TÂM: chưa gửi được tin, chỉ báo động tại chỗ",
        ),
        "status.store-bad": Text(
            "THE JOURNAL CANNOT BE WRITTEN: events are sent from memory",
            "KHÔNG GHI ĐƯỢC NHẬT KÝ: tin được gửi từ bộ nhớ",
        ),
        "status.trial": Text(
            "trial run: user id {uids} was let operate on the command line",
            "chạy thử: người dùng số {uids} được cho thao tác bằng dòng lệnh",
        ),
        "status.more": Text("{zones} and {count} more", "{zones} và {count} nơi khác"),
        # Status: the sections
        "status.zones": Text("Zones", "Khu vực"),
        "status.conditions": Text("Conditions", "Trạng thái"),
        "status.out-of-service": Text("Out of service", "Đang vô hiệu hóa"),
        "status.tests": Text("Under test: not in earnest", "Đang thử: không phải thật"),
        "status.delays": Text("Delays before outputs", "Thời gian trễ trước đầu ra"),
        "status.only-test": Text("test only, {condition}", "chỉ là thử, {condition}"),
        "status.by": Text("by {author}", "{author} thực hiện"),
        "status.partly-disabled": Text("partly out of service", "vô hiệu hóa một phần"),
        "status.decided-by": Text("decided by {detectors}", "do {detectors}"),
        "status.detectors": Text(
            "Detectors not in order ({count} of {total})",
            "Đầu báo bất thường ({count} trên {total})",
        ),
        "status.detectors.ok": Text(
            "Detectors: all {total} in order", "Đầu báo: cả {total} đều tốt"
        ),
        "status.outputs": Text("Outputs", "Đầu ra"),
        "status.paths": Text("Paths to the centre", "Đường truyền tới trung tâm"),
        "status.paths.none": Text("none in the site file", "tệp cơ sở không có"),
        "status.gateway": Text("Gateway", "Bộ truyền tin"),
        "status.zone-quiet": Text("quiet", "thường trực"),
        "status.acknowledged": Text("acknowledged by {author}", "{author} đã xác nhận"),
        "status.not-acknowledged": Text("not acknowledged", "chưa xác nhận"),
        "status.latched": Text("latched", "đang giữ"),
        "status.over": Text("cause gone", "hết nguyên nhân"),
        "status.silenced": Text("sirens silenced", "còi đã tắt"),
        "status.on": Text("energised", "đóng điện"),
        "status.off": Text("released", "ngắt điện"),
        "status.connected": Text("connected {since}", "đã nối {since}"),
        "status.disconnected": Text("NOT CONNECTED {since}", "MẤT KẾT NỐI {since}"),
        "status.outbox": Text(
            "waiting to be sent: alarm {alarm}, trouble {trouble}, status {status}",
            "chờ gửi: báo động {alarm}, lỗi {trouble}, trạng thái {status}",
        ),
        "status.clock.synchronised": Text("clock synchronised", "đồng hồ đã đồng bộ"),
        "status.clock.holdover": Text(
            "clock running on since its last synchronisation",
            "đồng hồ tự chạy từ lần đồng bộ trước",
        ),
        "status.clock.unknown": Text("CLOCK NOT SET", "ĐỒNG HỒ CHƯA ĐÚNG"),
        "status.journal-ok": Text("journal written", "nhật ký ghi được"),
        "status.name": Text("{site}, gateway {gateway}", "{site}, bộ truyền tin {gateway}"),
        "status.running": Text(
            "version {version}, running for {age}", "phiên bản {version}, đã chạy {age}"
        ),
        # Times
        "time.since": Text("since {time}", "từ {time}"),
        "time.for": Text("for {age}", "đã {age}"),
        "time.before-restart": Text("since before the restart", "từ trước khi khởi động lại"),
        "time.until": Text("until {time}", "đến {time}"),
        "time.left": Text("for another {age}", "còn {age}"),
        "time.seconds": Text("{count} s", "{count} giây"),
        "time.minutes": Text("{count} min", "{count} phút"),
        "time.hours": Text("{count} h {minutes} min", "{count} giờ {minutes} phút"),
        "time.whole-hours": Text("{count} h", "{count} giờ"),
        "time.whole-days": Text("{count} d", "{count} ngày"),
        "time.days": Text("{count} d {hours} h", "{count} ngày {hours} giờ"),
        # Rules: tests, and a rule as it is now
        "tests.missing": Text("missing: {what}", "thiếu: {what}"),
        "tests.unexpected": Text("not expected: {what}", "không mong đợi: {what}"),
        "tests.until": Text("(waited for until {time})", "(chờ đến {time})"),
        "tests.then": Text("at {time}:", "lúc {time}:"),
        "tests.ok": Text("{count} tests: all ok", "{count} phép thử: tất cả đạt"),
        "tests.ok.one": Text("1 test: ok", "1 phép thử: đạt"),
        "tests.failed": Text(
            "{count} tests: {failed} failed", "{count} phép thử: {failed} không đạt"
        ),
        "tests.failed.one": Text("1 test: failed", "1 phép thử: không đạt"),
        "explain.when": Text("when", "khi"),
        "explain.clear": Text("clear", "hết khi"),
        "explain.none": Text(
            "there is no rule or call point {name}; rules are {known}",
            "không có luật hay nút ấn {name}; các luật là {known}",
        ),
        "explain.at": Text(
            "{rule} at {time} ({after} after the beginning of the recording)",
            "{rule} lúc {time} ({after} sau khi bắt đầu bản ghi)",
        ),
        "plot.more": Text("and {count} more events", "và {count} sự kiện nữa"),
        "explain.signs": Text("✓ true   ✗ false   ? unknown", "✓ đúng   ✗ sai   ? chưa biết"),
        "explain.progress": Text("(true for {held} of {hold})", "(đã đúng {held} trên {hold})"),
        "explain.all": Text("all of", "tất cả"),
        "explain.any": Text("any of", "một trong"),
        "explain.not": Text("not", "không phải"),
        "explain.count": Text(
            "how many of {of}: {comparison} {count}", "bao nhiêu trên {of}: {comparison} {count}"
        ),
        "explain.held": Text("now or within the last {span}", "hiện nay hoặc trong {span} vừa qua"),
        "explain.verified": Text(
            "again after {settle}, within {within}", "lặp lại sau {settle}, trong vòng {within}"
        ),
        "phase.quiet": Text("quiet", "thường trực"),
        "phase.pending": Text("true, not yet for long enough", "đúng, chưa đủ lâu"),
        "phase.standing": Text("raised, its cause holds", "đã báo, còn nguyên nhân"),
        "phase.latched": Text("latched, its cause has gone", "đang giữ, nguyên nhân đã hết"),
        # Recordings
        "replay.heading": Text(
            "recording of {gateway}, kept for: {reason}; begins {begins}, lasts {lasts}, "
            "{count} inputs",
            "bản ghi của {gateway}, được giữ vì: {reason}; bắt đầu {begins}, dài {lasts}, "
            "{count} dữ liệu vào",
        ),
        "replay.no-clock": Text("at an unknown time", "vào lúc chưa rõ giờ"),
        "replay.middle": Text(
            "it begins in the middle of a run: what windows, `for` and detectors' failures had "
            "gathered before that is unknown",
            "bản ghi bắt đầu giữa chừng: những gì cửa sổ thời gian, `for` và lỗi đầu báo đã tích "
            "lũy trước đó thì không rõ",
        ),
        "replay.cut": Text(
            "its end is cut off or damaged; it was read up to there",
            "phần cuối bị cắt hoặc hỏng; chỉ đọc được đến đó",
        ),
        "replay.dropped": Text(
            "{count} inputs are missing in it", "thiếu {count} dữ liệu vào trong bản ghi"
        ),
        "replay.nothing": Text("nothing was told, then or now", "không có tin nào, khi đó lẫn nay"),
        "replay.signs": Text(
            "= as then   ~ at another time   - only then   + only now",
            "= như khi đó   ~ khác lúc   - chỉ khi đó   + chỉ bây giờ",
        ),
        "replay.same": Text("the same as then", "giống như khi đó"),
        "replay.differ": Text("differences: {count}", "số chỗ khác: {count}"),
        "replay.later": Text("now {span} later", "nay muộn hơn {span}"),
        "replay.earlier": Text("now {span} earlier", "nay sớm hơn {span}"),
        "replay.unreadable": Text(
            "{path}: this recording cannot be read: {detail}",
            "{path}: không đọc được bản ghi này: {detail}",
        ),
        "replay.empty": Text("there is nothing in it", "không có gì trong đó"),
        "replay.no-site": Text(
            "the recording does not hold its site file: name one with --rules or --site",
            "bản ghi không kèm tệp cơ sở: hãy chỉ ra bằng --rules hoặc --site",
        ),
        "replay.site-mistakes": Text(
            "{path} has mistakes; nothing was judged",
            "{path} có chỗ sai; chưa phán định gì",
        ),
        # Names of the core's words
        "condition.fire-alarm": Text("FIRE ALARM", "BÁO CHÁY"),
        "condition.gas-alarm": Text("GAS ALARM", "BÁO ĐỘNG KHÍ"),
        "condition.pre-alarm": Text("pre-alarm", "tiền báo động"),
        "condition.supervisory": Text("supervisory", "giám sát"),
        "condition.fault": Text("fault", "lỗi"),
        "condition.degraded": Text("protection reduced", "bảo vệ suy giảm"),
        "condition.disabled": Text("out of service", "vô hiệu hóa"),
        "condition.test": Text("under test", "đang thử"),
        "protection.full": Text("protected", "được bảo vệ"),
        "protection.degraded": Text("reduced", "suy giảm"),
        "protection.unprotected": Text("NOT PROTECTED", "KHÔNG BẢO VỆ"),
        "protection.starting": Text("starting", "đang khởi động"),
        "source.rule": Text("rule", "luật"),
        "source.detector": Text("detector", "đầu báo"),
        "source.call-point": Text("call point", "nút ấn"),
        "source.bus": Text("bus", "đường dây"),
        "source.zone": Text("zone", "khu vực"),
        "source.output": Text("output", "đầu ra"),
        "source.path": Text("path", "đường truyền"),
        "source.gateway": Text("gateway part", "bộ phận"),
        "health.starting": Text("not heard of yet", "chưa trả lời"),
        "health.warming-up": Text("warming up", "đang làm nóng"),
        "health.ok": Text("ok", "tốt"),
        "health.faulty": Text("faulty", "lỗi"),
        "cause.no-reply": Text("no reply", "không trả lời"),
        "cause.bad-checksum": Text("bad checksum", "sai mã kiểm tra"),
        "cause.bad-reply": Text("wrong reply", "trả lời sai"),
        "cause.exception-reply": Text("exception reply", "thiết bị báo từ chối"),
        "cause.device-fault": Text("the device reports a fault", "thiết bị tự báo lỗi"),
        "cause.bus-down": Text("its bus is down", "đường dây mất kết nối"),
        "cause.stale": Text("value too old", "giá trị quá cũ"),
        "cause.over-range": Text("OVER RANGE", "VƯỢT DẢI ĐO"),
        "cause.implausible": Text("implausible value", "giá trị vô lý"),
        "cause.unknown": Text("an input is unknown", "có giá trị chưa rõ"),
        "cause.loop-low": Text(
            "loop below 3.6 mA: wire or transmitter", "mạch dưới 3,6 mA: đứt dây hoặc hỏng đầu đo"
        ),
        "cause.loop-high": Text(
            "loop above 21 mA: short or transmitter", "mạch trên 21 mA: chập mạch hoặc hỏng đầu đo"
        ),
        "cause.loop-undefined": Text(
            "loop in none of its states", "mạch không ở trạng thái nào đã định"
        ),
        "cause.open-circuit": Text("wire cut (open circuit)", "đứt dây"),
        "cause.short-circuit": Text("short circuit", "chập mạch"),
        "cause.stuck": Text("value does not move", "giá trị đứng yên"),
        "cause.checksum-rate": Text("too many bad checksums", "quá nhiều lần sai mã kiểm tra"),
        "cause.end-of-life": Text("service life has ended", "hết tuổi thọ"),
    }
)
