"""What is wrong with what a site file says; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

SITE_TEXTS: Final[tuple[Text, ...]] = (
    # Buses and what is wired to them
    Text("a bus has one driver", "một đường dây chỉ có một trình điều khiển"),
    Text("the bus names no driver", "đường dây chưa nêu trình điều khiển"),
    Text(
        "bus {id} can drive no outputs: its driver is {driver}",
        "đường dây {id} không điều khiển được đầu ra: trình điều khiển của nó là {driver}",
    ),
    Text("nothing is on bus {id}", "không có gì trên đường dây {id}"),
    Text(
        "{taken} is already taken by {id} at line {line}", "{taken} đã do {id} dùng ở dòng {line}"
    ),
    Text(
        "profile {id} is for the driver {driver}, but bus {bus} has {other}",
        "hồ sơ {id} dành cho {driver}, nhưng đường dây {bus} dùng {other}",
    ),
    Text(
        "a {kind} must measure {what}, and {id} does not", "{kind} phải đo {what}, mà {id} không đo"
    ),
    Text("unit {number} is out of range", "địa chỉ {number} ngoài phạm vi"),
    Text("there is no GPIO line {number}", "không có chân GPIO {number}"),
    Text(
        "give either port (serial) or host (TCP)", "ghi port (nối tiếp) hoặc host (TCP), một thôi"
    ),
    Text("only a serial port has it", "chỉ cổng nối tiếp mới có"),
    Text("a serial line is framed as RTU anyhow", "đường nối tiếp vốn đã đóng khung kiểu RTU"),
    Text("{rate} is no baud rate", "{rate} không phải tốc độ baud"),
    Text("{what} would lie at {at}, beyond {last}", "{what} sẽ nằm ở {at}, quá {last}"),
    Text("only panels that print lines have points", "chỉ tủ in ra dòng chữ mới có điểm (point)"),
    Text("is for a line that reads: {what}", "chỉ dùng cho chân đọc kiểu {what}"),
    Text("must be a quarter of {key} at most", "nhiều nhất một phần tư của {key}"),
    Text(
        "reads: {what} measures {quantity}, and the model {other}",
        "reads: {what} đo {quantity}, mà loại này đo {other}",
    ),
    Text(
        "{what} measures {quantity}, and the model {other}",
        "{what} đo {quantity}, mà loại này đo {other}",
    ),
    Text("only a contact stands on a supervised loop", "chỉ tiếp điểm mới ở trên mạch có giám sát"),
    Text("the bands overlap or are empty", "các khoảng chồng nhau hoặc trống"),
    Text(
        "installed means nothing: {id} has no service_life",
        "installed không có nghĩa: {id} không có service_life",
    ),
    Text(
        "the value would be unknown before the next is read",
        "giá trị sẽ thành chưa rõ trước lần đọc kế tiếp",
    ),
    Text(
        "must be {limit} at most, to be told within {told} (EN 54-2)",
        "nhiều nhất {limit}, để báo được trong {told} (EN 54-2)",
    ),
    Text(
        "{id} is read every {every}: its value is stale after fewer than {count} polls that fail",
        "{id} được đọc mỗi {every}: giá trị thành cũ khi hỏng chưa tới {count} lần đọc",
    ),
    # Outputs
    Text("give either coil or register", "ghi coil hoặc register, một thôi"),
    Text("a coil is 1 when energised, and 0 else", "coil là 1 khi đóng điện, còn lại là 0"),
    Text("must differ from {key}", "phải khác {key}"),
    Text("nothing would ever drive this output", "sẽ không có gì điều khiển đầu ra này"),
    Text(
        "means nothing on a fault relay: any fault releases it",
        "vô nghĩa với rơ-le báo lỗi: lỗi nào cũng nhả nó",
    ),
    Text(
        "a fault relay waits for nothing: any fault releases it",
        "rơ-le báo lỗi không chờ gì: lỗi nào cũng nhả nó",
    ),
    Text("a fault relay is released by one fault", "một lỗi là đủ nhả rơ-le báo lỗi"),
    Text(
        "a fault relay that is left on would hide a dead gateway",
        "rơ-le báo lỗi để nguyên sẽ che việc bộ truyền tin đã chết",
    ),
    Text(
        "in zone {zone} rules name only {count} of {all} detectors: {id} would never be driven",
        "ở khu vực {zone} luật chỉ nêu {count} trên {all} đầu báo: {id} sẽ không bao giờ tác động",
    ),
    Text(
        "{id} waits {time} after an alarm: that stands as a disablement",
        "{id} chờ {time} sau báo động: điều đó hiện như một vô hiệu hóa",
    ),
    # Schedules
    Text("a day begins at 00:00", "ngày bắt đầu lúc 00:00"),
    Text("the period is on no day", "khoảng này không vào ngày nào"),
    Text("the period ends when it begins", "khoảng này hết ngay khi bắt đầu"),
    Text("a period is on some days of the week", "một khoảng phải vào ngày nào đó trong tuần"),
    Text("the schedule is never on", "lịch này không bao giờ bật"),
    Text("no rule asks for the schedule {id}", "không luật nào dùng lịch {id}"),
    Text(
        "no date is a holiday: neither the schedule nor the site has any",
        "không ngày nào là ngày lễ: cả lịch lẫn cơ sở đều không có",
    ),
    Text(
        "on its holidays {id} is never on: no period is of holiday",
        "vào ngày lễ {id} không bao giờ bật: không khoảng nào cho holiday",
    ),
    Text(
        "no fire rule of zone {zone} is awake while schedule {id} is off",
        "không luật báo cháy nào của khu vực {zone} hoạt động khi lịch {id} tắt",
    ),
    # The way to the centre
    Text(
        "no path to the centre: alarms stay in the building",
        "không có đường truyền đến trung tâm: báo động chỉ ở trong nhà",
    ),
    Text("at most two paths", "nhiều nhất hai đường truyền"),
    Text(
        "path {id} is not encrypted: anyone on the way can read and forge alarms",
        "đường truyền {id} không mã hóa: ai ở giữa cũng đọc và giả được báo động",
    ),
    Text(
        "{host} is not loopback, and the path has no tls",
        "{host} không phải chính máy này, mà đường truyền không có tls",
    ),
    Text("certificate and key go together", "certificate và key phải đi cùng nhau"),
    Text("a password needs a username", "có mật khẩu thì phải có username"),
    Text("{value} is no name of a credential", "{value} không phải tên credential"),
    Text("no centre is named that could say so", "chưa nêu trung tâm nào để xác nhận"),
    Text("two centres have one id", "hai trung tâm trùng id"),
    Text("two centres have one key", "hai trung tâm trùng khóa"),
    # The owner's page
    Text("{value} is no IP address", "{value} không phải địa chỉ IP"),
    Text("{value} is the address of no interface", "{value} không phải địa chỉ của cổng mạng nào"),
    Text("{value} is no name of a network interface", "{value} không phải tên cổng mạng"),
    Text(
        "interface or address must say where the page is served",
        "interface hoặc address phải nêu trang được mở ở đâu",
    ),
    Text("{value} is no telephone number", "{value} không phải số điện thoại"),
    # Zones
    Text(
        "no detector of zone {zone} measures {what}",
        "không đầu báo nào của khu vực {zone} đo {what}",
    ),
    Text("nothing raises an alarm in zone {zone}", "không gì báo động ở khu vực {zone}"),
)

TAKEN_TEXTS: Final[tuple[Text, ...]] = (
    Text("GPIO line {number}", "chân GPIO {number}"),
    Text("the GPIO chip {name}", "chip GPIO {name}"),
    Text("the GPIO header", "hàng chân GPIO"),
    Text("coil {number} of unit {unit}", "coil {number} của địa chỉ {unit}"),
    Text("holding register {number} of unit {unit}", "thanh ghi {number} của địa chỉ {unit}"),
    Text("point {name}", "điểm {name}"),
    Text("port {name}", "cổng {name}"),
    Text("unit {number} as {id}", "địa chỉ {number} với {id}"),
    Text("the one place on a serial bus", "chỗ duy nhất trên đường dây serial"),
)
"""What two cannot have."""
