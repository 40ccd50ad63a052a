"""What firegw says to people, in English and in Vietnamese.

One table, with those of gateway.texts in it; a text is found by its key and filled by name. A text
is for a person at the unit: everything that machines read (logs, messages, JSON) is in English and
not in here. "Sự cố" is an incident in law and a fault in manuals: a fault is "lỗi", an alarm "báo
cháy".
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

from gateway.texts.entry import Text


class Language(StrEnum):
    """The languages that firegw speaks."""

    ENGLISH = "en"
    VIETNAMESE = "vi"


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


_OWN: Final[Mapping[str, Text]] = MappingProxyType(
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
        "exit.3": Text(
            "the gateway, port or host cannot be reached",
            "không liên lạc được với bộ truyền tin, cổng hoặc máy",
        ),
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
        "command.journal": Text(
            "verify, export or count the journal of what happened",
            "kiểm chứng, xuất hoặc thống kê nhật ký sự kiện",
        ),
        "command.journal.example": Text("firegw journal verify", "firegw journal verify"),
        "command.journal-verify": Text(
            "find out whether a journal is whole: nothing missing, altered or moved",
            "kiểm chứng nhật ký còn nguyên vẹn: không thiếu, không sửa, không tráo",
        ),
        "command.journal-verify.example": Text(
            "firegw journal verify --json", "firegw journal verify --json"
        ),
        "command.journal-export": Text(
            "print records as lines of JSON, with their hashes",
            "in các bản tin thành từng dòng JSON, kèm mã băm",
        ),
        "command.journal-export.example": Text(
            "firegw journal export --lane alarm --since 2026-11-24T00:00:00+07:00",
            "firegw journal export --lane alarm --since 2026-11-24T00:00:00+07:00",
        ),
        "command.journal-stats": Text(
            "count what a journal holds, and what waits to be delivered",
            "thống kê nhật ký có gì, và còn gì chờ gửi",
        ),
        "command.journal-stats.example": Text(
            "firegw journal stats --json", "firegw journal stats --json"
        ),
        "argument.journal": Text(
            "the journal's file (default: {default})", "tệp nhật ký (mặc định: {default})"
        ),
        "argument.journal-head": Text(
            "the last record that the centre heard of in a heartbeat (journal_number, "
            "journal_head): shows whether the end was cut off",
            "bản tin cuối mà trung tâm nghe được trong nhịp báo (journal_number, journal_head): "
            "cho thấy phần cuối có bị cắt không",
        ),
        "argument.journal-key": Text(
            "public key that may have signed; once each for several (default: this unit's own, "
            "where it may be read)",
            "khóa công khai được phép ký; nhắc lại cho mỗi khóa (mặc định: khóa của máy này, nếu "
            "đọc được)",
        ),
        "argument.export-from": Text("not before this number", "từ số này trở đi"),
        "argument.export-to": Text("not after this number", "đến hết số này"),
        "argument.export-since": Text(
            "not before this time, with its zone, as in 2026-11-24T08:00:00+07:00",
            "từ thời điểm này trở đi, kèm múi giờ, ví dụ 2026-11-24T08:00:00+07:00",
        ),
        "argument.export-lane": Text("of this lane only", "chỉ trong luồng này"),
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
        "argument.json-anyway": Text("print JSON, as it does anyway", "in JSON, vốn là mặc định"),
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
            "lược đồ của hồ sơ thiết bị thay vì tệp cơ sở",
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
            "chưa tính: thời gian tác động của chính đầu báo, và mạng truyền",
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
        "timing.term.flashing": Text("until {of} has flashed twice", "chờ {of} nháy hai lần"),
        "timing.term.count": Text("pulses of {of} are counted", "đếm xung của {of}"),
        "timing.term.frame": Text(
            "until {of} sends its next frame", "chờ khung dữ liệu tiếp theo của {of}"
        ),
        "timing.term.print": Text(
            "until {of}'s line is printed to its end", "chờ tủ in xong dòng của {of}"
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
        # Enrolling and replacing a unit
        "command.enrol": Text(
            "make the unit's keys and certificate request; install its certificate",
            "tạo khóa và yêu cầu cấp chứng thư của thiết bị; cài chứng thư được cấp",
        ),
        "command.enrol.example": Text(
            "firegw enrol --install GW-0001.pem --ca ca.pem",
            "firegw enrol --install GW-0001.pem --ca ca.pem",
        ),
        "command.replace": Text(
            "be the same gateway on a new card or board, with keys of its own",
            "vẫn là bộ truyền tin đó trên thẻ nhớ hay bo mạch mới, với khóa riêng mới",
        ),
        "command.replace.example": Text("firegw replace", "firegw replace"),
        "argument.enrol-site": Text(
            "the site file, which names the gateway (default: {default})",
            "tệp cơ sở, trong đó có mã bộ truyền tin (mặc định: {default})",
        ),
        "argument.tls-directory": Text(
            "where key, request and certificate lie (default: {default})",
            "nơi để khóa, yêu cầu và chứng thư (mặc định: {default})",
        ),
        "argument.install": Text(
            "install this certificate, which the centre has sent",
            "cài chứng thư này, do trung tâm gửi về",
        ),
        "argument.enrol-ca": Text(
            "with --install: the authority that has signed it",
            "kèm --install: chứng thư của nơi cấp (CA)",
        ),
        "argument.give-up": Text(
            "give up the records that this machine has still to deliver",
            "bỏ các bản tin mà máy này chưa gửi được",
        ),
        "enrol.ca-alone": Text(
            "--ca needs --install CERT: the certificate that it has signed",
            "--ca cần có --install CERT: chứng thư do nơi đó cấp",
        ),
        "enrol.site": Text(
            "{path} does not say which gateway this is; nothing was changed",
            "{path} chưa cho biết đây là bộ truyền tin nào; chưa thay đổi gì",
        ),
        "enrol.gateway": Text(
            "gateway      {gateway} of site {site}, province {province}",
            "bộ truyền tin {gateway} của cơ sở {site}, tỉnh {province}",
        ),
        "enrol.made": Text("made now", "vừa tạo"),
        "enrol.there": Text("was there", "đã có"),
        "enrol.device-key": Text("device key   {file} ({what})", "khóa thiết bị {file} ({what})"),
        "enrol.tls-key": Text("TLS key      {file} ({what})", "khóa TLS      {file} ({what})"),
        "enrol.request": Text("request      {file} ({what})", "yêu cầu       {file} ({what})"),
        "enrol.certificate.missing": Text(
            "certificate  {file}: none yet", "chứng thư     {file}: chưa có"
        ),
        "enrol.certificate.there": Text(
            "certificate  {file}: good until {until} ({days} d)",
            "chứng thư     {file}: dùng được đến {until} (còn {days} ngày)",
        ),
        "enrol.certificate.unfit": Text(
            "certificate  {file}: cannot be used: {why}",
            "chứng thư     {file}: không dùng được: {why}",
        ),
        "enrol.for-the-centre": Text(
            "to be told to the centre by voice, not with the request:",
            "báo cho trung tâm bằng lời, không gửi kèm yêu cầu:",
        ),
        "enrol.fingerprint": Text(
            "  fingerprint of the TLS key (SHA-256):\n    {fingerprint}",
            "  vân tay của khóa TLS (SHA-256):\n    {fingerprint}",
        ),
        "enrol.public": Text(
            "  public device key:\n    {key}", "  khóa công khai của thiết bị:\n    {key}"
        ),
        "enrol.next": Text(
            "next: send {request} to the centre; with the certificate that comes back:\n"
            "  sudo firegw enrol --install CERT.pem --ca CA.pem",
            "tiếp theo: gửi {request} cho trung tâm; khi nhận được chứng thư:\n"
            "  sudo firegw enrol --install CERT.pem --ca CA.pem",
        ),
        "enrol.reserved": Text(
            "{gateway} is no id for a gateway: names that begin with centre- are the centres'; "
            "choose another in the site file",
            "{gateway} không thể là mã bộ truyền tin: tên bắt đầu bằng centre- dành cho trung tâm; "
            "hãy chọn mã khác trong tệp cơ sở",
        ),
        "enrol.no-key": Text(
            "{file}: is no key on an elliptic curve, without a passphrase, in PEM; move it away, "
            "and `firegw replace` makes a new one",
            "{file}: không phải khóa đường cong elliptic dạng PEM, không mật khẩu; hãy chuyển nó "
            "đi, rồi `firegw replace` sẽ tạo khóa mới",
        ),
        "enrol.key-open": Text(
            "{file}: others can read this key; chmod 600 {file}",
            "{file}: người khác đọc được khóa này; hãy chạy chmod 600 {file}",
        ),
        "enrol.key-first": Text(
            "{file}: there is no key yet; call `firegw enrol` first, without --install",
            "{file}: chưa có khóa; hãy chạy `firegw enrol` trước, không có --install",
        ),
        "enrol.key-is-gone": Text(
            "{key} is gone, to which {file} belongs; `firegw replace` makes new ones",
            "mất {key}, là khóa của {file}; `firegw replace` sẽ tạo bộ mới",
        ),
        "enrol.request.none": Text(
            "{file}: is no certificate request; move it away, and a new one is made",
            "{file}: không phải yêu cầu cấp chứng thư; hãy chuyển nó đi, yêu cầu mới sẽ được tạo",
        ),
        "enrol.request.other-key": Text(
            "{file}: was made with another key; move it away, and a new one is made",
            "{file}: được tạo bằng khóa khác; hãy chuyển nó đi, yêu cầu mới sẽ được tạo",
        ),
        "enrol.request.other-gateway": Text(
            "{file}: is for another gateway than {uri}; move it away, and a new one is made",
            "{file}: dành cho bộ truyền tin khác, không phải {uri}; hãy chuyển nó đi, yêu cầu mới "
            "sẽ được tạo",
        ),
        "enrol.certificate.none": Text(
            "{file}: holds no certificate in PEM", "{file}: không có chứng thư dạng PEM nào"
        ),
        "enrol.certificate.other-key": Text(
            "the certificate is for another key: was it made from an older request? nothing was "
            "changed",
            "chứng thư thuộc về khóa khác: có phải cấp theo yêu cầu cũ? chưa thay đổi gì",
        ),
        "enrol.certificate.other-name": Text(
            "the certificate is for {name}, and this gateway is {gateway}; nothing was changed",
            "chứng thư cấp cho {name}, còn bộ truyền tin này là {gateway}; chưa thay đổi gì",
        ),
        "enrol.certificate.no-client": Text(
            "the certificate is none for a client; ask the centre for one (purpose clientAuth); "
            "nothing was changed",
            "đây không phải chứng thư cho máy khách; hãy đề nghị trung tâm cấp loại clientAuth; "
            "chưa thay đổi gì",
        ),
        "enrol.certificate.dates": Text(
            "the certificate is good from {since} to {until}, and this machine says it is {now}; "
            "is its clock right? nothing was changed",
            "chứng thư dùng được từ {since} đến {until}, mà giờ của máy là {now}; đồng hồ máy có "
            "đúng không? chưa thay đổi gì",
        ),
        "enrol.certificate.other-authority": Text(
            "the certificate is signed by {issuer}, which does not lead to the authority; is it "
            "the right CA, and is the chain whole? nothing was changed",
            "chứng thư do {issuer} ký, không dẫn đến nơi cấp đã cho; CA có đúng, chuỗi chứng thư "
            "có đủ không? chưa thay đổi gì",
        ),
        "enrol.missing": Text("{file}: there is no such file", "{file}: không có tệp này"),
        "enrol.unreadable": Text("{file}: cannot be read: {why}", "{file}: không đọc được: {why}"),
        "enrol.too-large": Text(
            "{file}: has more than {most} bytes, which no such file needs",
            "{file}: lớn hơn {most} byte, không tệp nào loại này cần đến thế",
        ),
        "enrol.denied": Text(
            "{file}: {why}; call it with sudo", "{file}: {why}; hãy chạy bằng sudo"
        ),
        "enrol.unwritable": Text(
            "{file}: cannot be written: {why}; nothing was changed",
            "{file}: không ghi được: {why}; chưa thay đổi gì",
        ),
        "enrol.installed": Text(
            "{file}: installed, good until {until} ({days} d)",
            "{file}: đã cài, dùng được đến {until} (còn {days} ngày)",
        ),
        "enrol.installed-already": Text(
            "{file}: is this very certificate already, good until {until} ({days} d)",
            "{file}: đã là chính chứng thư này, dùng được đến {until} (còn {days} ngày)",
        ),
        "enrol.authority.made": Text(
            "{file}: the authority, by which the broker is verified",
            "{file}: nơi cấp (CA), dùng để xác minh máy chủ MQTT",
        ),
        "enrol.authority.differs": Text(
            "{file}: another authority is there and was left; the broker is verified by it",
            "{file}: đã có nơi cấp (CA) khác, được giữ nguyên; máy chủ MQTT được xác minh theo nó",
        ),
        "enrol.chain-not-checked": Text(
            "not checked: whether the authority has signed it (name that with --ca)",
            "chưa kiểm tra: chứng thư có do nơi cấp ký không (hãy cho biết bằng --ca)",
        ),
        "enrol.soon": Text(
            "it ends in {days} days: ask the centre for the next one now",
            "còn {days} ngày là hết hạn: hãy đề nghị trung tâm cấp chứng thư mới ngay",
        ),
        "enrol.no-restart": Text(
            "the gateway takes it up by itself when it connects again; nothing is to be restarted",
            "bộ truyền tin tự dùng chứng thư này khi kết nối lại; không cần khởi động lại gì",
        ),
        "enrol.not-named": Text(
            "no path of {site} shows it yet; write under the path:",
            "chưa đường truyền nào trong {site} dùng nó; hãy ghi vào đường truyền:",
        ),
        "replace.in-use": Text(
            "{path}: the gateway is running; stop it first: sudo systemctl stop fire-gateway",
            "{path}: bộ truyền tin đang chạy; hãy dừng trước: sudo systemctl stop fire-gateway",
        ),
        "replace.undelivered": Text(
            "{path}: this machine has its own journal with {count} records that are not delivered; "
            "let the gateway deliver them, or add --give-up; nothing was changed",
            "{path}: máy này có nhật ký riêng với {count} bản tin chưa gửi được; hãy để bộ truyền "
            "tin gửi xong, hoặc thêm --give-up; chưa thay đổi gì",
        ),
        "replace.unreadable": Text(
            "{why}; nobody can say what is still to be delivered; --give-up goes on all the same; "
            "nothing was changed",
            "{why}; không biết còn bản tin nào chưa gửi; vẫn làm tiếp bằng --give-up; chưa thay "
            "đổi gì",
        ),
        "replace.ask": Text(
            "Replace the unit? The journal in {path} is moved aside, and with it what stands: "
            "latched alarms, disablements. [y/N] ",
            "Thay thiết bị? Nhật ký trong {path} được cất đi, cùng các báo động đang giữ và các "
            "mục vô hiệu hóa. [c/K] ",
        ),
        "replace.ask-give-up": Text(
            "Replace the unit and GIVE UP {count} records that the centre does not have? The "
            "journal in {path} is moved aside. [y/N] ",
            "Thay thiết bị và BỎ {count} bản tin mà trung tâm chưa nhận? Nhật ký trong {path} được "
            "cất đi. [c/K] ",
        ),
        "replace.too-many": Text(
            "{folder}: holds {most} folders of replaced units; remove the oldest",
            "{folder}: đã có {most} thư mục của các thiết bị cũ; hãy xóa bớt",
        ),
        "replace.aside": Text(
            "moved aside  {folder}; remove it once the centre has all",
            "đã cất vào    {folder}; xóa đi khi trung tâm đã xử lý xong",
        ),
        "replace.centre": Text(
            "next: send {request} to the centre; it says itself what it replaces. The centre:",
            "tiếp theo: gửi {request} cho trung tâm; trong đó đã ghi là để thay thế. Trung tâm:",
        ),
        "replace.revoke": Text(
            "  revokes the old certificate, serial {serial}",
            "  thu hồi chứng thư cũ, số {serial}",
        ),
        "replace.device-key": Text(
            "  notes the new device key {new}\n    in place of {old}",
            "  ghi khóa thiết bị mới {new}\n    thay cho {old}",
        ),
        "replace.epoch": Text(
            "  is told of a new epoch by the gateway itself when it starts",
            "  được chính bộ truyền tin báo kỷ nguyên (epoch) mới khi khởi động",
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
            "{author} may not {verb}; be in group {group} (`sudo usermod -aG {group} {user}`, then"
            " log in anew)",
            "{author} không được phép {verb}; cần thuộc nhóm {group}"
            " (`sudo usermod -aG {group} {user}`, rồi đăng nhập lại)",
        ),
        "verb.status": Text("see the status", "xem trạng thái"),
        "verb.acknowledge": Text("acknowledge", "xác nhận"),
        "verb.silence": Text("silence the sirens", "tắt còi"),
        "verb.explain": Text("see why a rule is as it is", "xem vì sao một luật đang như vậy"),
        "verb.events": Text("see what happened", "xem những gì đã xảy ra"),
        "verb.reset": Text("reset", "đặt lại"),
        "verb.disable": Text("disable anything", "vô hiệu hóa"),
        "verb.enable": Text("enable anything", "cho hoạt động lại"),
        "verb.test": Text("begin a test", "bắt đầu thử"),
        "verb.end-test": Text("end a test", "kết thúc thử"),
        "verb.walk-test": Text("see the walk test", "xem việc thử đầu báo"),
        "verb.installed": Text("see what is installed", "xem những gì đã lắp"),
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
        "status.connected": Text("connected {since}", "có kết nối {since}"),
        "status.disconnected": Text("NOT CONNECTED {since}", "MẤT KẾT NỐI {since}"),
        "status.outbox": Text(
            "waiting to be sent: alarm {alarm}, trouble {trouble}, status {status}",
            "chờ gửi: báo động {alarm}, lỗi {trouble}, trạng thái {status}",
        ),
        "status.not-confirmed": Text(
            "not confirmed by the centre: the broker's word is all that is asked for",
            "chưa có xác nhận của trung tâm: chỉ có xác nhận của máy chủ MQTT",
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
        # The journal
        "journal.none": Text(
            "{path}: no journal here; name its file with --journal",
            "{path}: không có nhật ký ở đây; hãy chỉ ra tệp bằng --journal",
        ),
        "journal.denied": Text(
            "{path}: you may not read it; try with sudo",
            "{path}: bạn không được đọc tệp này; hãy thử với sudo",
        ),
        "journal.old": Text(
            "{path}: is of an earlier version (schema {schema}); the gateway brings it up to date "
            "when it starts",
            "{path}: thuộc phiên bản cũ (lược đồ {schema}); bộ truyền tin sẽ nâng cấp khi khởi "
            "động",
        ),
        "journal.wrong-head": Text(
            "--head {text}: write a number, a colon and 64 hexadecimal digits",
            "--head {text}: hãy viết số thứ tự, dấu hai chấm và 64 chữ số thập lục phân",
        ),
        "journal.wrong-number": Text(
            "{number}: no number of a record; they count from 1",
            "{number}: không phải số thứ tự bản tin; số thứ tự tính từ 1",
        ),
        "journal.wrong-time": Text(
            "--since {text}: no time with its zone; as in 2026-11-24T08:00:00+07:00",
            "--since {text}: không phải thời điểm kèm múi giờ; ví dụ 2026-11-24T08:00:00+07:00",
        ),
        "journal.whole": Text("{path}: whole", "{path}: nguyên vẹn"),
        "journal.broken": Text(
            "{path}: NOT WHOLE, at record {number}: {what}",
            "{path}: KHÔNG NGUYÊN VẸN, tại bản tin {number}: {what}",
        ),
        "journal.records": Text(
            "records: {count} verified; {gone} have gone by age, in {stubs} runs",
            "bản tin: đã kiểm chứng {count}; {gone} đã xóa vì cũ, trong {stubs} đoạn",
        ),
        "journal.head": Text("last verified: {number}:{hash}", "cuối cùng: {number}:{hash}"),
        "journal.head-gone": Text(
            "the record of --head has gone by age: it cannot be compared any more",
            "bản tin của --head đã xóa vì cũ: không so sánh được nữa",
        ),
        "journal.checkpoints": Text(
            "signed checkpoints: {count}, the newest at record {number}",
            "mốc có chữ ký: {count}, mới nhất ở bản tin {number}",
        ),
        "journal.key-expected": Text(
            "key {key}: {times} signatures, as expected", "khóa {key}: {times} chữ ký, đúng khóa"
        ),
        "journal.key-unexpected": Text(
            "key {key}: {times} signatures, NOT AN EXPECTED KEY; where the unit had it before a "
            "change of card, name both with --key",
            "khóa {key}: {times} chữ ký, KHÔNG PHẢI KHÓA MONG ĐỢI; nếu là khóa cũ trước khi thay "
            "thẻ nhớ, hãy chỉ ra cả hai bằng --key",
        ),
        "journal.key-unnamed": Text("key {key}: {times} signatures", "khóa {key}: {times} chữ ký"),
        "journal.no-key": Text(
            "which key is expected is not known: whoever can write the file could have signed it "
            "with one of his own; compare with the centre's, or name it with --key",
            "chưa biết khóa nào là đúng: ai ghi được tệp cũng có thể tự ký bằng khóa của mình; "
            "hãy so với khóa ở trung tâm, hoặc chỉ ra bằng --key",
        ),
        "journal.flaw.record-missing": Text("record {number} is missing", "thiếu bản tin {number}"),
        "journal.flaw.record-altered": Text(
            "record {number} is not as it was written, or not the one that was written here",
            "bản tin {number} đã bị sửa, hoặc không phải bản tin đã ghi ở đây",
        ),
        "journal.flaw.record-put-in": Text(
            "record {number} was put in later", "bản tin {number} bị chèn thêm về sau"
        ),
        "journal.flaw.stub-unsigned": Text(
            "from {number} on records have gone, and nobody has signed for that",
            "từ số {number} có bản tin đã mất mà không ai ký xác nhận",
        ),
        "journal.flaw.stub-forged": Text(
            "from {number} on records have gone, and the signature for that is not true",
            "từ số {number} có bản tin đã mất, và chữ ký xác nhận không đúng",
        ),
        "journal.flaw.stub-of-another-key": Text(
            "from {number} on records have gone, and another key has signed for that",
            "từ số {number} có bản tin đã mất, và một khóa khác đã ký xác nhận",
        ),
        "journal.flaw.checkpoint-forged": Text(
            "the checkpoint at {number} was altered", "mốc tại {number} đã bị sửa"
        ),
        "journal.flaw.checkpoint-contradicted": Text(
            "the records up to {number} are not those that were signed",
            "các bản tin đến số {number} không phải những bản tin đã được ký",
        ),
        "journal.flaw.cut-off": Text(
            "the journal ends before it, and the centre has heard of more",
            "nhật ký kết thúc trước đó, mà trung tâm đã nghe được nhiều hơn",
        ),
        "journal.flaw.head-contradicted": Text(
            "record {number} is not the one that the centre has heard of",
            "bản tin {number} không phải bản tin mà trung tâm đã nghe được",
        ),
        "journal.flaw.not-vouched-for": Text(
            "no expected key has signed the newest checkpoint ({number})",
            "không khóa mong đợi nào ký mốc mới nhất ({number})",
        ),
        "journal.held": Text(
            "{path}: {count} records, {first} to {last}",
            "{path}: {count} bản tin, từ {first} đến {last}",
        ),
        "journal.held-gone": Text(
            "gone by age: {gone} records, in {stubs} runs",
            "đã xóa vì cũ: {gone} bản tin, trong {stubs} đoạn",
        ),
        "journal.vouched": Text(
            "signed checkpoints: {count}, the newest at record {number}, {time}, key {key}",
            "mốc có chữ ký: {count}, mới nhất ở bản tin {number}, {time}, khóa {key}",
        ),
        "journal.not-vouched": Text("signed checkpoints: none", "mốc có chữ ký: chưa có"),
        "journal.lanes": Text("Lanes", "Luồng"),
        "journal.lanes-columns": Text(
            "lane|records|waiting|oldest|happened", "luồng|bản tin|chờ gửi|cũ nhất|xảy ra lúc"
        ),
        "journal.epochs": Text("Epochs", "Thời kỳ"),
        "journal.epochs-columns": Text("epoch|kind|reason|records", "thời kỳ|loại|lý do|bản tin"),
        "journal.boots": Text("Boots, the newest first", "Lần khởi động, mới nhất trước"),
        "journal.boots-columns": Text("boot|began|clock", "lần khởi động|bắt đầu|đồng hồ"),
        "journal.files": Text("Files", "Tệp"),
        "journal.files-columns": Text("file|size", "tệp|cỡ"),
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
        "cause.unprotected": Text("not protected", "không được bảo vệ"),
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
        "cause.device-warning": Text(
            "the device wants attention; it still watches",
            "thiết bị cần bảo dưỡng; vẫn đang giám sát",
        ),
        "cause.inhibited": Text(
            "the device is out of service (inhibit, calibration)",
            "thiết bị đang tạm ngừng (inhibit, hiệu chuẩn)",
        ),
        "cause.warming-up": Text("does not get warm", "làm nóng mãi không xong"),
        "cause.heartbeat-stopped": Text("its heartbeat stands still", "nhịp báo sống đứng yên"),
        "cause.chatter": Text(
            "its contact goes on and off too often", "tiếp điểm đóng ngắt liên tục"
        ),
        "cause.stuck": Text("value does not move", "giá trị đứng yên"),
        "cause.checksum-rate": Text("too many bad checksums", "quá nhiều lần sai mã kiểm tra"),
        "cause.end-of-life": Text("service life has ended", "hết tuổi thọ"),
        # The reference receiver
        "command.centre": Text(
            "receive, keep and acknowledge what gateways tell: a reference centre",
            "nhận, lưu và xác nhận tin của các bộ truyền tin: trung tâm mẫu",
        ),
        "command.centre.example": Text(
            "firegw centre --centre pc07-33 --broker mqtt.example.vn --province 33",
            "firegw centre --centre pc07-33 --broker mqtt.example.vn --province 33",
        ),
        "argument.centre-what": Text(
            "run: receive (the default); status: show what burns, who is silent, what is missing",
            "run: nhận tin (mặc định); status: hiện nơi đang cháy, bộ im lặng, tin còn thiếu",
        ),
        "argument.centre-database": Text(
            "the centre's database (default: {default})",
            "cơ sở dữ liệu của trung tâm (mặc định: {default})",
        ),
        "argument.centre-id": Text(
            "this centre's id, as site files name it", "mã của trung tâm này, như trong tệp cơ sở"
        ),
        "argument.centre-signing-key": Text(
            "the key that signs; made where it is absent (default: {default})",
            "khóa để ký; được tạo nếu chưa có (mặc định: {default})",
        ),
        "argument.centre-province": Text(
            "only the gateways of this province: two digits",
            "chỉ các bộ truyền tin của tỉnh này: hai chữ số",
        ),
        "argument.centre-prefix": Text(
            "only the gateways under this, as pccc/v1/33/CS0001234/+",
            "chỉ các bộ truyền tin trong nhánh này, ví dụ pccc/v1/33/CS0001234/+",
        ),
        "argument.centre-share": Text(
            "share the work with the processes of this name and the same database",
            "chia việc với các tiến trình cùng tên này và cùng cơ sở dữ liệu",
        ),
        "argument.centre-client-id": Text(
            "MQTT client id of this process (default: the centre's id)",
            "mã client MQTT của tiến trình này (mặc định: mã trung tâm)",
        ),
        "argument.centre-no-resend": Text(
            "do not ask gateways for what is missing",
            "không yêu cầu bộ truyền tin gửi lại tin còn thiếu",
        ),
        "argument.broker": Text("the MQTT broker", "máy chủ MQTT"),
        "argument.broker-ca": Text(
            "authorities that may vouch for the broker (default: the system's)",
            "các CA được tin để xác thực máy chủ MQTT (mặc định: của hệ thống)",
        ),
        "argument.broker-certificate": Text("our certificate, PEM", "chứng thư của mình, dạng PEM"),
        "argument.broker-key": Text(
            "its key, a file of mode 0600", "khóa của chứng thư, tệp có quyền 0600"
        ),
        "argument.broker-username": Text(
            "user name at the broker", "tên người dùng tại máy chủ MQTT"
        ),
        "argument.broker-password-file": Text(
            "file of mode 0600 with the password", "tệp có quyền 0600 chứa mật khẩu"
        ),
        "argument.broker-insecure": Text(
            "plain text towards another machine: anybody on the way can read and forge",
            "không mã hóa khi nối tới máy khác: ai ở giữa cũng đọc và giả mạo được",
        ),
        "broker.pair": Text(
            "--certificate and --key go together", "--certificate và --key phải đi cùng nhau"
        ),
        "broker.username": Text(
            "--password-file needs --username", "--password-file cần có --username"
        ),
        "broker.either": Text(
            "either --insecure, or --ca and --certificate",
            "chọn một: --insecure, hoặc --ca và --certificate",
        ),
        "broker.address": Text(
            "--broker {address}: is no HOST or HOST:PORT; as in mqtt.example.vn:8883",
            "--broker {address}: không phải MÁY hoặc MÁY:CỔNG; ví dụ mqtt.example.vn:8883",
        ),
        "centre.needs": Text(
            "a centre needs --broker and --centre; as in `firegw centre --broker localhost "
            "--centre pc07-33`",
            "trung tâm cần --broker và --centre; ví dụ `firegw centre --broker localhost "
            "--centre pc07-33`",
        ),
        "centre.share-needs": Text(
            "--share needs --client-id, another one for each process",
            "--share cần có --client-id, mỗi tiến trình một mã khác nhau",
        ),
        "centre.province": Text(
            "--province {province}: must be two digits; Hưng Yên is 33",
            "--province {province}: phải là hai chữ số; Hưng Yên là 33",
        ),
        "centre.prefix": Text(
            "--topic-prefix {prefix}: must be pccc/v1/PROVINCE/SITE/GATEWAY, with + for any",
            "--topic-prefix {prefix}: phải là pccc/v1/TỈNH/CƠ-SỞ/BỘ-TRUYỀN-TIN, dấu + là bất kỳ",
        ),
        "centre.key": Text(
            "centre {id}, key {key} (this goes into site files, under uplink.centres)",
            "trung tâm {id}, khóa {key} (ghi vào tệp cơ sở, mục uplink.centres)",
        ),
        "centre.happened.event": Text("event", "sự kiện"),
        "centre.happened.online": Text("connected", "đã nối"),
        "centre.happened.offline": Text("DISCONNECTED", "MẤT KẾT NỐI"),
        "centre.happened.silent": Text("SILENT", "IM LẶNG"),
        "centre.happened.heard-again": Text("heard again", "có tin trở lại"),
        "centre.happened.resend": Text("asked to send again", "được yêu cầu gửi lại"),
        "centre.happened.refused": Text("REFUSED", "TỪ CHỐI"),
        "centre.happened.started": Text("started", "bắt đầu"),
        "centre.happened.connected": Text("the broker has taken us", "máy chủ MQTT đã nhận"),
        "centre.happened.lost": Text("NO CONNECTION", "KHÔNG CÓ KẾT NỐI"),
        "centre.historical": Text("old news", "tin cũ"),
        "centre.nobody": Text(
            "No gateway has been heard of yet", "Chưa nhận được tin của bộ truyền tin nào"
        ),
        "centre.headline": Text(
            "Gateways: {total}; burning: {burning}; silent: {silent}; gaps: {gaps}",
            "Bộ truyền tin: {total}; đang cháy: {burning}; im lặng: {silent}; thiếu tin: {gaps}",
        ),
        "centre.burning": Text("Burning", "Đang cháy"),
        "centre.silent": Text("Silent", "Im lặng"),
        "centre.gaps": Text("Missing events", "Sự kiện còn thiếu"),
        "centre.contradicted": Text("Journals that were rewritten", "Nhật ký đã bị ghi lại"),
        "centre.refused": Text("Refused messages", "Tin bị từ chối"),
        "centre.gateways": Text("Gateways", "Bộ truyền tin"),
        "centre.whole-site": Text("the whole site", "toàn cơ sở"),
        "centre.gap": Text(
            "{lane} {first} to {last} of epoch {epoch}", "{lane} {first} đến {last}, kỳ {epoch}"
        ),
        "centre.gap.not-asked": Text("not asked for yet", "chưa yêu cầu"),
        "centre.gap.asked": Text("asked for {count} times", "đã yêu cầu {count} lần"),
        "centre.gap.given-up": Text(
            "asked for {count} times, and given up", "đã yêu cầu {count} lần rồi thôi"
        ),
        "centre.contradicted-at": Text(
            "record {number} has had two hashes", "bản ghi {number} từng có hai mã băm"
        ),
        "centre.events": Text("{count} events", "{count} sự kiện"),
        "centre.up": Text("up", "đã nối"),
        "centre.down": Text("DOWN", "MẤT"),
        "centre.never-heard": Text("no sign of life ever", "chưa từng có tín hiệu sống"),
        "centre.last-heard": Text(
            "last sign of life {age} ago", "tín hiệu sống gần nhất cách đây {age}"
        ),
        # The search for devices
        "command.scan": Text(
            "list ports and GPIO chips, or find the Modbus devices on a line",
            "liệt kê cổng và chip GPIO, hoặc tìm thiết bị Modbus",
        ),
        "command.scan.example": Text(
            "firegw scan --port /dev/ttyUSB0", "firegw scan --port /dev/ttyUSB0"
        ),
        "argument.scan-baud": Text(
            "rates to try, as 9600,19200, or all; else those of delivery and the usual ones",
            "tốc độ cần thử, ví dụ 9600,19200, hoặc all; nếu không: khi xuất xưởng và thường gặp",
        ),
        "argument.scan-parity": Text(
            "parities to try: none,even,odd, or all (none,even)",
            "bit chẵn lẻ cần thử: none,even,odd, hoặc all (none,even)",
        ),
        "argument.scan-units": Text("units to ask (1-247)", "các địa chỉ cần hỏi (1-247)"),
        "scan.baud": Text("--baud: all, or a list of {known}", "--baud: all, hoặc dãy gồm {known}"),
        "scan.parity": Text(
            "--parity: all, or a list of {known}", "--parity: all, hoặc dãy gồm {known}"
        ),
        "scan.within": Text("--within: from 0.01 to 5 s, please", "--within: từ 0.01 đến 5 giây"),
        "argument.scan-listen": Text(
            "seconds to listen before anybody is asked (2; 0: not at all)",
            "số giây lắng nghe trước khi hỏi (2; 0: không)",
        ),
        "scan.listen": Text("--listen: from 0 to 60 s, please", "--listen: từ 0 đến 60 giây"),
        "scan.sends": Text(
            "a sensor sends by itself ({count} bytes); such frames are those of:",
            "một cảm biến tự gửi ({count} byte); khung này là của:",
        ),
        "scan.unasked": Text(
            "{count} bytes came unasked: somebody else asks on this line, or a sensor of no known "
            "profile sends",
            "có {count} byte tự đến: có bên khác đang hỏi trên đường dây, hoặc cảm biến chưa có "
            "hồ sơ đang gửi",
        ),
        "scan.tcp": Text("TCP", "TCP"),
        "scan.progress": Text(
            "{line}: unit {unit}; {found} found; {left} left at most; Ctrl-C ends it",
            "{line}: địa chỉ {unit}; thấy {found}; còn nhiều nhất {left}; Ctrl-C để dừng",
        ),
        "scan.interrupted": Text(
            "interrupted; this was found so far", "đã dừng; đây là những gì tìm thấy"
        ),
        "scan.nobody": Text(
            "nobody answered; look at power, at A and B (swap them once), at the adapter; then try "
            "--baud all --parity all",
            "không thiết bị nào trả lời; hãy xem nguồn, dây A và B (đổi thử một lần), bộ chuyển; "
            "rồi thử --baud all --parity all",
        ),
        "scan.unit": Text("unit {unit}", "địa chỉ {unit}"),
        "scan.is": Text("is {profile} ({marks})", "là {profile} ({marks})"),
        "scan.could-be": Text(
            "somebody; these profiles would fit, which proves nothing:",
            "có thiết bị; các hồ sơ sau khớp, nhưng không chứng minh được gì:",
        ),
        "scan.unknown": Text(
            "somebody, of no profile that is known", "có thiết bị, không khớp hồ sơ nào"
        ),
        "scan.refuses": Text(
            "somebody, who has nothing at the places of any profile (exceptions)",
            "có thiết bị, nhưng không có gì ở vị trí của hồ sơ nào (báo từ chối)",
        ),
        "scan.garbled": Text(
            "GARBLED each time: two devices with this number, or wires, terminators or settings",
            "HỎNG mọi lần: hai thiết bị cùng địa chỉ, hoặc dây, điện trở cuối, cài đặt sai",
        ),
        "scan.heeds-no-unit": Text(
            "the host answers whatever unit it is asked for: it is one device",
            "máy này trả lời với mọi địa chỉ: nó là một thiết bị",
        ),
        "scan.two-settings": Text(
            "one line has one setting: set all its devices alike",
            "một đường dây chỉ có một cài đặt: hãy đặt mọi thiết bị như nhau",
        ),
        "scan.paste": Text(
            "for the site file, to be finished by hand:", "cho tệp cơ sở, hoàn tất bằng tay:"
        ),
        "scan.ports": Text("serial ports:", "cổng nối tiếp:"),
        "scan.no-ports": Text("no serial port", "không có cổng nối tiếp"),
        "scan.leads-to": Text("leads to {path}", "trỏ tới {path}"),
        "scan.not-ours": Text(
            "you may not open it; are you in group dialout?",
            "bạn không được mở; bạn có trong nhóm dialout không?",
        ),
        "scan.held": Text(
            "open in process {pid}: {command}", "đang mở trong tiến trình {pid}: {command}"
        ),
        "scan.held-by-gateway": Text(
            "in use by the gateway (process {pid}: {command})",
            "bộ truyền tin đang dùng (tiến trình {pid}: {command})",
        ),
        "scan.chips": Text("GPIO chips:", "chip GPIO:"),
        "scan.no-chips": Text("no GPIO chip", "không có chip GPIO"),
        "scan.chip": Text(
            "gpiochip{number}: {label}, {lines} lines", "gpiochip{number}: {label}, {lines} chân"
        ),
        # One look at a detector
        "command.read": Text(
            "look once at one detector, byte for byte, and judge it",
            "xem một lần một đầu báo, từng byte, và đánh giá nó",
        ),
        "command.read.example": Text(
            "firegw read /etc/fire-gateway/site.yaml kitchen-gas",
            "firegw read /etc/fire-gateway/site.yaml bep-gas",
        ),
        "argument.detector": Text("the detector's id in the site", "mã đầu báo trong tệp cơ sở"),
        "argument.modbus-port": Text(
            "serial port, best by /dev/serial/by-id/…",
            "cổng nối tiếp, tốt nhất /dev/serial/by-id/…",
        ),
        "argument.modbus-host": Text("Modbus/TCP host (502)", "máy Modbus/TCP (502)"),
        "argument.modbus-rtu": Text(
            "with --host: RTU frames, as a plain serial server passes them on",
            "với --host: khung RTU, như bộ chuyển cổng nối tiếp đơn giản",
        ),
        "argument.read-gpio": Text(
            "look at the level of a GPIO line (BCM number)", "xem mức của chân GPIO (số BCM)"
        ),
        "argument.read-chip": Text(
            "with --gpio: the chip's label; else that of the 40-pin header",
            "với --gpio: nhãn của chip; nếu không thì chip của hàng chân 40",
        ),
        "argument.read-profile": Text(
            "all that this profile names, instead of --table and --address",
            "mọi thứ hồ sơ này nêu, thay cho --table và --address",
        ),
        "argument.baud": Text("bits per second (9600)", "bit mỗi giây (9600)"),
        "argument.parity": Text("parity bit (none)", "bit chẵn lẻ (none)"),
        "argument.stop-bits": Text("1 or 2 (1)", "1 hoặc 2 (1)"),
        "argument.within": Text(
            "seconds that a device may take to answer", "số giây chờ thiết bị trả lời"
        ),
        "argument.unit": Text("the device's unit number (address)", "số địa chỉ của thiết bị"),
        "argument.table": Text("which table is read", "đọc bảng nào"),
        "argument.address": Text(
            "protocol address, from 0: 40007 of a manual is 6; 0x66 is hexadecimal",
            "địa chỉ giao thức, từ 0: 40007 trong tài liệu là 6; 0x66 là số hex",
        ),
        "argument.count": Text("how many registers or bits", "bao nhiêu thanh ghi hoặc bit"),
        "argument.word-order": Text(
            "of several registers, which has the most significant part first",
            "với nhiều thanh ghi, phần cao đứng trước hay sau",
        ),
        "argument.byte-order": Text(
            "in each register (big is usual)", "trong mỗi thanh ghi (thường là big)"
        ),
        "argument.type": Text("the number that they make", "kiểu số mà chúng tạo thành"),
        "argument.bit": Text("of bit and bits: the lowest", "của bit và bits: bit thấp nhất"),
        "argument.width": Text("of bits: how many", "của bits: bao nhiêu bit"),
        "argument.scale": Text("value = number * scale + offset", "giá trị = số * scale + offset"),
        "argument.offset": Text("see --scale", "xem --scale"),
        "port.held-by-gateway": Text(
            "{port}: the running gateway is using it (process {pid}), and two that ask garble each "
            "other's answers; stop it for so long: sudo systemctl stop fire-gateway",
            "{port}: bộ truyền tin đang dùng cổng này (tiến trình {pid}), hai bên cùng hỏi sẽ làm "
            "hỏng trả lời của nhau; hãy tạm dừng: sudo systemctl stop fire-gateway",
        ),
        "read.what": Text(
            "what is to be read? SITE DETECTOR, or one of --port, --host and --gpio",
            "đọc gì? TỆP ĐẦU_BÁO, hoặc một trong --port, --host, --gpio",
        ),
        "read.where": Text("either --port or --host, please", "hãy chọn --port hoặc --host"),
        "read.host": Text(
            "{host} is no HOST[:PORT]; as in 192.168.1.50 or 192.168.1.50:1502",
            "{host} không phải HOST[:PORT]; ví dụ 192.168.1.50 hoặc 192.168.1.50:1502",
        ),
        "read.unit": Text("which unit? as in --unit 1", "địa chỉ nào? ví dụ --unit 1"),
        "read.table": Text(
            "which register? as in --table holding-register --address 102, or --profile ID",
            "thanh ghi nào? ví dụ --table holding-register --address 102, hoặc --profile ID",
        ),
        "read.address": Text(
            "--address {address}: a number from 0 to 65535, please; 0x66 is hexadecimal",
            "--address {address}: số từ 0 đến 65535; 0x66 là số hex",
        ),
        "read.count": Text("--count: from 1 to {most}, please", "--count: từ 1 đến {most}"),
        "read.site": Text(
            "{file} cannot be used; see `firegw check`",
            "không dùng được {file}; xem `firegw check`",
        ),
        "read.no-detector": Text(
            "there is no detector {name}; there are {known}", "không có đầu báo {name}; có {known}"
        ),
        "read.no-probe": Text(
            "nothing can be looked at with the driver {driver}",
            "không có gì để xem với trình điều khiển {driver}",
        ),
        "read.other-driver": Text(
            "{profile} is a device of the driver {driver}; look at it by SITE DETECTOR",
            "{profile} thuộc trình điều khiển {driver}; hãy xem bằng TỆP ĐẦU_BÁO",
        ),
        "read.asked": Text("{about}", "{about}"),
        "read.took": Text("    after {ms} ms", "    sau {ms} ms"),
        "read.silence": Text("  < nothing in {ms} ms", "  < không có gì trong {ms} ms"),
        "read.set": Text("SET", "CÓ"),
        "read.not-set": Text("not set", "không"),
        "read.mark-agrees": Text("{text} as it should be", "{text} đúng như hồ sơ"),
        "read.mark-differs": Text("{text} is ANOTHER MODEL", "{text} là LOẠI KHÁC"),
        "read.gateway": Text("the gateway: {text}", "bộ truyền tin: {text}"),
        "read.in-range": Text(
            "{quantity} {value}, in its range ({lowest} to {highest})",
            "{quantity} {value}, trong dải đo ({lowest} đến {highest})",
        ),
        "read.active": Text("contact ACTIVE", "tiếp điểm TÁC ĐỘNG"),
        "read.at-rest": Text("contact at rest", "tiếp điểm ở trạng thái nghỉ"),
        "read.fault": Text("FAULT at once, {cause}: {detail}", "LỖI ngay, {cause}: {detail}"),
        "read.fault-if-it-lasts": Text(
            "no value, and a FAULT if it lasts, {cause}: {detail}",
            "không có giá trị, và LỖI nếu kéo dài, {cause}: {detail}",
        ),
        "read.value-fault": Text(
            "FAULT of {quantity} at once, {cause}: {detail}",
            "LỖI {quantity} ngay, {cause}: {detail}",
        ),
        "read.value-fault-if-it-lasts": Text(
            "{quantity} unknown, and a FAULT if it lasts, {cause}: {detail}",
            "{quantity} chưa rõ, và LỖI nếu kéo dài, {cause}: {detail}",
        ),
        # Played devices
        "command.simulate": Text(
            "play what is not there: devices of a profile, or many gateways",
            "đóng vai thứ chưa có: thiết bị theo hồ sơ, hoặc nhiều bộ truyền tin",
        ),
        "command.simulate.example": Text(
            "firegw simulate device generic-modbus-temperature --port-link /tmp/rs485",
            "firegw simulate device generic-modbus-temperature --port-link /tmp/rs485",
        ),
        "command.simulate-device": Text(
            "serve any profile as a device on a serial line or a TCP port",
            "phát bất kỳ hồ sơ nào như một thiết bị trên cổng nối tiếp hoặc TCP",
        ),
        "command.simulate-device.example": Text(
            "firegw simulate device honeywell-sensepoint-xrl --tcp localhost:1502 --set gas=45",
            "firegw simulate device honeywell-sensepoint-xrl --tcp localhost:1502 --set gas=45",
        ),
        "command.simulate-fleet": Text(
            "play many gateways at once, to try a centre and its broker",
            "đóng vai nhiều bộ truyền tin cùng lúc, để thử trung tâm và máy chủ MQTT",
        ),
        "command.simulate-fleet.example": Text(
            "firegw simulate fleet --gateways 200 --broker localhost --alarms 5000",
            "firegw simulate fleet --gateways 200 --broker localhost --alarms 5000",
        ),
        "argument.profiles": Text(
            "folder of profiles of your own; they win over those that are shipped",
            "thư mục hồ sơ của riêng bạn; được ưu tiên hơn hồ sơ kèm theo",
        ),
        "argument.play-profile": Text(
            "id of a profile, or its file; several share the line",
            "mã của hồ sơ, hoặc tệp của nó; nhiều hồ sơ dùng chung đường dây",
        ),
        "argument.port-link": Text(
            "make a serial port that others open under this path",
            "tạo cổng nối tiếp mà chương trình khác mở theo đường dẫn này",
        ),
        "argument.play-tcp": Text(
            "listen there; port 0 takes a free one", "lắng nghe tại đó; cổng 0 lấy cổng còn trống"
        ),
        "argument.play-rtu": Text(
            "over TCP: RTU frames, as a plain serial server passes them on",
            "qua TCP: khung RTU, như bộ chuyển cổng nối tiếp đơn giản",
        ),
        "argument.play-unit": Text(
            "unit numbers; else those of the maker, else from 1 on",
            "số địa chỉ; nếu không thì theo nhà sản xuất, hoặc từ 1",
        ),
        "argument.play-channels": Text(
            "how many channels, each at a register offset one higher",
            "số kênh, mỗi kênh có register_offset lớn hơn một",
        ),
        "argument.play-baud": Text(
            "let answers take the time of this wire", "trả lời chậm như đường dây tốc độ này"
        ),
        "argument.play-every": Text(
            "seconds between two frames of a sensor that sends by itself (1)",
            "số giây giữa hai khung của cảm biến tự gửi (1)",
        ),
        "play.every": Text(
            "--every: from {least} to {most} s, please", "--every: từ {least} đến {most} giây"
        ),
        "play.one-on-a-port": Text(
            "a serial device stands alone on a port: one profile and --port-link, please",
            "thiết bị nối tiếp đứng một mình trên cổng: một hồ sơ và --port-link",
        ),
        "play.no-line": Text(
            "it prints no line that says {word}; it says {known}",
            "nó không in dòng nào nói {word}; nó nói {known}",
        ),
        "argument.play-set": Text(
            "what it measures at first: gas=45, 2:gas=45 of unit 2, contact@3=active of channel 3",
            "giá trị ban đầu: gas=45, 2:gas=45 của địa chỉ 2, contact@3=active của kênh 3",
        ),
        "profiles.no-folder": Text(
            "--profiles {folder}: there is no such folder",
            "--profiles {folder}: không có thư mục này",
        ),
        "profiles.unknown": Text(
            "there is no profile {name}{near}; add --profiles DIR for those of your own",
            "không có hồ sơ {name}{near}; thêm --profiles DIR cho hồ sơ của riêng bạn",
        ),
        "profiles.broken": Text(
            "the profile {name} cannot be used:", "không dùng được hồ sơ {name}:"
        ),
        "play.ready": Text("{names}; type help, or quit", "{names}; gõ help, hoặc quit để dừng"),
        "play.at": Text("{place}: {text}", "{place}: {text}"),
        "play.unit": Text("unit {unit} is a {profile}", "địa chỉ {unit} là {profile}"),
        "play.is-silent": Text("silent from now on", "từ giờ không trả lời"),
        "play.speaks": Text("speaks again", "trả lời lại"),
        "play.beats": Text("the heartbeat goes on", "nhịp sống chạy tiếp"),
        "play.beats-no-more": Text("the heartbeat stands still", "nhịp sống đứng yên"),
        "play.no-driver": Text(
            "{profile}: a device of the driver {driver} cannot be served",
            "{profile}: không phát được thiết bị của trình điều khiển {driver}",
        ),
        "play.two-drivers": Text(
            "profiles of two drivers cannot share a line",
            "hồ sơ của hai trình điều khiển không dùng chung một đường dây",
        ),
        "play.channels": Text(
            "--channels: from 1 to {most}, please", "--channels: từ 1 đến {most}"
        ),
        "play.baud": Text(
            "--baud: from {least} to {most}, please", "--baud: từ {least} đến {most}"
        ),
        "play.as-many-units": Text(
            "{profiles} profiles and {units} units: as many of both, please",
            "{profiles} hồ sơ và {units} địa chỉ: cần số lượng bằng nhau",
        ),
        "play.endpoint": Text(
            "{endpoint} is no HOST:PORT; as in localhost:1502",
            "{endpoint} không phải HOST:PORT; ví dụ localhost:1502",
        ),
        "play.no-wire": Text(
            "{where}: the devices cannot be there: {detail}",
            "{where}: không đặt được thiết bị ở đó: {detail}",
        ),
        "play.no-set": Text(
            "--set {value}: write QUANTITY=VALUE, as gas=45",
            "--set {value}: viết ĐẠI_LƯỢNG=GIÁ_TRỊ, ví dụ gas=45",
        ),
        "play.no-value": Text(
            "{value} is no value of {quantity}; as in 45, or active and rest of a contact",
            "{value} không phải giá trị của {quantity}; ví dụ 45, với tiếp điểm là active, rest",
        ),
        "play.no-unit": Text(
            "{unit} is no unit of {quantity}; its own is {own}",
            "{unit} không phải đơn vị của {quantity}; đơn vị của nó là {own}",
        ),
        "play.no-quantity": Text(
            "it does not measure {quantity}; it measures {known}",
            "nó không đo {quantity}; nó đo {known}",
        ),
        "play.no-fault": Text(
            "it reports no {name}; it reports {known}", "nó không báo {name}; nó báo {known}"
        ),
        "play.no-code": Text(
            "{code} does not do that: {name} is a fault from {lowest} on",
            "{code} không được: {name} là lỗi từ {lowest} trở lên",
        ),
        "play.no-state": Text(
            "it has no state {word}; it has {known}", "nó không có trạng thái {word}; nó có {known}"
        ),
        "play.no-heartbeat": Text("it has no heartbeat", "nó không có nhịp sống"),
        "play.no-channel": Text(
            "there is no channel {channel}; the last is {last}",
            "không có kênh {channel}; kênh cuối là {last}",
        ),
        "play.no-unit-number": Text(
            "there is no unit {unit}; there are {known}", "không có địa chỉ {unit}; có {known}"
        ),
        "play.does-not-fit": Text(
            "its registers cannot hold that: {detail}", "thanh ghi không chứa được: {detail}"
        ),
        "play.no-order": Text(
            "{order} is no order; type help", "{order} không phải lệnh; gõ help để xem"
        ),
        "play.help": Text(
            "gas 45 | gas 3.4 mA | contact active | contact@3 active | fault NAME on|off | "
            "warning NAME on|off | state inhibited | silent | speak | heartbeat stop|go | "
            "quit; 2: before an order is for unit 2",
            "gas 45 | gas 3.4 mA | contact active | contact@3 active | fault TÊN on|off | "
            "warning TÊN on|off | state inhibited | silent | speak | heartbeat stop|go | "
            "quit; 2: đặt trước lệnh là cho địa chỉ 2",
        ),
        # Simulated gateways
        "argument.fleet-gateways": Text("how many (1 to 2000)", "bao nhiêu bộ (1 đến 2000)"),
        "argument.fleet-heartbeat": Text(
            "seconds between two heartbeats of one (default: {default})",
            "số giây giữa hai tín hiệu sống của một bộ (mặc định: {default})",
        ),
        "argument.fleet-alarms": Text(
            "fire alarms, by turns, once all are connected (default: 0)",
            "số báo cháy, lần lượt từng bộ, khi tất cả đã nối (mặc định: 0)",
        ),
        "argument.fleet-within": Text(
            "seconds over which the alarms are spread (default: {default})",
            "số giây mà các báo cháy được rải ra (mặc định: {default})",
        ),
        "argument.fleet-lasts": Text(
            "seconds it lasts at the least; without alarms, until Ctrl-C",
            "số giây kéo dài ít nhất; nếu không có báo cháy thì đến khi Ctrl-C",
        ),
        "argument.fleet-patience": Text(
            "seconds to wait for the last acknowledgement (default: {default})",
            "số giây chờ xác nhận cuối cùng (mặc định: {default})",
        ),
        "argument.fleet-again": Text(
            "seconds until an event is sent again without acknowledgement (default: {default})",
            "số giây rồi gửi lại sự kiện chưa được xác nhận (mặc định: {default})",
        ),
        "argument.fleet-centre-key": Text(
            "the centre's public key; without it, the broker's receipt counts",
            "khóa công khai của trung tâm; nếu không có thì tính biên nhận của máy chủ MQTT",
        ),
        "argument.fleet-province": Text(
            "their province, two digits (default: {default})",
            "tỉnh của chúng, hai chữ số (mặc định: {default})",
        ),
        "fleet.number": Text(
            "{option} {value}: must be from {least} to {most}",
            "{option} {value}: phải từ {least} đến {most}",
        ),
        "fleet.published": Text("events published", "sự kiện đã gửi"),
        "fleet.acknowledged": Text("acknowledged", "được xác nhận"),
        "fleet.unacknowledged": Text("not acknowledged", "chưa được xác nhận"),
        "fleet.duplicates": Text("sent again", "gửi lại"),
        "fleet.refused": Text("acknowledgements not believed", "xác nhận không tin được"),
        "fleet.heartbeats": Text("heartbeats", "tín hiệu sống"),
        "fleet.answered": Text("heartbeats answered", "tín hiệu sống được trả lời"),
        "fleet.connections": Text("connections made", "số lần nối"),
        "fleet.p50": Text("median to the acknowledgement", "trung vị đến khi được xác nhận"),
        "fleet.p99": Text("99 of 100 within", "99 trên 100 trong vòng"),
        "fleet.rate": Text("alarms a second", "báo cháy mỗi giây"),
        "fleet.ms": Text("{count} ms", "{count} ms"),
        "fleet.none": Text("-", "-"),
    }
)


class _Tables(Mapping[str, Text]):
    """This table and those of gateway.texts, which are loaded once a key is not in this one.

    The daemon finds here all that it says, and is spared the memory of the others.
    """

    @cached_property
    def _others(self) -> Mapping[str, Text]:
        from gateway.texts.tables import TABLES  # noqa: PLC0415  see above

        return MappingProxyType({key: text for table in TABLES for key, text in table.items()})

    def __getitem__(self, key: str) -> Text:
        text = _OWN.get(key)
        return self._others[key] if text is None else text

    def __iter__(self) -> Iterator[str]:
        yield from _OWN
        yield from self._others

    def __len__(self) -> int:
        return len(_OWN) + len(self._others)


TEXTS: Final[Mapping[str, Text]] = _Tables()
