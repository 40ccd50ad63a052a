"""What is wrong with a command line: as Python's argparse says it, and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

USAGE_TEXTS: Final[tuple[Text, ...]] = (
    Text("the following arguments are required: {names}", "còn thiếu tham số: {names}"),
    Text("unrecognized arguments: {names}", "không có tham số này: {names}"),
    Text("one of the arguments {names} is required", "phải có một trong các tham số {names}"),
    Text("argument {name}: {what}", "tham số {name}: {what}"),
    Text("ambiguous option: {name} could match {names}", "tham số {name} chưa rõ: có {names}"),
)

FAULT_TEXTS: Final[tuple[Text, ...]] = (
    Text("expected one argument", "cần một giá trị"),
    Text("expected at most one argument", "nhiều nhất một giá trị"),
    Text("expected at least one argument", "cần ít nhất một giá trị"),
    Text("expected {count} argument", "cần {count} giá trị"),
    Text("expected {count} arguments", "cần {count} giá trị"),
    Text("not allowed with argument {name}", "không dùng cùng với {name}"),
    Text("ignored explicit argument {value}", "không nhận giá trị {value}"),
    Text(
        "invalid choice: {value} (choose from {values})",
        "không có {value} (chọn một trong {values})",
    ),
    Text("invalid {kind} value: {value}", "{value} không đúng kiểu {kind}"),
)
"""What follows the name of an argument."""
