"""What `firegw health` says: whether a release guards as well as the one before."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

HEALTH_TEXTS: Final[Mapping[str, Text]] = {
    "command.health": Text(
        "say whether a release that was just started guards as well as the one before",
        "cho biết bản vừa khởi động có canh gác tốt như bản trước không",
    ),
    "command.health.example": Text(
        "firegw health --before status.json", "firegw health --before status.json"
    ),
    "argument.health-before": Text(
        "what `firegw status --json` said before; without it, only that the gateway works",
        "kết quả `firegw status --json` lúc trước; nếu không có thì chỉ xét chương trình có chạy",
    ),
    "argument.health-may-restart": Text(
        "only say whether a restart would disturb something now",
        "chỉ cho biết nếu khởi động lại bây giờ thì có làm gián đoạn việc gì không",
    ),
    "health.well": Text("it guards", "bộ truyền tin đang canh gác"),
    "health.may-restart": Text("nothing stands in the way", "không có gì cản trở"),
    "health.not-a-status": Text(
        "{path}: is no answer of `firegw status --json`: {detail}",
        "{path}: không phải kết quả của `firegw status --json`: {detail}",
    ),
    "health.lack.answer": Text("it does not answer", "không trả lời"),
    "health.lack.stands-still": Text(
        "it answers, but judges nothing any more", "có trả lời nhưng không còn phán định gì"
    ),
    "health.lack.restarted": Text(
        "it ended and was started again by itself", "tự dừng rồi khởi động lại"
    ),
    "health.lack.store": Text("its journal cannot be written", "không ghi được nhật ký"),
    "health.lack.fault": Text("{subject} has failed", "{subject} bị lỗi"),
    "health.lack.detector": Text(
        "detector {subject} was well before and is not now",
        "đầu báo {subject} trước đó tốt, nay không tốt",
    ),
    "health.lack.unheard": Text(
        "detector {subject} was well before and has not been heard of since",
        "đầu báo {subject} trước đó tốt, từ khi khởi động chưa thấy trả lời",
    ),
    "health.lack.path": Text(
        "path {subject} was connected before and is not now",
        "đường truyền {subject} trước đó có nối, nay không nối",
    ),
    "health.lack.condition": Text(
        "what stood before is not there: {subject}", "tình trạng trước đó không còn: {subject}"
    ),
    "health.disturbed": Text("{what} in {zone}", "{what} ở {zone}"),
    "health.trial": Text(
        "a configuration is on trial: firegw confirm, or wait until it goes back",
        "có cấu hình đang chạy thử: firegw confirm, hoặc chờ tự quay lại",
    ),
}
