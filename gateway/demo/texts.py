"""What the demo says to people, in English and in Vietnamese."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gateway.text import Language, spoken
from gateway.texts.entry import Text


def tell(key: str, /, **values: object) -> str:
    """Give one of the texts below in the language of this process, its named places filled."""
    text = TEXTS[key]
    return (text.vi if spoken() is Language.VIETNAMESE else text.en).format(**values)


def in_words(language: Language, word: str) -> str:
    """Give a word of the messages as a duty officer's narrow column has it."""
    text = WORDS.get(word)
    if text is None:
        return word
    return text.vi if language is Language.VIETNAMESE else text.en


WORDS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "fire-alarm": Text("FIRE ALARM", "BÁO CHÁY"),
        "gas-alarm": Text("GAS ALARM", "BÁO KHÍ"),
        "pre-alarm": Text("pre-alarm", "tiền báo động"),
        "supervisory": Text("supervised", "giám sát"),
        "fault": Text("fault", "lỗi"),
        "degraded": Text("degraded", "suy giảm"),
        "disabled": Text("disabled", "vô hiệu hóa"),
        "test": Text("test", "kiểm tra"),
        "entered": Text("entered", "bắt đầu"),
        "standing": Text("standing", "vẫn còn"),
        "spread": Text("spread", "lan rộng"),
        "cleared": Text("cause gone", "hết nguyên do"),
        "left": Text("left", "kết thúc"),
        "acknowledged": Text("acknowledged", "đã xác nhận"),
        "silenced": Text("silenced", "đã tắt còi"),
        "notice.started": Text("started", "khởi động"),
        "notice.stopped": Text("stopped", "dừng"),
        "notice.reset": Text("reset", "đặt lại"),
        "notice.clock-established": Text("clock set", "đã có giờ"),
        "notice.detector-tested": Text("tested", "đã thử"),
        "notice.configuration-changed": Text("new config", "đổi cấu hình"),
        "notice.periodic-test": Text("daily test", "thử hằng ngày"),
        "notice.message-refused": Text("not believed", "không đáng tin"),
        "notice.command": Text("command", "lệnh"),
    }
)

TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        # The frame
        "about": Text(
            "A market on fire: the real gateway, from its detectors to the province.",
            "Một khu chợ bị cháy: bộ truyền tin thật, từ đầu báo tới trung tâm tỉnh.",
        ),
        "option.broker": Text(
            "the broker to use (default: mosquitto if it is there)",
            "broker sẽ dùng (mặc định: mosquitto nếu có)",
        ),
        "option.broker-port": Text(
            "the broker's port on loopback (default: {default} if it is free, else another)",
            "cổng của broker trên máy này (mặc định: {default} nếu còn trống)",
        ),
        "option.keep": Text(
            "keep the folder with journal, logs and site file",
            "giữ lại thư mục chứa nhật ký, log và tệp cơ sở",
        ),
        "option.pace": Text(
            "how long the story pauses to be read; 0 for not at all (default: 1)",
            "nhịp dừng để đọc; 0 là không dừng (mặc định: 1)",
        ),
        "introduction": Text(
            "A market of three zones, guarded by the real gateway on config/examples/market.yaml."
            " Its Modbus detectors answer from other processes over a pseudo-terminal and TCP, a"
            " dust sensor writes real frames, and the centre listens through {broker}. It takes"
            " about a minute.",
            "Một khu chợ ba khu vực, do bộ truyền tin thật canh giữ theo"
            " config/examples/market.yaml. Các đầu báo Modbus trả lời từ tiến trình khác qua cổng"
            " nối tiếp ảo và TCP, cảm biến bụi gửi khung dữ liệu thật, và trung tâm nghe qua"
            " {broker}. Mất khoảng một phút.",
        ),
        "pins": Text(
            "GPIO: gpiozero's mock pins; there is no GPIO chip on this machine.",
            "GPIO: chân giả lập của gpiozero; máy này không có chip GPIO.",
        ),
        "pins.chip": Text(
            "GPIO: gpiozero's mock pins. This machine has a GPIO chip, but a demo touches no real"
            " siren.",
            "GPIO: chân giả lập của gpiozero. Máy này có chip GPIO, nhưng chạy thử thì không đụng"
            " tới còi thật.",
        ),
        "watch": Text(
            "To see the messages themselves, type this in another terminal:",
            "Để xem chính các bản tin, gõ lệnh này ở cửa sổ khác:",
        ),
        "columns": Text(
            "Each line below is an event as the province sees it: time, lane, zone, condition,"
            " what happened to it, Contact ID, why.",
            "Mỗi dòng dưới đây là một sự kiện như tỉnh nhìn thấy: giờ, luồng, khu vực, trạng thái,"
            " diễn biến, mã Contact ID, lý do.",
        ),
        "presence.online": Text(
            "{time} presence: path {path} is online", "{time} hiện diện: đường {path} có kết nối"
        ),
        "presence.offline": Text(
            "{time} presence: path {path} is offline ({reason})",
            "{time} hiện diện: đường {path} mất kết nối ({reason})",
        ),
        "clock": Text(
            "(this machine's clock is not synchronised: messages carry no time of day)",
            "(đồng hồ máy này chưa đồng bộ: bản tin không có giờ trong ngày)",
        ),
        "siren.high": Text(
            "{time} on site: the siren SOUNDS (GPIO 22 high)",
            "{time} tại chỗ: còi KÊU (GPIO 22 mức cao)",
        ),
        "siren.low": Text(
            "{time} on site: the siren is still (GPIO 22 low)",
            "{time} tại chỗ: còi im (GPIO 22 mức thấp)",
        ),
        # The acts
        "act.start": Text(
            "The gateway starts. The dust sensor's fan needs half a minute to warm up, and until"
            " then the stalls are protected less: the gateway says so.",
            "Bộ truyền tin khởi động. Cảm biến bụi cần nửa phút để ổn định, trong lúc đó dãy sạp"
            " được bảo vệ kém hơn: bộ truyền tin báo rõ điều này.",
        ),
        "act.smoke": Text(
            "Cloth smoulders at the stalls: one smoke detector. One alone is a warning.",
            "Vải âm ỉ cháy ở dãy sạp: một đầu báo khói. Chỉ một đầu báo là tiền báo động.",
        ),
        "act.fire": Text(
            "A second smoke detector: two together for 5 seconds are a fire.",
            "Thêm một đầu báo khói: hai đầu báo cùng lúc trong 5 giây là cháy.",
        ),
        "act.spread": Text(
            "The fire spreads to the kitchen: a gas hose leaks, and heat rises with carbon"
            " monoxide.",
            "Lửa lan sang bếp: ống gas rò rỉ, nhiệt tăng cùng với khí CO.",
        ),
        "act.failure": Text(
            "The cable of the stalls' heat detector burns through. A dead detector is a fault,"
            " never a quiet value.",
            "Dây của đầu báo nhiệt ở dãy sạp bị cháy đứt. Đầu báo chết là lỗi, không bao giờ được"
            " coi là bình thường.",
        ),
        "act.broker": Text(
            "The province's broker goes away. Nothing can be sent, and the gateway guards on.",
            "Broker của tỉnh ngừng chạy. Không gửi được gì, bộ truyền tin vẫn tiếp tục canh giữ.",
        ),
        "act.call-point": Text(
            "Somebody presses the call point in the hall. The province cannot see it yet; it waits"
            " in the journal.",
            "Có người ấn nút báo cháy ở sảnh. Tỉnh chưa thấy được; tin đang chờ trong nhật ký.",
        ),
        "act.kill": Text(
            "And the gateway itself is killed (kill -9) and starts again. Its alarms are still"
            " there, and the siren with them.",
            "Và chính bộ truyền tin bị dừng đột ngột (kill -9) rồi chạy lại. Các báo động vẫn còn"
            " nguyên, còi vẫn kêu.",
        ),
        "act.back": Text(
            "The broker is back. What waited is delivered, in order; * marks what happened earlier"
            " (historical).",
            "Broker chạy lại. Tin chờ được gửi đi theo thứ tự; dấu * là việc đã xảy ra trước đó"
            " (historical).",
        ),
        "act.mended": Text(
            "The cable is mended: the heat detector answers again.",
            "Dây đã nối lại: đầu báo nhiệt trả lời trở lại.",
        ),
        "act.too-early": Text(
            "Somebody resets too early: while the cause stands, that is refused.",
            "Có người đặt lại quá sớm: khi nguyên nhân còn đó thì bị từ chối.",
        ),
        "act.out": Text(
            "The fire is out: smoke clears, it cools down, the call point is put back. The alarms"
            " stay latched.",
            "Lửa đã tắt: hết khói, nhiệt giảm, nút ấn được trả về. Các báo động vẫn được giữ.",
        ),
        "act.reset": Text(
            "The guard acknowledges and resets. All is quiet again.",
            "Bảo vệ xác nhận và đặt lại. Mọi thứ trở lại bình thường.",
        ),
        "act.stop": Text("The gateway is stopped.", "Bộ truyền tin được dừng."),
        # The reckoning
        "sum.title": Text(
            "What the journal holds, and what the province received:",
            "Nhật ký có gì, và tỉnh đã nhận gì:",
        ),
        "sum.row": Text(
            "  {lane:<10}{journal:>10}{received:>12}{duplicates:>13}",
            "  {lane:<10}{journal:>10}{received:>12}{duplicates:>13}",
        ),
        "sum.lane": Text("lane", "luồng"),
        "sum.journal": Text("journal", "nhật ký"),
        "sum.received": Text("received", "đã nhận"),
        "sum.duplicates": Text("duplicates", "trùng lặp"),
        "sum.total": Text("total", "tổng"),
        "sum.slowest": Text(
            "  slowest of {count} new alarms, from measurement to province: {milliseconds:.1f} ms",
            "  chậm nhất trong {count} báo động mới, từ lúc đo tới tỉnh: {milliseconds:.1f} ms",
        ),
        "sum.chain": Text(
            "  the journal's chain of hashes is whole",
            "  chuỗi băm của nhật ký nguyên vẹn",
        ),
        "sum.chain-broken": Text(
            "  THE JOURNAL'S CHAIN OF HASHES IS BROKEN at record {number}",
            "  CHUỖI BĂM CỦA NHẬT KÝ BỊ ĐỨT tại bản ghi {number}",
        ),
        "sum.whole": Text(
            "Nothing was lost: once duplicates by (gateway, epoch, lane, seq) are removed, every"
            " event was received exactly once, in order.",
            "Không mất gì: sau khi bỏ bản trùng theo (gateway, epoch, lane, seq), mỗi sự kiện được"
            " nhận đúng một lần, đúng thứ tự.",
        ),
        "sum.missing": Text("  MISSING: {names}", "  THIẾU: {names}"),
        "sum.invented": Text("  NOT IN THE JOURNAL: {names}", "  KHÔNG CÓ TRONG NHẬT KÝ: {names}"),
        "sum.gaps": Text("  GAPS: {names}", "  NGẮT QUÃNG: {names}"),
        "sum.disordered": Text("  OUT OF ORDER: {names}", "  SAI THỨ TỰ: {names}"),
        "sum.unread": Text("  NOT UNDERSTOOD: {names}", "  KHÔNG HIỂU: {names}"),
        "failed": Text("The demo failed: {why}", "Chạy thử thất bại: {why}"),
        "interrupted": Text("interrupted", "đã ngắt"),
        "kept": Text("kept: {folder}", "đã giữ lại: {folder}"),
    }
)
