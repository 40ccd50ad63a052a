"""What is wrong with profiles of devices; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

PROFILE_TEXTS: Final[tuple[Text, ...]] = (
    Text("a contact has no range", "tiếp điểm không có dải đo"),
    Text("a profile must measure something", "hồ sơ phải đo cái gì đó"),
    Text("a {kind} must measure {what}", "{kind} phải đo {what}"),
    Text(
        "{what} is read, but quantities gives it no range",
        "{what} được đọc, nhưng quantities không cho dải đo",
    ),
    Text(
        "{what} is read as a bit, which cannot tell the level of a loop",
        "{what} được đọc như một bit, không cho biết mức của mạch",
    ),
    Text(
        "the driver {driver} is not told how to read {what}",
        "chưa cho {driver} biết cách đọc {what}",
    ),
    Text("the id {id} is not the name of the file", "id {id} không phải tên tệp"),
    # Registers
    Text("a {type} does not fit there", "một {type} không vừa chỗ đó"),
    Text("the bits must lie within one register", "các bit phải nằm trong một thanh ghi"),
    Text("a {type} has no bytes", "{type} không có byte"),
    Text("a coil holds a bit", "coil chỉ chứa một bit"),
    Text("a heartbeat is a whole number", "nhịp sống là một số nguyên"),
    Text("a state is a bit or a whole number", "trạng thái là một bit hoặc số nguyên"),
    Text("a mark stands in registers", "dấu nhận biết nằm trong thanh ghi"),
    Text("must be a bit or a whole number", "phải là một bit hoặc số nguyên"),
    Text("only bits have a width", "chỉ bit mới có width"),
    Text("only a bit can be inverted", "chỉ bit mới đảo được"),
    Text(
        "must not be 0: the value would never change",
        "không được bằng 0: giá trị sẽ không bao giờ đổi",
    ),
    Text("{value} needs more than {count} bits", "{value} cần hơn {count} bit"),
    Text("a {type} has no number to spare", "{type} không có số nào để dành"),
    Text("{name} is the name of something else already", "{name} đã là tên của thứ khác"),
    Text("one of them must mean {what}", "một trong số đó phải có nghĩa {what}"),
    Text("{id} is longer than most_registers", "{id} dài hơn most_registers"),
    Text("a 4-20 mA loop has no end-of-line resistor", "mạch 4-20 mA không có điện trở cuối đường"),
    Text("must be at most {count} commands", "nhiều nhất {count} lệnh"),
    # Frames
    Text("the bits must lie within one byte", "các bit phải nằm trong một byte"),
    Text("a {type} has its own size", "{type} có kích thước riêng"),
    Text("every number would be the same value", "mọi số sẽ cùng một giá trị"),
    Text("must be at most {limit}", "nhiều nhất {limit}"),
    Text("a frame without fields measures nothing", "khung không có trường thì không đo gì"),
    Text(
        "a frame without a checksum could be misread", "khung không có mã kiểm tra có thể đọc sai"
    ),
    Text("{name} lies outside the frame's body", "{name} nằm ngoài thân khung"),
    Text(
        "{name} is a {type}, but {other} is of digits", "{name} là {type}, nhưng {other} gồm chữ số"
    ),
    Text("{name} has only one order", "{name} chỉ có một thứ tự byte"),
    Text("give either length or length_field", "ghi length hoặc length_field, một thôi"),
    Text(
        "must be more than the header and at most {limit}",
        "phải hơn phần đầu và nhiều nhất {limit}",
    ),
    Text(
        "must be more than the length field's end and at most {limit}",
        "phải hơn chỗ hết trường độ dài và nhiều nhất {limit}",
    ),
    # Lines of text
    Text(
        "is said of frames, and the device prints lines",
        "chỉ dùng cho khung, mà thiết bị này in ra dòng chữ",
    ),
    Text("none of them says active", "không dòng nào nói active"),
    Text("does not say where {{point}} stands", "chưa nêu {{point}} nằm ở đâu"),
    Text("has a brace in it", "có dấu ngoặc nhọn"),
    Text(
        "has a {{point}}, but {event} is not said of one",
        "có {{point}}, nhưng {event} không nói về điểm nào",
    ),
    Text("has {sign} more than once", "có {sign} hơn một lần"),
    Text("has two stars side by side", "có hai dấu * liền nhau"),
    Text("{what} {at} is beyond the last address, {last}", "{what} {at} quá địa chỉ cuối, {last}"),
    Text("has no text", "không có chữ nào"),
    Text("has more than {count} wildcards", "có hơn {count} ký tự thay thế"),
)
