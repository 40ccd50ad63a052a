"""The catalogue's part about files, people, the service and the programs. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.doctor.finding import Check, Entry, Verdict
from gateway.texts.entry import Text

WRONG, WARNING = Verdict.WRONG, Verdict.WARNING

FILES: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "site-unreadable": Entry(
            check=Check.SITE_FILE,
            verdict=WRONG,
            seen=Text("{file} cannot be read: {why}", "không đọc được {file}: {why}"),
            mend=Text(
                "put a site file there; the starter explains each line:",
                "đặt tệp cơ sở vào đó; tệp mẫu giải thích từng dòng:",
            ),
            commands=("sudo nano {file}", "sudo firegw check {file}"),
        ),
        "site-mistakes": Entry(
            check=Check.SITE_FILE,
            verdict=WRONG,
            seen=Text(
                "{file} has {count} mistakes, the first: {first}",
                "{file} có {count} chỗ sai, đầu tiên: {first}",
            ),
            mend=Text("see them all, mend them:", "xem tất cả và sửa:"),
            commands=("sudo firegw check {file}",),
        ),
        "site-warnings": Entry(
            check=Check.SITE_FILE,
            verdict=WARNING,
            seen=Text(
                "{file} has {count} warnings, the first: {first}",
                "{file} có {count} cảnh báo, đầu tiên: {first}",
            ),
            mend=Text("see them all:", "xem tất cả:"),
            commands=("sudo firegw check {file}",),
        ),
        "site-not-applied": Entry(
            check=Check.SITE_FILE,
            verdict=WARNING,
            seen=Text(
                "{file} is not what the gateway runs with: it was changed and not applied",
                "{file} khác với cấu hình đang chạy: đã sửa mà chưa áp dụng",
            ),
            mend=Text("check it, then apply it:", "kiểm tra rồi áp dụng:"),
            commands=("sudo firegw check {file}", "sudo firegw apply {file}"),
        ),
        "settings-writable": Entry(
            check=Check.SETTINGS,
            verdict=WRONG,
            seen=Text(
                "{folder} has mode {mode}: everybody on this unit may change the site file",
                "{folder} có quyền {mode}: ai trên máy cũng sửa được tệp cơ sở",
            ),
            mend=Text("leave it to root and the gateway:", "chỉ để root và bộ truyền tin dùng:"),
            commands=("sudo chown root:{group} {folder}", "sudo chmod 750 {folder}"),
        ),
        "settings-open": Entry(
            check=Check.SETTINGS,
            verdict=WARNING,
            seen=Text(
                "{folder} has mode {mode}: everybody on this unit may look into it",
                "{folder} có quyền {mode}: ai trên máy cũng xem được",
            ),
            mend=Text("leave it to root and the gateway:", "chỉ để root và bộ truyền tin dùng:"),
            commands=("sudo chown root:{group} {folder}", "sudo chmod 750 {folder}"),
        ),
        "settings-closed": Entry(
            check=Check.SETTINGS,
            verdict=WRONG,
            seen=Text(
                "the gateway's user {user} may not read {file}",
                "người dùng {user} của bộ truyền tin không đọc được {file}",
            ),
            mend=Text("let its group read it:", "cho nhóm của nó quyền đọc:"),
            commands=("sudo chgrp {group} {place}", "sudo chmod g+rX {place}"),
        ),
        "secret-missing": Entry(
            check=Check.SECRETS,
            verdict=WRONG,
            seen=Text(
                "path {path}: {setting} names {file}, which is not there",
                "đường truyền {path}: {setting} chỉ tới {file}, tệp này không có",
            ),
            mend=Text(
                "put it there, or correct the site file:",
                "đặt tệp vào đó, hoặc sửa tệp cơ sở:",
            ),
            commands=("sudo nano {site}",),
        ),
        "secret-open": Entry(
            check=Check.SECRETS,
            verdict=WRONG,
            seen=Text(
                "{file} has mode {mode}: others may read this secret, so the gateway refuses it",
                "{file} có quyền {mode}: người khác đọc được bí mật này nên bộ truyền tin từ chối",
            ),
            mend=Text(
                "close it; if others could read it for long, ask the centre for another:",
                "khóa lại; nếu đã lộ lâu, xin trung tâm cấp cái khác:",
            ),
            commands=("sudo chmod 600 {file}",),
        ),
        "secret-closed": Entry(
            check=Check.SECRETS,
            verdict=WRONG,
            seen=Text(
                "the gateway's user {user} may not read {file} ({setting} of path {path})",
                "người dùng {user} không đọc được {file} ({setting} của đường truyền {path})",
            ),
            mend=Text("give it to the gateway:", "giao tệp cho bộ truyền tin:"),
            commands=("sudo chown {user} {file}", "sudo chmod 600 {file}"),
        ),
        "state-missing": Entry(
            check=Check.STATE,
            verdict=WRONG,
            seen=Text("there is no directory {folder}", "không có thư mục {folder}"),
            mend=Text("make it:", "tạo thư mục:"),
            commands=("sudo install -d -m 750 -o {user} -g {group} {folder}",),
        ),
        "state-closed": Entry(
            check=Check.STATE,
            verdict=WRONG,
            seen=Text(
                "the gateway's user {user} may not write {file}: no event can be kept",
                "người dùng {user} không ghi được {file}: không lưu được sự kiện nào",
            ),
            mend=Text("give it to the gateway:", "giao cho bộ truyền tin:"),
            commands=("sudo chown -R {user}:{group} {folder}",),
        ),
        "state-open": Entry(
            check=Check.STATE,
            verdict=WARNING,
            seen=Text(
                "{folder} has mode {mode}: everybody on this unit may read the journal",
                "{folder} có quyền {mode}: ai trên máy cũng đọc được nhật ký",
            ),
            mend=Text("close it:", "khóa lại:"),
            commands=("sudo chmod 750 {folder}",),
        ),
        "key-unusable": Entry(
            check=Check.STATE,
            verdict=WRONG,
            seen=Text(
                "the key that vouches for this unit cannot be used: {why}",
                "khóa bảo chứng của thiết bị không dùng được: {why}",
            ),
            mend=Text(
                "give it its owner and mode again; a key that is lost is made anew by `firegw "
                "enrol`, and the centre must be told:",
                "trả lại chủ và quyền; nếu mất khóa, tạo lại bằng `firegw enrol` và báo trung tâm:",
            ),
            commands=("sudo chown {user} {file}", "sudo chmod 600 {file}"),
        ),
    }
)

PEOPLE: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "user-missing": Entry(
            check=Check.USER,
            verdict=WRONG,
            seen=Text(
                "this system has no user {user}, as which the gateway runs",
                "hệ thống không có người dùng {user} để chạy bộ truyền tin",
            ),
            mend=Text("install again from its folder:", "cài lại từ thư mục cài đặt:"),
            commands=("sudo ./install.sh",),
        ),
        "no-gpio-group": Entry(
            check=Check.USER,
            verdict=WRONG,
            seen=Text(
                "the gateway's user {user} is not in group gpio: it may not read contacts",
                "người dùng {user} không thuộc nhóm gpio: không đọc được tiếp điểm",
            ),
            mend=Text("put it there and start it again:", "thêm vào nhóm rồi khởi động lại:"),
            commands=(
                "sudo groupadd --force --system gpio",
                "sudo usermod -aG gpio {user}",
                "sudo systemctl restart {unit}",
            ),
        ),
        "no-dialout-group": Entry(
            check=Check.USER,
            verdict=WRONG,
            seen=Text(
                "the gateway's user {user} is not in group dialout: it may not open serial ports",
                "người dùng {user} không thuộc nhóm dialout: không mở được cổng nối tiếp",
            ),
            mend=Text("put it there and start it again:", "thêm vào nhóm rồi khởi động lại:"),
            commands=("sudo usermod -aG dialout {user}", "sudo systemctl restart {unit}"),
        ),
        "user-has-rights": Entry(
            check=Check.USER,
            verdict=WRONG,
            seen=Text(
                "the gateway's own user {user} is in group {name}: whoever breaks into the gateway "
                "could then silence its sirens",
                "người dùng {user} của chính bộ truyền tin thuộc nhóm {name}: kẻ xâm nhập có thể "
                "tắt còi",
            ),
            mend=Text("take it out:", "đưa ra khỏi nhóm:"),
            commands=("sudo gpasswd -d {user} {name}",),
        ),
        "caller-in-no-group": Entry(
            check=Check.GROUPS,
            verdict=WARNING,
            seen=Text(
                "you, {name}, are in none of the groups firegw-view, firegw-operate, firegw-admin: "
                "the gateway will tell you nothing",
                "bạn, {name}, không thuộc nhóm nào trong firegw-view, firegw-operate, "
                "firegw-admin: bộ truyền tin sẽ không trả lời",
            ),
            mend=Text(
                "join the one for what you are to do, and log in anew:",
                "vào nhóm đúng với việc của bạn rồi đăng nhập lại:",
            ),
            commands=("sudo usermod -aG firegw-view {name}",),
        ),
        "groups-missing": Entry(
            check=Check.GROUPS,
            verdict=WRONG,
            seen=Text(
                "this system lacks the groups {names}: nobody but root can use the gateway",
                "hệ thống thiếu các nhóm {names}: chỉ root dùng được bộ truyền tin",
            ),
            mend=Text("make them:", "tạo các nhóm:"),
            commands=("sudo systemd-sysusers", "sudo systemctl restart {unit}"),
        ),
    }
)

SERVICE: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "service-missing": Entry(
            check=Check.SERVICE,
            verdict=WRONG,
            seen=Text("{unit} is not installed", "chưa cài {unit}"),
            mend=Text("install it from its folder:", "cài từ thư mục cài đặt:"),
            commands=("sudo ./install.sh",),
        ),
        "service-disabled": Entry(
            check=Check.SERVICE,
            verdict=WRONG,
            seen=Text(
                "{unit} is {state}: it will not start when the unit does",
                "{unit} đang {state}: sẽ không tự chạy khi máy khởi động",
            ),
            mend=Text("enable it:", "cho phép tự chạy:"),
            commands=("sudo systemctl unmask {unit}", "sudo systemctl enable --now {unit}"),
        ),
        "service-down": Entry(
            check=Check.SERVICE,
            verdict=WRONG,
            seen=Text(
                "{unit} does not run: {state} ({result})", "{unit} không chạy: {state} ({result})"
            ),
            mend=Text("read why, and start it:", "xem lý do rồi khởi động:"),
            commands=("journalctl --unit {unit} --lines 20", "sudo systemctl start {unit}"),
        ),
        "service-restarting": Entry(
            check=Check.SERVICE,
            verdict=WRONG,
            seen=Text(
                "{unit} ends and is started again, {count} times so far ({result})",
                "{unit} liên tục thoát và được khởi động lại, đã {count} lần ({result})",
            ),
            mend=Text("read why:", "xem lý do:"),
            commands=("journalctl --unit {unit} --lines 50",),
        ),
        "service-restarted": Entry(
            check=Check.SERVICE,
            verdict=WARNING,
            seen=Text(
                "{unit} was started again {count} times since the unit started",
                "{unit} đã được khởi động lại {count} lần từ khi bật máy",
            ),
            mend=Text("read why:", "xem lý do:"),
            commands=("journalctl --unit {unit} --priority warning --lines 50",),
        ),
        "service-changed": Entry(
            check=Check.SERVICE,
            verdict=WARNING,
            seen=Text(
                "the unit file of {unit} was changed, and systemd has not read it yet",
                "tệp unit của {unit} đã đổi mà systemd chưa đọc lại",
            ),
            mend=Text("have it read:", "cho đọc lại:"),
            commands=("sudo systemctl daemon-reload", "sudo systemctl restart {unit}"),
        ),
        "release-broken": Entry(
            check=Check.SERVICE,
            verdict=WRONG,
            seen=Text(
                "{link} leads to no release: the service cannot start",
                "{link} không trỏ tới bản cài nào: dịch vụ không khởi động được",
            ),
            mend=Text("install again from its folder:", "cài lại từ thư mục cài đặt:"),
            commands=("ls -l /opt/fire-gateway/releases", "sudo ./install.sh"),
        ),
        "gateway-silent": Entry(
            check=Check.DAEMON,
            verdict=WRONG,
            seen=Text("no gateway answers: {why}", "không có bộ truyền tin nào trả lời: {why}"),
            mend=Text(
                "look whether it runs, and at its log:", "xem nó có chạy không và xem nhật ký:"
            ),
            commands=("systemctl status {unit}", "journalctl --unit {unit} --lines 20"),
        ),
        "standing-fault": Entry(
            check=Check.DAEMON,
            verdict=WRONG,
            seen=Text("{source}: {cause}: {detail}", "{source}: {cause}: {detail}"),
            mend=Text("{mend}", "{mend}"),
            commands=("firegw status",),
        ),
        "standing-warning": Entry(
            check=Check.DAEMON,
            verdict=WARNING,
            seen=Text("{source}: {cause}: {detail}", "{source}: {cause}: {detail}"),
            mend=Text("{mend}", "{mend}"),
            commands=("firegw status",),
        ),
        "two-gateways": Entry(
            check=Check.PROGRAMS,
            verdict=WARNING,
            seen=Text(
                "{count} gateways run on this unit (processes {pids}): they take each other's "
                "ports and throw each other off the broker",
                "có {count} bộ truyền tin chạy trên máy (tiến trình {pids}): chúng tranh cổng và "
                "đẩy nhau khỏi máy chủ MQTT",
            ),
            mend=Text("leave the service and end the other:", "giữ dịch vụ, dừng cái còn lại:"),
            commands=("systemctl status {unit}", "ps -fp {pids}"),
        ),
        "modem-manager": Entry(
            check=Check.PROGRAMS,
            verdict=WARNING,
            seen=Text(
                "ModemManager runs: it writes modem commands to each new USB serial port, as "
                "{port} of bus {bus}",
                "ModemManager đang chạy: nó gửi lệnh modem tới mọi cổng USB nối tiếp, như {port} "
                "của đường dây {bus}",
            ),
            mend=Text(
                "where no 4G modem needs it, switch it off; else have udev keep it from this port:",
                "nếu không dùng modem 4G thì tắt; nếu cần thì dùng udev để nó bỏ qua cổng này:",
            ),
            commands=("sudo systemctl disable --now ModemManager",),
        ),
    }
)
