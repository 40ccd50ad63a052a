"""The catalogue's part about ports, lines, supply, disk, clock and watchdog. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.doctor.finding import Check, Entry, Verdict
from gateway.texts.entry import Text

WRONG, WARNING = Verdict.WRONG, Verdict.WARNING

LINES: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "console-on-port": Entry(
            check=Check.CONSOLE,
            verdict=WRONG,
            seen=Text(
                "the kernel's console is on {port}, which bus {bus} uses ({word} in {file})",
                "console của kernel nằm trên {port} mà đường dây {bus} dùng ({word} trong {file})",
            ),
            mend=Text(
                "take the console off the port, leave the port on, and start the unit again:",
                "bỏ console khỏi cổng, vẫn bật cổng, rồi khởi động lại máy:",
            ),
            commands=(
                "sudo raspi-config nonint do_serial_cons 1",
                "sudo raspi-config nonint do_serial_hw 0",
                "sudo reboot",
            ),
        ),
        "login-on-port": Entry(
            check=Check.CONSOLE,
            verdict=WRONG,
            seen=Text(
                "a login runs on {port}, which bus {bus} uses ({unit}): it answers the detectors",
                "có dịch vụ đăng nhập trên {port} mà đường dây {bus} dùng ({unit}): nó trả lời lẫn "
                "với đầu báo",
            ),
            mend=Text("end it for good:", "tắt hẳn:"),
            commands=("sudo systemctl mask --now {unit}",),
        ),
        "port-missing": Entry(
            check=Check.PORT,
            verdict=WRONG,
            seen=Text(
                "bus {bus}: there is no {port}; this unit has {there}",
                "đường dây {bus}: không có {port}; máy này có {there}",
            ),
            mend=Text(
                "plug the adapter in, or name one that is there; the header's own port is switched "
                "on by raspi-config:",
                "cắm bộ chuyển đổi, hoặc ghi cổng đang có; cổng chân cắm bật bằng raspi-config:",
            ),
            commands=("firegw scan", "sudo raspi-config nonint do_serial_hw 0"),
        ),
        "port-closed": Entry(
            check=Check.PORT,
            verdict=WRONG,
            seen=Text(
                "bus {bus}: the gateway's user {user} may not open {port} (owner {owner}, mode "
                "{mode})",
                "đường dây {bus}: người dùng {user} không mở được {port} (chủ {owner}, quyền "
                "{mode})",
            ),
            mend=Text(
                "the udev rules of the gateway give ports to group dialout:",
                "luật udev của bộ truyền tin giao cổng cho nhóm dialout:",
            ),
            commands=(
                "sudo usermod -aG dialout {user}",
                "sudo udevadm control --reload",
                "sudo udevadm trigger --subsystem-match=tty",
            ),
        ),
        "port-held": Entry(
            check=Check.PORT,
            verdict=WRONG,
            seen=Text(
                "bus {bus}: another program has {port} open: {command} (process {pid}); two on one "
                "port garble each other's answers",
                "đường dây {bus}: chương trình khác đang mở {port}: {command} (tiến trình {pid}); "
                "hai chương trình trên một cổng làm hỏng dữ liệu của nhau",
            ),
            mend=Text("end it:", "dừng nó:"),
            commands=("ps -fp {pid}", "sudo kill {pid}"),
        ),
        "port-name-changes": Entry(
            check=Check.PORT,
            verdict=WARNING,
            seen=Text(
                "bus {bus}: {port} may be another adapter after the next start; this one is always "
                "{stable}",
                "đường dây {bus}: sau khi khởi động lại, {port} có thể là bộ chuyển đổi khác; "
                "tên cố định của nó là {stable}",
            ),
            mend=Text("write that name into the site file:", "ghi tên đó vào tệp cơ sở:"),
            commands=("sudo nano {site}",),
        ),
        "gpio-chip-missing": Entry(
            check=Check.GPIO,
            verdict=WRONG,
            seen=Text("bus {bus}: {why}", "đường dây {bus}: {why}"),
            mend=Text(
                "see which chips there are, and name one by `chip` on the bus:",
                "xem các chip hiện có và ghi `chip` của đường dây:",
            ),
            commands=("firegw scan", "ls -l /dev/gpiochip*"),
        ),
        "gpio-closed": Entry(
            check=Check.GPIO,
            verdict=WRONG,
            seen=Text(
                "bus {bus}: the gateway's user {user} may not open {chip} (owner {owner}, mode "
                "{mode})",
                "đường dây {bus}: người dùng {user} không mở được {chip} (chủ {owner}, quyền "
                "{mode})",
            ),
            mend=Text(
                "the udev rules of the gateway give chips to group gpio:",
                "luật udev của bộ truyền tin giao chip cho nhóm gpio:",
            ),
            commands=(
                "sudo usermod -aG gpio {user}",
                "sudo udevadm control --reload",
                "sudo udevadm trigger --subsystem-match=gpio",
            ),
        ),
        "gpio-line-taken": Entry(
            check=Check.GPIO,
            verdict=WRONG,
            seen=Text(
                "GPIO line {line} of {what} is taken by {consumer}",
                "chân GPIO {line} của {what} đang bị {consumer} chiếm",
            ),
            mend=Text(
                "end what uses it, or take the overlay out of config.txt and start the unit again:",
                "dừng chương trình đó, hoặc bỏ overlay trong config.txt rồi khởi động lại máy:",
            ),
            commands=("gpioinfo", "sudo nano /boot/firmware/config.txt"),
        ),
    }
)

BOARD: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "under-voltage": Entry(
            check=Check.SUPPLY,
            verdict=WRONG,
            seen=Text(
                "the supply gives the board too little now: below 4.63 V",
                "nguồn cấp cho bo mạch đang yếu: dưới 4,63 V",
            ),
            mend=Text(
                "use the supply made for this board and a short, thick cable; measure 5 V between "
                "pins 2 and 6 of the header under load. It is well when this says 0:",
                "dùng đúng bộ nguồn và dây ngắn, to; đo 5 V giữa chân 2 và 6 khi có tải. Tốt khi "
                "lệnh này trả về 0:",
            ),
            commands=("cat /sys/class/hwmon/hwmon*/in0_lcrit_alarm",),
        ),
        "under-voltage-before": Entry(
            check=Check.SUPPLY,
            verdict=WARNING,
            seen=Text(
                "the supply has given the board too little since it started",
                "từ khi bật máy, nguồn đã có lúc cấp yếu",
            ),
            mend=Text(
                "use the supply made for this board and a short, thick cable:",
                "dùng đúng bộ nguồn và dây ngắn, to:",
            ),
            commands=("vcgencmd get_throttled",),
        ),
        "hot": Entry(
            check=Check.TEMPERATURE,
            verdict=WARNING,
            seen=Text(
                "the processor is at {celsius} °C; from 80 °C on it is slowed down",
                "bộ xử lý đang {celsius} °C; từ 80 °C nó tự chạy chậm lại",
            ),
            mend=Text(
                "give the cabinet air, keep the sun off, put a cooler on the board:",
                "thông gió cho tủ, tránh nắng, gắn tản nhiệt:",
            ),
            commands=("cat /sys/class/thermal/thermal_zone*/temp",),
        ),
        "throttled": Entry(
            check=Check.TEMPERATURE,
            verdict=WARNING,
            seen=Text(
                "the board is slowed down now, for its heat or its supply",
                "bo mạch đang bị làm chậm vì nóng hoặc vì nguồn yếu",
            ),
            mend=Text("see to its cooling and its supply:", "xem lại tản nhiệt và nguồn:"),
            commands=("vcgencmd get_throttled",),
        ),
        "memory-low": Entry(
            check=Check.MEMORY,
            verdict=WARNING,
            seen=Text("of the memory {left} are left", "bộ nhớ chỉ còn {left}"),
            mend=Text("see what uses it:", "xem chương trình nào đang dùng:"),
            commands=("ps -eo rss,pid,comm --sort -rss | head",),
        ),
        "swap-used": Entry(
            check=Check.MEMORY,
            verdict=WARNING,
            seen=Text(
                "{used} MiB of memory lie on the card (swap): that wears it and slows the unit",
                "{used} MiB bộ nhớ đang nằm trên thẻ (swap): làm mòn thẻ và chậm máy",
            ),
            mend=Text("see what uses the memory:", "xem chương trình nào dùng bộ nhớ:"),
            commands=("ps -eo rss,pid,comm --sort -rss | head",),
        ),
        "disk-full": Entry(
            check=Check.DISK,
            verdict=WRONG,
            seen=Text(
                "{folder}: the disk is full, {left} are free",
                "{folder}: đĩa đầy, còn {left}",
            ),
            mend=Text(
                "make room: old logs and packages first, then see what is large:",
                "dọn chỗ: nhật ký và gói cũ trước, rồi xem gì chiếm nhiều:",
            ),
            commands=(
                "sudo journalctl --vacuum-size=50M",
                "sudo apt-get clean",
                "sudo du -xh / | sort -h | tail -n 20",
            ),
        ),
        "disk-low": Entry(
            check=Check.DISK,
            verdict=WARNING,
            seen=Text("{folder}: {left} are free", "{folder}: còn trống {left}"),
            mend=Text(
                "make room: old logs and packages first, then see what is large:",
                "dọn chỗ: nhật ký và gói cũ trước, rồi xem gì chiếm nhiều:",
            ),
            commands=(
                "sudo journalctl --vacuum-size=50M",
                "sudo apt-get clean",
                "sudo du -xh / | sort -h | tail -n 20",
            ),
        ),
        "no-more-files": Entry(
            check=Check.DISK,
            verdict=WRONG,
            seen=Text(
                "{folder}: only {left} more files can be made there, though there is room",
                "{folder}: chỉ tạo thêm được {left} tệp nữa, dù còn dung lượng",
            ),
            mend=Text("find where the many files are:", "tìm nơi có quá nhiều tệp:"),
            commands=("sudo du -x --inodes / | sort -n | tail -n 20",),
        ),
        "read-only": Entry(
            check=Check.FILE_SYSTEM,
            verdict=WRONG,
            seen=Text(
                "{folder} is read-only: no event can be kept there",
                "{folder} chỉ đọc: không lưu được sự kiện",
            ),
            mend=Text(
                "the kernel does that when a card fails: read why, copy the card, replace it:",
                "kernel làm vậy khi thẻ hỏng: xem lý do, sao lưu rồi thay thẻ:",
            ),
            commands=("sudo dmesg --level err,warn | tail -n 20", "findmnt --target {folder}"),
        ),
        "file-system-errors": Entry(
            check=Check.FILE_SYSTEM,
            verdict=WRONG,
            seen=Text(
                "{folder}: the kernel has met {count} errors of the file system",
                "{folder}: kernel đã gặp {count} lỗi hệ thống tệp",
            ),
            mend=Text(
                "copy the card and replace it; the errors are in the kernel's log:",
                "sao lưu rồi thay thẻ; lỗi nằm trong nhật ký kernel:",
            ),
            commands=("sudo dmesg --level err,warn | tail -n 20", "sudo firegw replace --help"),
        ),
        "disk-forgets": Entry(
            check=Check.FILE_SYSTEM,
            verdict=WRONG,
            seen=Text(
                "{folder} lies in memory ({kind}): a power cut takes the journal with it",
                "{folder} nằm trong bộ nhớ ({kind}): mất điện là mất nhật ký",
            ),
            mend=Text(
                "switch the overlay off (raspi-config, Performance Options) or mount a disk:",
                "tắt overlay (raspi-config, Performance Options) hoặc gắn đĩa thật vào đó:",
            ),
            commands=("sudo raspi-config nonint disable_overlayfs", "sudo reboot"),
        ),
        "clock-unknown": Entry(
            check=Check.CLOCK,
            verdict=WARNING,
            seen=Text(
                "nobody keeps the clock; it shows {time}",
                "không có gì chỉnh đồng hồ; nó đang chỉ {time}",
            ),
            mend=Text(
                "switch time synchronisation on, and see that UDP port 123 is let out:",
                "bật đồng bộ giờ và mở cổng UDP 123 đi ra:",
            ),
            commands=("sudo timedatectl set-ntp true", "timedatectl timesync-status"),
        ),
        "clock-in-the-past": Entry(
            check=Check.CLOCK,
            verdict=WRONG,
            seen=Text(
                "the clock shows {time}, which is before this release was made",
                "đồng hồ chỉ {time}, trước cả khi bản phần mềm này ra đời",
            ),
            mend=Text("set it, and have it kept:", "chỉnh giờ và bật đồng bộ:"),
            commands=(
                "sudo date --set '2027-01-31 13:00'",
                "sudo timedatectl set-ntp true",
            ),
        ),
        "clock-zone": Entry(
            check=Check.CLOCK,
            verdict=WARNING,
            seen=Text(
                "the system's time zone is {system} and the site's {site}: logs and schedules "
                "show different hours",
                "múi giờ hệ thống là {system} còn của cơ sở là {site}: giờ trong nhật ký và lịch "
                "sẽ lệch nhau",
            ),
            mend=Text("set the zone of the place:", "đặt múi giờ tại chỗ:"),
            commands=("sudo timedatectl set-timezone Asia/Ho_Chi_Minh",),
        ),
        "watchdog-missing": Entry(
            check=Check.WATCHDOG,
            verdict=WARNING,
            seen=Text(
                "there is no hardware watchdog: a kernel that hangs stays so",
                "không có watchdog phần cứng: kernel treo thì máy treo luôn",
            ),
            mend=Text(
                "a Raspberry Pi has one; see that its line is in config.txt:",
                "Raspberry Pi có sẵn; xem dòng này trong config.txt:",
            ),
            commands=("grep watchdog /boot/firmware/config.txt", "ls -l /dev/watchdog*"),
        ),
        "watchdog-unused": Entry(
            check=Check.WATCHDOG,
            verdict=WARNING,
            seen=Text(
                "systemd does not feed the hardware watchdog: a kernel that hangs stays so",
                "systemd không dùng watchdog phần cứng: kernel treo thì máy treo luôn",
            ),
            mend=Text("have it do so:", "bật lên:"),
            commands=(
                "sudo install -d /etc/systemd/system.conf.d",
                (
                    "printf '[Manager]\\nRuntimeWatchdogSec=15\\n' | "
                    "sudo tee /etc/systemd/system.conf.d/watchdog.conf"
                ),
                "sudo systemctl daemon-reexec",
            ),
        ),
    }
)
