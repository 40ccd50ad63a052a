"""What the gateway says of why something stands, and in Vietnamese.

A detail is in English: it goes into the log and to the centre as it is. It is made of one sentence
or more with "; " between them; one that is not here stays as it is.
"""

from typing import Final

from gateway.texts.entry import Text

DETAIL_TEXTS: Final[tuple[Text, ...]] = (
    # Zones
    Text("unknown to the rules: {ids}", "luật không biết giá trị của: {ids}"),
    Text("unknown to the rules: {ids} and {count} more", "luật không biết: {ids} và {count} nữa"),
    Text("no alarm rule is left", "không còn luật nào báo động được"),
    Text("every zone is disabled", "mọi khu vực đều bị vô hiệu hóa"),
    Text("every zone is under test", "mọi khu vực đều đang thử"),
    Text("{output} waits {span} after an alarm", "{output} chờ {span} sau khi báo động"),
    Text("a manual call point does not wait", "nút ấn báo cháy không phải chờ"),
    # Paths
    Text("the connection ended ({reason})", "kết nối đã bị ngắt ({reason})"),
    Text("the connection broke: {why}", "kết nối bị đứt: {why}"),
    Text("the broker refuses us: {why}", "máy chủ MQTT từ chối: {why}"),
    Text("the broker ended the connection: {why}", "máy chủ MQTT ngắt kết nối: {why}"),
    Text("{where}: connection refused", "{where}: bị từ chối kết nối"),
    Text("{where}: network is unreachable", "{where}: không ra được mạng"),
    Text("{where}: no route to host", "{where}: không có đường tới máy này"),
    Text("{where}: no answer", "{where}: không trả lời"),
    Text("{where}: the name cannot be resolved: {why}", "{where}: không tra được tên: {why}"),
    Text("{where}: the other end closed the connection", "{where}: phía bên kia đã đóng kết nối"),
    Text(
        "is the broker running, and is the port right?",
        "máy chủ MQTT có đang chạy, cổng có đúng không?",
    ),
    Text("is the network up?", "mạng có thông không?"),
    Text(
        "does a firewall drop what goes to that port?", "tường lửa có chặn tin tới cổng đó không?"
    ),
    Text(
        "what goes to {host} can be read and changed on its way",
        "dữ liệu tới {host} có thể bị đọc và sửa dọc đường",
    ),
    # Devices
    Text("unit {unit}: no reply within {span}", "địa chỉ {unit}: không trả lời trong {span}"),
    # The gateway's own parts
    Text("{left} are free for the journal", "còn trống {left} cho nhật ký"),
    Text("make room (firegw doctor says how)", "hãy dọn chỗ (firegw doctor chỉ cách)"),
    Text("the file system of the journal is read-only", "hệ thống tệp của nhật ký chỉ đọc"),
    Text("is the card failing?", "thẻ nhớ có sắp hỏng không?"),
    Text(
        "the kernel met {count} errors in the file system of the journal",
        "kernel đã gặp {count} lỗi ở hệ thống tệp của nhật ký",
    ),
    Text("copy it and replace the card", "hãy sao lưu rồi thay thẻ"),
    Text(
        "the supply gives the board too little (below 4.63 V)",
        "nguồn cấp cho bo mạch đang yếu (dưới 4,63 V)",
    ),
    Text(
        "use the supply made for it and a short, thick cable",
        "dùng đúng bộ nguồn và dây ngắn, to",
    ),
    Text(
        "the processor is at {celsius} °C and slows down",
        "bộ xử lý đang {celsius} °C và tự chạy chậm lại",
    ),
    Text("give the cabinet air", "hãy thông gió cho tủ"),
    Text("{left} of memory are left", "bộ nhớ chỉ còn {left}"),
    Text("what else runs on this unit?", "trên máy còn chương trình nào khác chạy?"),
    # Its start
    Text("version {version}, configuration {hash}", "phiên bản {version}, cấu hình {hash}"),
    Text("epoch {epoch} begins: made anew", "bắt đầu epoch {epoch}: nhật ký mới"),
    Text(
        "epoch {epoch} begins: opened on another machine",
        "bắt đầu epoch {epoch}: nhật ký được mở trên máy khác",
    ),
    Text(
        "epoch {epoch} begins: its store had failed",
        "bắt đầu epoch {epoch}: trước đó không ghi được nhật ký",
    ),
    Text(
        "epoch {epoch} begins: it had not been closed",
        "bắt đầu epoch {epoch}: lần trước chưa được đóng",
    ),
)
