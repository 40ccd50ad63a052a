"""What `firegw doctor` and `firegw support-bundle` say beside what they find."""

from collections.abc import Mapping
from typing import Final

from gateway.texts.entry import Text

DOCTOR_TEXTS: Final[Mapping[str, Text]] = {
    "command.doctor": Text(
        "find what is wrong with this unit, and say how to mend it",
        "tìm chỗ hỏng của thiết bị và chỉ cách sửa",
    ),
    "command.doctor.example": Text("sudo firegw doctor", "sudo firegw doctor"),
    "argument.doctor-site": Text(
        "the site file (default: {default})", "tệp cơ sở (mặc định: {default})"
    ),
    "argument.doctor-offline": Text(
        "leave the network alone: no name server, no broker is asked",
        "không dùng mạng: không hỏi máy chủ tên miền hay máy chủ MQTT",
    ),
    "argument.doctor-quiet": Text(
        "show only what is wrong or a warning; nothing where all is well",
        "chỉ hiện chỗ hỏng và cảnh báo; không hiện gì nếu mọi thứ tốt",
    ),
    "command.support-bundle": Text(
        "gather into one file what a maker needs to help, without secrets and names",
        "gom vào một tệp những gì người hỗ trợ cần, không kèm bí mật và tên người",
    ),
    "command.support-bundle.example": Text(
        "sudo firegw support-bundle gw-0001.tar.gz", "sudo firegw support-bundle gw-0001.tar.gz"
    ),
    "argument.bundle-file": Text(
        "the file to make (default: one named by gateway and time, here)",
        "tệp cần tạo (mặc định: đặt tên theo thiết bị và thời gian, tại đây)",
    ),
    "bundle.written": Text(
        "{file}: {size} kB, readable by you alone", "{file}: {size} kB, chỉ bạn đọc được"
    ),
    "bundle.holds": Text("it holds:", "gồm có:"),
    "bundle.lacks": Text("it lacks:", "không có:"),
    "bundle.hidden": Text(
        "passwords, keys, names, addresses, phone numbers and places of the site file were taken "
        "out; look through it before you send it",
        "đã bỏ mật khẩu, khóa, tên, địa chỉ, số điện thoại và vị trí trong tệp cơ sở; hãy xem "
        "lại trước khi gửi",
    ),
    "bundle.never.secrets": Text(
        "passwords, private keys, certificates, the device's key: looked into only to know what to "
        "take out of the rest",
        "mật khẩu, khóa riêng, chứng thư, khóa thiết bị: chỉ đọc để biết phải bỏ gì khỏi phần còn "
        "lại",
    ),
    "bundle.never.comments": Text(
        "the site file's comments, and what stands there under a key that the schema does not know",
        "ghi chú trong tệp cơ sở, và mọi khóa mà lược đồ không biết",
    ),
    "bundle.never.site": Text(
        "user names, the facility's name, address and place, contacts: taken out everywhere",
        "tên đăng nhập, tên cơ sở, địa chỉ, vị trí, người liên hệ: bỏ ở mọi nơi",
    ),
    "bundle.never.people": Text(
        "names of people who acknowledged, reset, disabled or tested: taken out everywhere",
        "tên người đã xác nhận, đặt lại, vô hiệu hóa hay thử: bỏ ở mọi nơi",
    ),
    "bundle.never.journal": Text(
        "the journal itself and the recordings, which tell all that ever happened (firegw journal "
        "export gives them)",
        "chính nhật ký và các bản ghi, vì chúng kể mọi chuyện đã xảy ra (firegw journal export lấy "
        "ra được)",
    ),
    "bundle.exists": Text(
        "{file} is there already; name another", "đã có {file}; hãy đặt tên khác"
    ),
    "bundle.unwritable": Text("{file} cannot be written: {why}", "không ghi được {file}: {why}"),
}
