"""Why the gateway refuses an order, or cannot answer: as it says it, and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

REFUSAL_TEXTS: Final[tuple[Text, ...]] = (
    # Acts
    Text("nothing is waiting to be acknowledged", "không có gì chờ xác nhận"),
    Text("no alarm is sounding", "không có báo động nào đang kêu"),
    Text("no alarm is latched", "không có báo động nào đang giữ"),
    Text(
        "{condition} of {source} stands: its cause has not gone ({detail})",
        "{condition} của {source} vẫn còn: chưa hết nguyên nhân ({detail})",
    ),
    Text(
        "there is no zone {id}; zones are {ids}",
        "không có khu vực {id}; các khu vực là {ids}",
    ),
    # Tests
    Text("a test is for {span} at most", "một lần thử dài nhất {span}"),
    Text("zone {id} is under test already", "khu vực {id} đang được thử rồi"),
    Text("nothing is under test there", "ở đó không có gì đang được thử"),
    Text(
        "with it every zone would be under test: say that the whole site is meant",
        "như vậy mọi khu vực đều đang thử: hãy nói rõ là toàn cơ sở (--whole-site)",
    ),
    Text(
        "{condition} of {source} is in force in zone {id}: reset it first",
        "{condition} của {source} đang có ở khu vực {id}: hãy đặt lại trước",
    ),
    # Out of service
    Text("there is no {kind} {id}", "không có {kind} {id}"),
    Text("{source} is not disabled by itself", "{source} không bị vô hiệu hóa riêng"),
    Text("a disablement is for {span} at most", "vô hiệu hóa dài nhất {span}"),
    Text(
        "{source} is disabled already, for another {span}",
        "{source} đã bị vô hiệu hóa rồi, còn {span}",
    ),
    Text(
        "{id} is a manual call point: it cannot be disabled",
        "{id} là nút ấn báo cháy: không được vô hiệu hóa",
    ),
    Text(
        "{id} is a fault relay: it cannot be disabled",
        "{id} là rơ-le báo lỗi: không được vô hiệu hóa",
    ),
    Text(
        "with it every zone would be disabled: say that the whole site is meant",
        "như vậy mọi khu vực đều bị vô hiệu hóa: hãy nói rõ là toàn cơ sở (--whole-site)",
    ),
    # Questions
    Text("there is no rule or call point {id}", "không có luật hay nút ấn nào tên {id}"),
    # What the gateway cannot do
    Text(
        "the gateway made a mistake over it; its log says more",
        "bộ truyền tin mắc lỗi khi làm việc này; nhật ký hệ thống ghi rõ hơn",
    ),
    Text(
        "it made a mistake over {verb}; its log says more",
        "nó mắc lỗi khi làm {verb}; nhật ký hệ thống ghi rõ hơn",
    ),
    Text(
        "the user database does not answer, so nobody can be told apart",
        "cơ sở dữ liệu người dùng không trả lời, nên không biết ai là ai",
    ),
    Text(
        "it is still being worked out; ask again in a moment",
        "đang được tính; hãy hỏi lại sau giây lát",
    ),
    Text("{path}: it does not answer", "{path}: không trả lời"),
    # Configurations
    Text(
        "another configuration is being applied or confirmed just now",
        "một cấu hình khác đang được áp dụng hoặc xác nhận",
    ),
    Text(
        "what {author} applied waits for firegw confirm, or confirm --back",
        "cấu hình {author} áp dụng đang chờ firegw confirm, hoặc confirm --back",
    ),
    Text(
        "an alarm drives {outputs}, which it would let go of: reset it first",
        "báo động đang điều khiển {outputs}, tệp này sẽ ngắt: hãy đặt lại báo động trước",
    ),
    Text("it is in force already", "tệp này đang được dùng"),
    Text("no configuration is on trial", "không có cấu hình nào đang chạy thử"),
    Text("it could not be checked: {detail}", "không kiểm tra được: {detail}"),
    Text("it stays on trial: {detail}", "vẫn đang chạy thử: {detail}"),
    Text("there would be no way back: {detail}", "sẽ không có đường quay lại: {detail}"),
    Text(
        "the gateway cannot guard by it, and has not begun to: {detail}",
        "bộ truyền tin không dùng được cấu hình này, và chưa bắt đầu dùng: {detail}",
    ),
    Text(
        "it starts anew, by the configuration before",
        "bộ truyền tin khởi động lại, theo cấu hình trước",
    ),
    Text("{count} profiles; at most {most}", "{count} hồ sơ thiết bị; nhiều nhất {most}"),
    Text("{size} KiB of files; at most {most} KiB", "các tệp có {size} KiB; nhiều nhất {most} KiB"),
    Text(
        "a file name of {count} characters; at most {most}",
        "tên tệp có {count} ký tự; nhiều nhất {most}",
    ),
    Text(
        "{field} names a file among the gateway's own state",
        "{field} chỉ tới một tệp trong dữ liệu riêng của bộ truyền tin",
    ),
    Text("{name} is no name of a profile", "{name} không phải tên hồ sơ thiết bị"),
)
