"""What the owner's page says, in a layperson's words."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

OWNER_PAGE_TEXTS: Final[Mapping[str, Text]] = {
    "command.page": Text(
        "serve the owner's page, where the site has one; its own service does this",
        "phục vụ trang của chủ cơ sở, nếu cơ sở có bật; dịch vụ riêng tự chạy lệnh này",
    ),
    "command.page.example": Text("firegw page", "firegw page"),
    "status.contacts": Text("Whom to call", "Gọi cho ai"),
    # In the largest letters: what it comes to
    "page.gist.fire-alarm": Text("FIRE ALARM", "BÁO CHÁY"),
    "page.gist.gas-alarm": Text("GAS ALARM", "BÁO ĐỘNG KHÍ"),
    "page.gist.pre-alarm": Text("PRE-ALARM", "TIỀN BÁO ĐỘNG"),
    "page.gist.unprotected": Text("NOT PROTECTED", "KHÔNG ĐƯỢC BẢO VỆ"),
    "page.gist.no-zones": Text("NOT PROTECTED", "KHÔNG ĐƯỢC BẢO VỆ"),
    "page.gist.reduced": Text("PROTECTION REDUCED", "BẢO VỆ SUY GIẢM"),
    "page.gist.attention": Text("PROTECTED, WITH A FAULT", "ĐANG BẢO VỆ, CÓ LỖI"),
    "page.gist.starting": Text("STARTING", "ĐANG KHỞI ĐỘNG"),
    "page.gist.test": Text("UNDER TEST", "ĐANG THỬ"),
    "page.gist.quiet": Text("PROTECTED", "ĐANG ĐƯỢC BẢO VỆ"),
    "page.gist.lost": Text("NO CONTACT WITH THE GATEWAY", "MẤT LIÊN LẠC VỚI BỘ TRUYỀN TIN"),
    "page.gist.over": Text("{gist}: CAUSE GONE", "{gist}: HẾT NGUYÊN NHÂN"),
    "page.where.lost": Text("It may not protect you.", "Có thể nó không còn bảo vệ cơ sở."),
    "page.where.no-zones": Text(
        "Nothing is watched: the gateway has not been set up.",
        "Chưa giám sát gì: bộ truyền tin chưa được thiết lập.",
    ),
    "page.where.quiet": Text(
        "All {count} zones are watched.", "Cả {count} khu vực đều được giám sát."
    ),
    "page.where.quiet.one": Text("The one zone is watched.", "Khu vực duy nhất được giám sát."),
    "page.where.not-told": Text(
        "The fire police are not reached.", "Không liên lạc được với Cảnh sát PCCC."
    ),
    # What to do
    "page.do.fire-alarm": Text(
        "Get everybody out. Call 114. Do not go back in.",
        "Đưa mọi người ra ngoài. Gọi 114. Không quay vào trong.",
    ),
    "page.do.gas-alarm": Text(
        "Touch no switch, light no flame. Get everybody out, and call 114 from outside.",
        "Không bật tắt điện, không dùng lửa. Đưa mọi người ra ngoài rồi gọi 114 từ bên ngoài.",
    ),
    "page.do.pre-alarm": Text(
        "Go and look at once. If there is fire or smoke, get everybody out and call 114.",
        "Đến xem ngay. Nếu có lửa hoặc khói, đưa mọi người ra ngoài và gọi 114.",
    ),
    "page.do.over": Text(
        "Its cause has gone. Make sure that nothing burns; then the technician resets it.",
        "Nguyên nhân đã hết. Kiểm tra chắc chắn không còn cháy, rồi kỹ thuật viên đặt lại.",
    ),
    "page.do.unprotected": Text(
        "A fire there would not be noticed. Have somebody watch these places, and call the "
        "technician now.",
        "Nếu cháy ở đó sẽ không được phát hiện. Cử người trông coi và gọi kỹ thuật viên ngay.",
    ),
    "page.do.no-zones": Text("Call the technician now.", "Gọi kỹ thuật viên ngay."),
    "page.do.not-told": Text(
        "In a fire nobody outside would be told: call 114 yourself.",
        "Nếu cháy, bên ngoài sẽ không nhận được tin: hãy tự gọi 114.",
    ),
    "page.do.reduced": Text(
        "A fire may be noticed late. Call the technician today.",
        "Có thể phát hiện cháy chậm hơn. Gọi kỹ thuật viên trong hôm nay.",
    ),
    "page.do.attention": Text(
        "All zones are watched. Call the technician about the fault.",
        "Các khu vực vẫn được giám sát. Báo kỹ thuật viên sửa lỗi.",
    ),
    "page.do.disabled": Text(
        "Somebody took this out of service. Have it put back as soon as the work is done.",
        "Có người đã vô hiệu hóa. Làm xong việc phải cho hoạt động lại ngay.",
    ),
    "page.do.starting": Text(
        "Wait a minute: not every detector has answered yet.",
        "Chờ một phút: chưa phải mọi đầu báo đã trả lời.",
    ),
    "page.do.test": Text(
        "Alarms there are a test. In a real fire call 114 and press a manual call point.",
        "Báo động ở đó chỉ là thử. Nếu cháy thật, gọi 114 và ấn nút báo cháy.",
    ),
    "page.do.lost": Text(
        "Call the technician now. In a fire call 114 yourself.",
        "Gọi kỹ thuật viên ngay. Nếu cháy, hãy tự gọi 114.",
    ),
    # The sections
    "page.call": Text("Whom to call", "Gọi cho ai"),
    "page.call.114": Text("Call 114", "Gọi 114"),
    "page.call.fire-police": Text("Fire and rescue police", "Cảnh sát PCCC và CNCH"),
    "page.call.none": Text(
        "The technician's number is not in the site file (contacts).",
        "Tệp cơ sở chưa ghi số của kỹ thuật viên (contacts).",
    ),
    "page.amiss": Text("What is wrong", "Có gì không ổn"),
    "page.amiss.more": Text("and {count} more", "và {count} điều nữa"),
    "page.told": Text("Fire police", "Cảnh sát PCCC"),
    "page.zones": Text("Zones", "Khu vực"),
    "page.zones.more": Text("and {count} more zones", "và {count} khu vực nữa"),
    "page.tests": Text("Last tests", "Lần thử gần nhất"),
    "page.events": Text("What happened", "Diễn biến gần đây"),
    "page.events.none": Text("Nothing is known yet.", "Chưa có thông tin."),
    "page.last-known": Text("Last known, {time}", "Lần cuối biết được, {time}"),
    "page.at": Text("as of {time}", "lúc {time}"),
    "page.at.unknown": Text("the gateway's clock is not set", "đồng hồ bộ truyền tin chưa đúng"),
    "page.read-only": Text(
        "This page only shows. Nothing can be silenced, reset or switched off here. It does not "
        "replace calling 114.",
        "Trang này chỉ để xem, không tắt còi, đặt lại hay vô hiệu hóa được gì. Không thay cho việc "
        "gọi 114.",
    ),
    "page.other-language": Text("Tiếng Việt", "English"),
    "page.acknowledged": Text("seen by {author}", "{author} đã xác nhận"),
    "page.not-acknowledged": Text("nobody has acknowledged it", "chưa ai xác nhận"),
    "page.silenced": Text("sirens silenced", "còi đã tắt"),
    # What is wrong, and what is to be done about it
    "page.fault.detector": Text("A detector does not work: {name}", "Đầu báo bị lỗi: {name}"),
    "page.fault.call-point": Text(
        "A manual call point does not work: {name}", "Nút ấn báo cháy bị lỗi: {name}"
    ),
    "page.fault.bus": Text(
        "The line to several detectors does not work: {name}",
        "Đường dây tới nhiều đầu báo bị lỗi: {name}",
    ),
    "page.fault.path": Text(
        "A way to the fire police is disturbed: {name}",
        "Đường truyền tới Cảnh sát PCCC bị lỗi: {name}",
    ),
    "page.fault.output": Text(
        "A siren or another output does not work: {name}", "Còi hoặc đầu ra khác bị lỗi: {name}"
    ),
    "page.fault.gateway": Text(
        "A part of the gateway does not work: {name}",
        "Một bộ phận của bộ truyền tin bị lỗi: {name}",
    ),
    "page.fault.rule": Text("A fault is reported: {name}", "Có báo lỗi: {name}"),
    "page.fault.other": Text("A fault: {name}", "Lỗi: {name}"),
    "page.supervisory": Text("Supervised equipment: {name}", "Thiết bị được giám sát: {name}"),
    "page.degraded": Text("Not every detector can be relied on", "Có đầu báo không tin cậy được"),
    "page.disabled": Text("Out of service: {name}", "Đang vô hiệu hóa: {name}"),
    "page.test": Text("Under test", "Đang thử"),
    "page.store": Text(
        "The gateway cannot write down what happens (memory card)",
        "Bộ truyền tin không ghi lại được diễn biến (thẻ nhớ)",
    ),
    "page.trial": Text(
        "New settings are on trial {until}, by {author}",
        "Cấu hình mới đang chạy thử {until}, {author} áp dụng",
    ),
    # The way to the fire police
    "page.told.centre": Text(
        "The fire police's centre is reached.", "Đang liên lạc được với trung tâm Cảnh sát PCCC."
    ),
    "page.told.broker": Text(
        "The fire police's server is reached. Whether the centre reads it is not confirmed.",
        "Đang kết nối với máy chủ của Cảnh sát PCCC. Chưa có xác nhận của trung tâm.",
    ),
    "page.told.no-answer": Text(
        "The fire police's centre does NOT ANSWER. In a fire call 114 yourself.",
        "Trung tâm Cảnh sát PCCC KHÔNG TRẢ LỜI. Nếu cháy, hãy tự gọi 114.",
    ),
    "page.told.not-reached": Text(
        "The fire police's centre is NOT REACHED. In a fire call 114 yourself.",
        "KHÔNG LIÊN LẠC ĐƯỢC với trung tâm Cảnh sát PCCC. Nếu cháy, hãy tự gọi 114.",
    ),
    "page.told.nobody": Text(
        "This gateway tells NOBODY OUTSIDE the building. In a fire call 114 yourself.",
        "Bộ truyền tin này KHÔNG BÁO CHO AI bên ngoài. Nếu cháy, hãy tự gọi 114.",
    ),
    "page.told.waiting": Text(
        "{count} alarm reports wait to be sent.", "{count} tin báo động đang chờ gửi."
    ),
    "page.path.up": Text("{path}: connected, {since}", "{path}: có kết nối, {since}"),
    "page.path.down": Text("{path}: NOT CONNECTED, {since}", "{path}: MẤT KẾT NỐI, {since}"),
    # Tests
    "page.walk.none": Text(
        "No walk test of the detectors is recorded.", "Chưa ghi nhận lần thử đầu báo nào."
    ),
    "page.walk.running": Text(
        "Walk test of {zone} running, by {author}",
        "Đang thử đầu báo tại {zone}, {author} thực hiện",
    ),
    "page.walk.last": Text(
        "Walk test of {zone}: {time}, by {author}",
        "Thử đầu báo tại {zone}: {time}, {author} thực hiện",
    ),
    "page.walk.responded": Text(
        "{count} of {total} detectors have responded to a test",
        "{count} trên {total} đầu báo đã tác động khi thử",
    ),
    "page.walk.unknown": Text("Walk test: not known just now", "Thử đầu báo: hiện chưa rõ"),
    "page.periodic.done": Text(
        "Periodic test of the way to the fire police: {time}, arrived",
        "Thử định kỳ đường truyền tới Cảnh sát PCCC: {time}, đã đến nơi",
    ),
    "page.periodic.waiting": Text(
        "Periodic test of the way to the fire police: {time}, NOT ARRIVED YET",
        "Thử định kỳ đường truyền tới Cảnh sát PCCC: {time}, CHƯA ĐẾN NƠI",
    ),
    "page.periodic.none": Text(
        "Periodic test of the way to the fire police: none known",
        "Thử định kỳ đường truyền tới Cảnh sát PCCC: chưa có",
    ),
}
