"""What is wrong with how a file is written: its text, its YAML, its values; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

WRITTEN_TEXTS: Final[tuple[Text, ...]] = (
    # The text and its YAML
    Text("the file is empty", "tệp trống"),
    Text("byte {byte} is not UTF-8", "byte {byte} không phải UTF-8"),
    Text("this is no YAML: {yaml}", "đây không phải YAML: {yaml}"),
    Text("a second document begins here", "ở đây bắt đầu một tài liệu thứ hai"),
    Text("cannot be read: {reason}", "không đọc được: {reason}"),
    Text("the file holds more than {count} values", "tệp có hơn {count} giá trị"),
    Text("{key} has more than {count} entries", "{key} có hơn {count} mục"),
    Text("unknown quantity {name}", "không có đại lượng {name}"),
    Text("is longer than {count} characters", "dài quá {count} ký tự"),
    Text("has no letter and no digit", "không có chữ cái hay chữ số nào"),
    Text("a tab cannot indent", "không được thụt dòng bằng phím tab"),
    Text("a key must be a word", "tên mục phải là một từ"),
    Text("aliases are not used here", "ở đây không dùng bí danh (alias)"),
    Text("anchors are not used here", "ở đây không dùng neo (anchor)"),
    Text("merge keys are not used here", "ở đây không dùng mục gộp (<<)"),
    Text("tags are not used here", "ở đây không dùng nhãn (tag)"),
    Text(
        "an escape makes a character that cannot be shown",
        "một ký tự thoát tạo ra chữ không hiện được",
    ),
    Text("the character {sign} has no meaning here", "ký tự {sign} không có nghĩa ở đây"),
    Text("{sign} has no meaning here", "{sign} không có nghĩa ở đây"),
    Text("nested deeper than {count} levels", "lồng nhau sâu quá {count} tầng"),
    # Keys
    Text("unknown key {key}", "không có mục {key}"),
    Text("{key} is missing", "thiếu {key}"),
    Text("is missing", "còn thiếu"),
    Text("{key} is already given at line {line}", "{key} đã có ở dòng {line}"),
    Text("{key} {id} is already used at line {line}", "{key} {id} đã dùng ở dòng {line}"),
    # Values
    Text("{key} has no value", "{key} không có giá trị"),
    Text("{key} is empty", "{key} để trống"),
    Text("{key} must be {wanted}, not {given}", "{key} phải là {wanted}, không phải {given}"),
    Text("{key} must be from {low} to {high}", "{key} phải từ {low} đến {high}"),
    Text("{key} cannot be {given}", "{key} không thể là {given}"),
    Text("{key} names {name} twice", "{key} nêu {name} hai lần"),
    Text("{key} is longer than {count} characters", "{key} dài quá {count} ký tự"),
    Text(
        "{key} is not in the form NFC: an equal looking text may not be found",
        "{key} không ở dạng NFC: có thể không tìm thấy chữ trông giống hệt",
    ),
    Text("{number} has no unit", "{number} thiếu đơn vị"),
    Text("{unit} is no unit", "{unit} không phải đơn vị"),
    Text("{unit} is no unit of time", "{unit} không phải đơn vị thời gian"),
    Text("{number} is written with a point", "{number} phải viết bằng dấu chấm"),
    Text(
        "{unit} is a unit of {quantity}, not of {other}",
        "{unit} là đơn vị của {quantity}, không phải của {other}",
    ),
    Text(
        "{unit} is a {quantity}, but a {other} is compared",
        "{unit} là {quantity}, nhưng đang so sánh {other}",
    ),
    Text(
        "{unit} is an {quantity}, but a {other} is compared",
        "{unit} là {quantity}, nhưng đang so sánh {other}",
    ),
    Text(
        "{unit} is a {quantity}, but an {other} is compared",
        "{unit} là {quantity}, nhưng đang so sánh {other}",
    ),
    Text(
        "{unit} is an {quantity}, but an {other} is compared",
        "{unit} là {quantity}, nhưng đang so sánh {other}",
    ),
    Text("must be from {low} to {high}", "phải từ {low} đến {high}"),
    Text(
        "must be from {low} to {high}, its end included",
        "phải từ {low} đến {high}, kể cả ô cuối của nó",
    ),
    Text("must be {limit} at most", "nhiều nhất {limit}"),
    Text("must be {limit} at least", "ít nhất {limit}"),
    Text("at most {limit}", "nhiều nhất {limit}"),
    Text("must be at most {count} letters of ASCII", "nhiều nhất {count} chữ ASCII"),
    Text("must be at most {count} bytes", "nhiều nhất {count} byte"),
    Text("must be {one} or {two}", "phải là {one} hoặc {two}"),
    Text("must be five digits", "phải là năm chữ số"),
    Text("must be two digits", "phải là hai chữ số"),
    Text("must be bytes in hex, as {example}", "phải là các byte hex, như {example}"),
    Text(
        "must be {limit} at most, as EN 54-2 has it",
        "nhiều nhất {limit}, theo EN 54-2",
    ),
    Text("{value} is no whole number", "{value} không phải số nguyên"),
    Text("{value} is not from {low} to {high}", "{value} không nằm từ {low} đến {high}"),
    Text("{value} is there twice", "{value} có hai lần"),
    Text("{value} is no id", "{value} không dùng làm id được"),
    Text("{value} cannot be written in a rule", "{value} không viết được trong luật"),
    Text("{value} is a word of the rule language", "{value} là một từ của ngôn ngữ luật"),
    Text("the year must be from {low} to {high}", "năm phải từ {low} đến {high}"),
    Text("there is no {what}", "không có {what}"),
    Text("there is no {kind} {name}", "không có {kind} {name}"),
    Text("lies outside the frame's body", "nằm ngoài thân khung"),
    Text(
        "the range is empty: lowest must be below highest",
        "dải đo trống: lowest phải nhỏ hơn highest",
    ),
)

YAML_TEXTS: Final[tuple[Text, ...]] = (
    Text("did not find expected {sign}", "thiếu {sign}"),
    Text("did not find expected {sign} or {other}", "thiếu {sign} hoặc {other}"),
    Text("did not find expected {sign} indicator", "thiếu dấu {sign}"),
    Text("did not find expected key", "thiếu tên mục"),
    Text("could not find expected {sign}", "thiếu {sign}"),
    Text("found character that cannot start any token", "có ký tự không thể bắt đầu một giá trị"),
    Text("found unexpected end of stream", "tệp kết thúc quá sớm"),
    Text("found unexpected {sign}", "không ngờ có {sign} ở đây"),
    Text("mapping values are not allowed in this context", "ở đây không được có dấu hai chấm"),
)
"""What libyaml says; much more than this it seldom does."""

VALUE_TEXTS: Final[tuple[Text, ...]] = (
    Text("a list", "một danh sách"),
    Text("a text", "một văn bản"),
    Text("one value", "một giá trị"),
    Text("nothing", "để trống"),
    Text("keys with values", "các mục có giá trị"),
    Text("true or false", "true hoặc false"),
    Text("a number", "một số"),
    Text("a whole number", "một số nguyên"),
    Text("a number with its unit", "một số có đơn vị"),
    Text("a number with its unit, as {example}", "một số có đơn vị, như {example}"),
    Text("a time with its unit", "một khoảng thời gian có đơn vị"),
    Text("a time of day", "một giờ trong ngày"),
    Text("a date", "một ngày"),
    Text("a sign, hours and minutes", "dấu, giờ và phút"),
    Text("one of {names}", "một trong {names}"),
)
"""What a value is or should be."""

REASON_TEXTS: Final[tuple[Text, ...]] = (
    Text("no such file or directory", "không có tệp hay thư mục này"),
    Text("not a file", "không phải tệp"),
    Text("permission denied", "không có quyền đọc"),
    Text("is a directory", "là một thư mục"),
)
"""Why a file cannot be read."""

NOUN_TEXTS: Final[tuple[Text, ...]] = (
    Text("bus", "đường dây"),
    Text("detector", "đầu báo"),
    Text("driver", "trình điều khiển"),
    Text("profile", "hồ sơ"),
    Text("quantity", "đại lượng"),
    Text("schedule", "lịch"),
    Text("zone", "khu vực"),
    Text("GPIO line", "chân GPIO"),
    Text("a profile", "một hồ sơ"),
    Text("a site file", "tệp cơ sở"),
    Text("a zone", "một khu vực"),
    Text("time", "thời gian"),
    Text("temperature", "nhiệt độ"),
    Text("volume fraction", "nồng độ thể tích"),
    Text("obscuration", "độ mờ do khói"),
    Text("mass concentration", "nồng độ khối lượng"),
    Text("explosive fraction", "phần của giới hạn nổ"),
)
