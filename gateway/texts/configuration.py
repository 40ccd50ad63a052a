"""What is said of the configuration: applying, confirming, going back."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

CONFIGURATION_TEXTS: Final[Mapping[str, Text]] = {
    "verb.configuration": Text("see the site file in force", "xem tệp cơ sở đang dùng"),
    "verb.apply": Text("apply a site file", "áp dụng một tệp cơ sở"),
    "verb.confirm": Text("confirm a site file", "xác nhận một tệp cơ sở"),
    "verb.go-back": Text("go back to the site file before", "quay lại tệp cơ sở trước"),
    "status.configuration": Text("configuration {hash}", "cấu hình {hash}"),
    "status.configuration-trial": Text(
        "CONFIGURATION ON TRIAL {until}, by {author}; to keep it: firegw confirm",
        "CẤU HÌNH ĐANG THỬ {until}, {author} áp dụng; để giữ: firegw confirm",
    ),
}
