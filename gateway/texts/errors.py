"""What ends a command and is said by other parts, in English; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

ERROR_TEXTS: Final[tuple[Text, ...]] = (
    # Keys
    Text(
        "{name}: {key} is no key: 44 characters of base64",
        "{name}: {key} không phải khóa: 44 ký tự base64",
    ),
    Text(
        "{name}: a key has {count} bytes, not {other}",
        "{name}: khóa có {count} byte, không phải {other}",
    ),
    Text(
        "{path}: mode {mode} lets others at it; chmod 600 {path}",
        "{path}: quyền {mode} để người khác đọc được; chmod 600 {path}",
    ),
    Text(
        "{path}: is no key; move it away, and a new one is made (the centre must be told)",
        "{path}: không phải khóa; dời nó đi thì khóa mới được tạo (phải báo trung tâm)",
    ),
    # Files
    Text("{path}: cannot be read: {reason}", "{path}: không đọc được: {reason}"),
    Text("{path}: cannot be made: {reason}", "{path}: không tạo được: {reason}"),
    Text("{path}: cannot be opened: {reason}", "{path}: không mở được: {reason}"),
    Text("{path}: cannot be written: {reason}", "{path}: không ghi được: {reason}"),
    Text(
        "{path}: no such file; the centre makes it at its first start",
        "{path}: không có tệp này; trung tâm tạo nó khi chạy lần đầu",
    ),
    Text(
        "{path}: is a database of another program; move it away, or name another file",
        "{path}: là cơ sở dữ liệu của chương trình khác; dời nó đi, hoặc chỉ tệp khác",
    ),
    Text(
        "{path}: was written by a newer version (schema {schema}, usable from {oldest} on; this "
        "version knows {known}); install the newer version again",
        "{path}: do phiên bản mới hơn ghi (lược đồ {schema}, dùng được từ {oldest}; phiên bản này "
        "biết {known}); hãy cài lại phiên bản mới hơn",
    ),
    # Numbers
    Text("{option}: too long", "{option}: quá dài"),
    Text(
        "{option}: {text} is no number and no range of numbers",
        "{option}: {text} không phải số hay khoảng số",
    ),
    Text(
        "{option}: {text}: from {low} to {high}, the lower one first",
        "{option}: {text}: từ {low} đến {high}, số nhỏ trước",
    ),
    # Ports and hosts
    Text(
        "{port}: still hanging in the attempt to open it; unplug the adapter",
        "{port}: vẫn kẹt khi đang mở; hãy rút bộ chuyển đổi ra",
    ),
    Text("{port}: did not open in {time}; {hint}", "{port}: không mở được trong {time}; {hint}"),
    Text("{port}: takes no more bytes; {hint}", "{port}: không nhận thêm byte; {hint}"),
    Text("{port}: {reason}; was it unplugged?", "{port}: {reason}; có bị rút ra không?"),
    Text(
        "{host}: {reason} within {time}; is it MQTT 5?",
        "{host}: {reason} trong {time}; có phải MQTT 5 không?",
    ),
)
