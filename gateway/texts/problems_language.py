"""What is wrong with an expression of the rule language; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

LANGUAGE_TEXTS: Final[tuple[Text, ...]] = (
    Text("the expression ends where {place} is expected", "biểu thức hết ở chỗ còn cần {place}"),
    Text("{word} stands where {place} is expected", "{word} đứng ở chỗ cần {place}"),
    Text("nothing is looked for in the zones", "chưa nêu tìm gì trong các khu vực"),
    Text("a comparison has two sides", "một phép so sánh chỉ có hai vế"),
    Text("the expression is longer than {count} characters", "biểu thức dài quá {count} ký tự"),
    Text("the number is beyond {limit}", "số vượt quá {limit}"),
    # Names
    Text("{id} does not measure {what}", "{id} không đo {what}"),
    Text("{word} is no quantity", "{word} không phải đại lượng"),
    Text(
        "{count} detectors of zone {zone} measure {what}",
        "{count} đầu báo của khu vực {zone} đo {what}",
    ),
    Text("zone {zone} is named twice", "khu vực {zone} được nêu hai lần"),
    Text("a rule cannot ask for {word}", "luật không hỏi được {word}"),
    Text("{place} stands here, alone", "ở đây chỉ có {place}"),
    # Values and functions
    Text(
        "this is true or false and cannot be compared", "đây là đúng hoặc sai, không so sánh được"
    ),
    Text("there is no function {word}", "không có hàm {word}"),
    Text("there is no heat class {word}", "không có cấp nhiệt {word}"),
    Text("a contact is true or false, not a number", "tiếp điểm là đúng hoặc sai, không phải số"),
    Text("{function} takes {place}", "{function} nhận {place}"),
    Text("{function} works on one measured value", "{function} dùng cho một giá trị đo"),
    Text("a dose is one of carbon monoxide", "liều chỉ tính cho khí CO"),
    Text("{function} looks at no zones", "{function} không nhìn vào khu vực"),
    Text("{place} is a time with its unit", "{place} là một khoảng thời gian có đơn vị"),
    Text("{place} is from {low} to {high} long", "{place} dài từ {low} đến {high}"),
    Text(
        "{id} is read every {every}: a window holds from {low} to {high} readings",
        "{id} được đọc mỗi {every}: một cửa sổ chứa từ {low} đến {high} giá trị",
    ),
    Text(
        "a difference in dB/m is none in %/m: it depends on how dense the smoke is",
        "hiệu theo dB/m không đổi ra %/m được: nó tùy khói đặc đến đâu",
    ),
    Text(
        "always true: the value is never below {low}", "luôn đúng: giá trị không bao giờ dưới {low}"
    ),
    Text(
        "always false: the value is never below {low}",
        "luôn sai: giá trị không bao giờ dưới {low}",
    ),
    Text("always true: the count is from {low} to {high}", "luôn đúng: số đếm từ {low} đến {high}"),
    Text("always false: the count is from {low} to {high}", "luôn sai: số đếm từ {low} đến {high}"),
    Text("{function}(…) is a number", "{function}(…) là một số"),
    Text("{word} is a number, not true or false", "{word} là một số, không phải đúng hoặc sai"),
    Text("a number is neither true nor false", "một số không đúng cũng không sai"),
    Text("a threshold is a number with its unit", "ngưỡng là một số có đơn vị"),
    Text("compares two numbers: always the same", "so sánh hai số: kết quả luôn như nhau"),
    Text("a measured value is never exactly equal", "giá trị đo không bao giờ đúng bằng"),
    Text(
        "a count is compared with a whole number without unit",
        "số đếm so với một số nguyên không có đơn vị",
    ),
    Text(
        "{function} needs a quantity without a detector",
        "{function} cần một đại lượng không kèm đầu báo",
    ),
    Text("at_least begins with how many must be true", "at_least bắt đầu bằng số điều phải đúng"),
    Text(
        "a heat class is one of a measured temperature", "cấp nhiệt chỉ tính cho nhiệt độ đo được"
    ),
    Text(
        "class {word} alarms at {limit}, and {id} measures from {low} to {high}",
        "cấp {word} báo ở {limit}, mà {id} đo từ {low} đến {high}",
    ),
    Text(
        "{function} cannot stand inside any, all, count or at_least",
        "{function} không đứng trong any, all, count hay at_least được",
    ),
    Text(
        "{count} voters of {each} conditions each are too many: an expression may have {all} in "
        "all",
        "{count} phiếu, mỗi phiếu {each} điều kiện là quá nhiều: một biểu thức có nhiều nhất {all}",
    ),
)

PLACE_TEXTS: Final[tuple[Text, ...]] = (
    Text("a detector, a function or a number", "một đầu báo, một hàm hoặc một số"),
    Text("a quantity of {id}", "một đại lượng của {id}"),
    Text("the end, and or or", "hết biểu thức, and hoặc or"),
    Text("a window", "một cửa sổ thời gian"),
    Text("a value and a time", "một giá trị và một khoảng thời gian"),
    Text("one value", "một giá trị"),
    Text("one condition", "một điều kiện"),
    Text("a condition and a time", "một điều kiện và một khoảng thời gian"),
    Text("a condition and two times", "một điều kiện và hai khoảng thời gian"),
    Text("a number and conditions", "một số và các điều kiện"),
    Text("a temperature and a class", "một nhiệt độ và một cấp"),
    Text("a zone and a condition", "một khu vực và một trạng thái"),
    Text("the name of a condition", "tên một trạng thái"),
    Text("the name of a zone", "tên một khu vực"),
    Text("the name of a schedule", "tên một lịch"),
    Text("the name of a heat class", "tên một cấp nhiệt"),
    Text("the time of held", "thời gian của held"),
    Text("the time to settle", "thời gian chờ ổn định"),
    Text("the time to confirm", "thời gian để xác nhận lại"),
)
"""What is expected at a place of an expression."""

LANGUAGE_HINT_TEXTS: Final[tuple[Text, ...]] = (
    Text("join two comparisons with and", "nối hai phép so sánh bằng and"),
    Text("write {word} in small letters", "viết {word} bằng chữ thường"),
    Text("write {word}", "hãy viết {word}"),
    Text("equal is written ==", "bằng viết là =="),
    Text("a minus sign is written -", "dấu trừ viết là -"),
    Text(
        "zones stand first in any, all, count and at_least: any(hall, attic: …)",
        "khu vực đứng đầu trong any, all, count và at_least: any(hall, attic: …)",
    ),
    Text(
        "zones stand in any, all, count and at_least",
        "khu vực chỉ đứng trong any, all, count và at_least",
    ),
    Text("it measures {names}", "nó đo {names}"),
    Text("a detector's is written detector.quantity", "của một đầu báo thì viết detector.quantity"),
    Text(
        "name one, or use any(…), all(…) or count(…)",
        "hãy nêu một cái, hoặc dùng any(…), all(…) hay count(…)",
    ),
    Text("there are {names}", "có {names}"),
    Text("leave the comparison out", "hãy bỏ phép so sánh"),
    Text(
        "over-range is below every threshold: {example} has it",
        "vượt dải đo là dưới mọi ngưỡng: {example} đã gồm nó",
    ),
    Text(
        "use {name}: how much of it a {unit} is depends on the gas; the data sheet of the "
        "detector says it",
        "hãy dùng {name}: một {unit} là bao nhiêu tùy loại khí; xem tài liệu của đầu báo",
    ),
    Text("compare it", "hãy so sánh nó"),
    Text("compare it: {example}", "hãy so sánh nó: {example}"),
    Text("use >= or <= instead", "hãy dùng >= hoặc <="),
    Text("name a quantity alone", "hãy nêu riêng một đại lượng"),
    Text("A1 A2 B C D E F G, each with S or R", "A1 A2 B C D E F G, kèm S hoặc R"),
    Text(
        "shorten the condition, or make a rule for each zone",
        "hãy rút ngắn điều kiện, hoặc làm mỗi khu vực một luật",
    ),
    Text("it has neither rule nor detector", "nó không có luật hay đầu báo nào"),
)
