"""What the keys of a site file are for: told where one is missing; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

FIELD_TEXTS: Final[tuple[Text, ...]] = (
    Text("which facility this is", "đây là cơ sở nào"),
    Text("what devices are wired to", "thiết bị nối vào đâu"),
    Text("the parts of the building", "các phần của tòa nhà"),
    Text("devices that measure", "thiết bị đo"),
    Text("how the centre is reached", "liên lạc với trung tâm thế nào"),
    Text(
        "sirens, beacons, lamps, buzzers and relays", "còi, đèn chớp, đèn, còi báo tại tủ và rơ-le"
    ),
    Text("hours that rules can ask for", "giờ giấc mà luật hỏi được"),
    Text("short id", "id ngắn"),
    Text("short id, used in rules", "id ngắn, dùng trong luật"),
    Text("short id, named by detectors", "id ngắn, đầu báo gọi tới"),
    Text("short id, named in events", "id ngắn, ghi trong sự kiện"),
    Text("short id: lan, 4g", "id ngắn: lan, 4g"),
    Text("what it is", "nó là gì"),
    Text("the condition", "trạng thái"),
    Text("id of the zone it stands in", "id của khu vực chứa nó"),
    Text("id of the zone in which it raises its condition", "id của khu vực mà nó báo"),
    Text(
        "its model: name of a file in profiles, without .yaml",
        "loại máy: tên một tệp trong profiles, không có .yaml",
    ),
    Text("true while the cause holds", "đúng khi còn nguyên nhân"),
    Text("maker and model, as printed on the device", "hãng và loại, như in trên thiết bị"),
    Text("the driver that can read it", "trình điều khiển đọc được nó"),
    Text(
        "what a detector of this model is, unless the site says otherwise",
        "đầu báo loại này là gì, trừ khi cơ sở ghi khác",
    ),
    Text(
        "what it measures, and in which range that can be believed",
        "nó đo gì, và tin được trong dải nào",
    ),
    Text(
        "where the registers or frames were taken from", "thanh ghi hoặc khung lấy từ tài liệu nào"
    ),
    Text("the facility's id in the province's database", "mã cơ sở trong cơ sở dữ liệu của tỉnh"),
    Text("the facility's name, as people say it", "tên cơ sở, như mọi người gọi"),
    Text("official commune code, five digits", "mã xã, năm chữ số"),
    Text("the gateway's id, unique in the province", "mã bộ truyền tin, không trùng trong tỉnh"),
    Text(
        "the broker's host name, as in its certificate",
        "tên máy chủ MQTT, như trong chứng thư của nó",
    ),
    Text(
        "the centre's id, as in its acknowledgements", "id của trung tâm, như trong xác nhận của nó"
    ),
    Text(
        "its Ed25519 public key: 44 characters of base64",
        "khóa công khai Ed25519 của nó: 44 ký tự base64",
    ),
    Text("port on 127.0.0.1", "cổng trên 127.0.0.1"),
    Text("who answers", "ai trả lời"),
    Text("local time, as 22:00", "giờ địa phương, như 22:00"),
    Text("name it and its key under centres", "ghi nó và khóa của nó dưới centres"),
    Text("ask the centre for it", "hỏi trung tâm"),
    Text("look at the path", "xem lại đường dẫn"),
    Text(
        "a text with a comma in it needs quotes between {{ and }}",
        "văn bản có dấu phẩy giữa {{ và }} cần dấu nháy",
    ),
    Text(
        "look at the indentation of this line and the one above",
        "xem lại thụt dòng của dòng này và dòng trên",
    ),
    Text(
        "write `key: value`, with a space after the colon",
        "viết `key: value`, có khoảng trắng sau dấu hai chấm",
    ),
    Text("see drivers/{name}/README.md", "xem drivers/{name}/README.md"),
    Text("times of day are from 00:00 to 24:00", "giờ trong ngày từ 00:00 đến 24:00"),
    Text("one is any text already", "một dấu đã là chữ bất kỳ"),
    Text("write {text} for any line", "viết {text} cho dòng bất kỳ"),
)
