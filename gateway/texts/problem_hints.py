"""What to do about a mistake in a file; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

HINT_TEXTS: Final[tuple[Text, ...]] = (
    Text("did you mean {name}?", "có phải là {name}?"),
    Text("one of {names}", "một trong {names}"),
    Text("as in {example}", "như {example}"),
    Text("use {name}", "hãy dùng {name}"),
    Text("see: {command}", "xem: {command}"),
    Text("from {low} to {high}", "từ {low} đến {high}"),
    Text("choose another, as {name}", "hãy chọn tên khác, như {name}"),
    Text("delete {name}", "hãy xóa {name}"),
    Text("delete it", "hãy xóa đi"),
    Text("leave it out", "hãy bỏ đi"),
    Text("without quotes", "không có dấu nháy"),
    Text("begin with a letter", "bắt đầu bằng một chữ cái"),
    Text("Hưng Yên is {code}", "Hưng Yên là {code}"),
    # The text and its YAML
    Text(
        "a comma or }} is missing, or a text needs quotes",
        "thiếu dấu phẩy hoặc }}, hoặc văn bản cần dấu nháy",
    ),
    Text("a mapping with points", "một bảng các điểm"),
    Text("a quote is not closed", "chưa đóng dấu nháy"),
    Text(
        "a text that begins with this character needs quotes",
        "văn bản bắt đầu bằng ký tự này cần dấu nháy",
    ),
    Text(
        "a text with a colon and a space in it needs quotes; else look at the indentation of this "
        "line and the one above",
        "văn bản có dấu hai chấm và khoảng trắng cần dấu nháy; nếu không, xem lại thụt dòng của "
        "dòng này và dòng trên",
    ),
    Text(
        "begin with an example from config/examples", "hãy bắt đầu từ ví dụ trong config/examples"
    ),
    Text("delete the word that begins with !", "hãy xóa từ bắt đầu bằng !"),
    Text("look at the indentation of this line", "xem lại thụt dòng của dòng này"),
    Text("one file is one document", "mỗi tệp là một tài liệu"),
    Text(
        "put it in brackets, or write [] for none",
        "đặt trong ngoặc vuông, hoặc viết [] nếu không có",
    ),
    Text("quote a text that begins with {{ or [", "văn bản bắt đầu bằng {{ hoặc [ cần dấu nháy"),
    Text("quote it to mean the word", "đặt trong dấu nháy nếu là chữ"),
    Text("names stand without quotes", "tên viết không có dấu nháy"),
    Text("save the file in the encoding UTF-8", "hãy lưu tệp theo mã UTF-8"),
    Text(
        "type it again with a keyboard that composes accents",
        "hãy gõ lại bằng bộ gõ tiếng Việt dựng sẵn (Unicode)",
    ),
    Text(
        "up to {count} letters, digits, - and _, without accents or spaces",
        "nhiều nhất {count} chữ cái, chữ số, - và _, không dấu, không khoảng trắng",
    ),
    Text(
        "use spaces; most editors can be told to",
        "hãy dùng khoảng trắng; hầu hết trình soạn thảo đặt được",
    ),
    Text("without the zero in front: {number}", "không có số 0 ở đầu: {number}"),
    Text("write * there", "hãy viết * ở đó"),
    Text("write 12 or 0x0C", "hãy viết 12 hoặc 0x0C"),
    Text(
        "write a space and a value after the colon, or quote the text",
        "viết khoảng trắng và giá trị sau dấu hai chấm, hoặc đặt văn bản trong dấu nháy",
    ),
    Text("write a text, or delete the key", "hãy viết một văn bản, hoặc xóa mục này"),
    Text(
        "write a time with its unit, or delete the key",
        "hãy viết thời gian có đơn vị, hoặc xóa mục này",
    ),
    Text("write contact: {{}}", "hãy viết contact: {{}}"),
    Text("write id: {name}, or rename the file", "hãy viết id: {name}, hoặc đổi tên tệp"),
    Text(
        "write it as in {example}: letters, digits, - _ and .",
        "viết như {example}: chữ cái, chữ số, - _ và .",
    ),
    Text("write it without quotes", "hãy viết không có dấu nháy"),
    Text("write release, or delete the key", "hãy viết release, hoặc xóa mục này"),
    Text("write the keys again", "hãy viết lại các mục"),
    Text("write the value again", "hãy viết lại giá trị"),
    Text("write {{}} where every default will do", "viết {{}} nếu mọi mặc định đều được"),
    # The site
    Text("BCM number of the GPIO line", "số BCM của chân GPIO"),
    Text("BCM numbers go from {low} to {high}", "số BCM từ {low} đến {high}"),
    Text("Vietnam is +07:00", "Việt Nam là +07:00"),
    Text(
        "EN 54-2 and EN 54-21 want {limit}: see firegw check --timing",
        "EN 54-2 và EN 54-21 đòi {limit}: xem firegw check --timing",
    ),
    Text(
        "EN 54-2 lets a first alarm be held for {limit} at most, verification included",
        "EN 54-2 cho giữ báo động đầu nhiều nhất {limit}, kể cả kiểm chứng",
    ),
    Text(
        "EN 54-2, 7.11: the centre is told at once all the same",
        "EN 54-2, 7.11: trung tâm vẫn được báo ngay",
    ),
    Text("a day is from 00:00 to 24:00", "một ngày từ 00:00 đến 24:00"),
    Text("a whole day is from 00:00 to 24:00", "cả ngày là từ 00:00 đến 24:00"),
    Text(
        "a holiday is no weekday: put holiday among the days of a period",
        "ngày lễ không phải ngày trong tuần: ghi holiday vào days của một khoảng",
    ),
    Text(
        "add tls: {{}} to verify by the system's authorities",
        "thêm tls: {{}} để kiểm bằng CA của hệ thống",
    ),
    Text("beside the id, write one of {names}", "cạnh id, hãy viết một trong {names}"),
    Text("choose a kind such as {name}", "hãy chọn loại như {name}"),
    Text(
        "choose another profile, as dry-contact for a contact and pulse-output for pulses",
        "chọn hồ sơ khác, như dry-contact cho tiếp điểm và pulse-output cho xung",
    ),
    Text("each has a key of its own", "mỗi bên có khóa riêng"),
    Text("each has an id of its own", "mỗi bên có id riêng"),
    Text("give it a period", "hãy cho nó một khoảng"),
    Text(
        "in order: short, two bands of which one is active and one normal, open",
        "theo thứ tự: chập, hai khoảng (một tác động, một bình thường), hở",
    ),
    Text(
        "it has no rule that raises fire-alarm or gas-alarm, and no manual call point",
        "nó không có luật gây fire-alarm hay gas-alarm, cũng không có nút ấn",
    ),
    Text("keep one of the two", "giữ một trong hai"),
    Text("list them in holidays", "hãy liệt kê trong holidays"),
    Text("look at the calendar", "hãy xem lịch"),
    Text("make it at least three times {key}", "hãy đặt ít nhất gấp ba {key}"),
    Text(
        "make it smaller, or list in zones where it is meant",
        "đặt nhỏ hơn, hoặc ghi trong zones những khu vực cần",
    ),
    Text("name the one address to serve on", "hãy ghi một địa chỉ duy nhất để mở trang"),
    Text("the name that people use, in Vietnamese", "tên mọi người vẫn gọi, bằng tiếng Việt"),
    Text(
        "the number to dial, as people write it; it never leaves the building",
        "số để gọi, viết như thường; số này không ra khỏi cơ sở",
    ),
    Text(
        "the panel's own name for the zone or address, as it prints it",
        "tên vùng hoặc địa chỉ như tủ in ra",
    ),
    Text("the point's name is {{point}}", "tên của điểm là {{point}}"),
    Text("there can be {names}", "có thể là {names}"),
    Text("this unit", "thiết bị này"),
    Text("use a bus of {names}", "hãy dùng đường dây {names}"),
    Text(
        "use a bus of gpio or modbus or simulated", "hãy dùng đường dây gpio, modbus hoặc simulated"
    ),
    Text("whom to call first comes first", "ai cần gọi trước thì ghi trước"),
    Text(
        "write service_life in the profile, as its maker has it",
        "ghi service_life trong hồ sơ, theo nhà sản xuất",
    ),
    # Rules
    Text(
        "a roof in the sun is as hot; raise pre-alarm, or see heat_class(…)",
        "mái dưới nắng cũng nóng thế; hãy dùng pre-alarm, hoặc xem heat_class(…)",
    ),
    Text("it does nothing: look at its thresholds", "nó không có tác dụng: xem lại ngưỡng"),
    Text("it must be {name}", "phải là {name}"),
    Text("it should be true only once the cause has gone", "chỉ nên đúng khi đã hết nguyên nhân"),
    Text(
        "leave a distance: {clear} for a `when` of {when}; or leave it out",
        "hãy chừa khoảng cách: {clear} khi `when` là {when}; hoặc bỏ đi",
    ),
    Text("leave condition(…) out", "hãy bỏ condition(…)"),
    Text("leave condition(…) out of one of them", "hãy bỏ condition(…) ở một luật"),
    Text(
        "let a schedule choose between thresholds, and never switch detection off",
        "hãy để lịch chọn giữa các ngưỡng, đừng tắt việc phát hiện",
    ),
    Text("look at its thresholds, and at and, or and not", "xem lại ngưỡng, và and, or, not"),
    Text(
        "make it at least {limit}, or read the detector more often",
        "đặt ít nhất {limit}, hoặc đọc đầu báo dày hơn",
    ),
    Text(
        "one that fails leaves it unknown: make it longer",
        "hỏng một lần là chưa rõ: hãy đặt dài hơn",
    ),
    Text(
        "only with fire-alarm, gas-alarm or pre-alarm",
        "chỉ với fire-alarm, gas-alarm hoặc pre-alarm",
    ),
    Text(
        "over-range is above every threshold: {example} has it",
        "vượt dải đo là trên mọi ngưỡng: {example} đã gồm nó",
    ),
    Text(
        "raise pre-alarm, or say its kind where it is a detector",
        "hãy dùng pre-alarm, hoặc ghi kind nếu là đầu báo",
    ),
    Text(
        "whenever its `when` is true, that of {id} is, and for no longer a time: delete it, or "
        "look at the thresholds",
        "mỗi khi `when` của nó đúng thì của {id} cũng đúng và không lâu hơn: hãy xóa, hoặc xem lại "
        "ngưỡng",
    ),
    Text(
        "where that is not meant, leave it out: the fault is told all the same",
        "nếu không cố ý, hãy bỏ đi: lỗi vẫn được báo",
    ),
    Text(
        "write when the cause has gone, as in {clear} for a `when` of {when}",
        "hãy viết khi nào hết nguyên nhân, như {clear} khi `when` là {when}",
    ),
    # Profiles
    Text("above this the loop is open: its wire is cut", "trên mức này mạch hở: đứt dây"),
    Text("active is said of a point", "active nói về một điểm"),
    Text(
        "by number: measuring, warming-up, inhibited or failed",
        "theo số: measuring, warming-up, inhibited hoặc failed",
    ),
    Text(
        "header, at least one byte, checksum and trailer",
        "phần đầu, ít nhất một byte, mã kiểm tra và phần cuối",
    ),
    Text("it has {names} already", "nó đã có {names}"),
    Text(
        "longer than a living device ever gives the very same value",
        "lâu hơn mọi lúc thiết bị còn sống cho đúng một giá trị",
    ),
    Text(
        "read it from a register of the level, or delete the loop",
        "đọc từ thanh ghi của mức, hoặc xóa mạch",
    ),
    Text(
        "the same number for so long is a fault; three of its own periods",
        "cùng một số lâu như vậy là lỗi; ba chu kỳ của nó",
    ),
)
