"""What is wrong with rules; and in Vietnamese."""

from typing import Final

from gateway.texts.entry import Text

RULE_TEXTS: Final[tuple[Text, ...]] = (
    Text(
        "`clear` can never be true while `when` is false: the condition could never end",
        "`clear` không bao giờ đúng khi `when` sai: trạng thái sẽ không bao giờ hết",
    ),
    Text("`clear` is always true: it does nothing", "`clear` luôn đúng: không có tác dụng"),
    Text(
        "`clear` is no stricter than `when`: the condition would flutter around its threshold",
        "`clear` không chặt hơn `when`: trạng thái sẽ chập chờn quanh ngưỡng",
    ),
    Text(
        "`clear` is true whenever `when` is: is it written the wrong way round?",
        "`clear` đúng mỗi khi `when` đúng: có viết ngược không?",
    ),
    Text(
        "`for` is over before {id} is read again, every {every}: one reading decides",
        "`for` hết trước khi {id} được đọc lại, mỗi {every}: một lần đọc đã quyết định",
    ),
    Text(
        "`when` of {id} is always true, whatever is measured: it would stand for ever",
        "`when` của {id} luôn đúng dù đo được gì: nó sẽ đứng mãi",
    ),
    Text(
        "`when` of {id} is never true, whatever is measured: it could raise nothing",
        "`when` của {id} không bao giờ đúng dù đo được gì: nó không báo được gì",
    ),
    Text(
        "a fault of {id} alone raises {condition}: a broken wire rings",
        "chỉ một lỗi của {id} đã gây {condition}: đứt dây là kêu",
    ),
    Text(
        "a fire alarm by heat alone at {value}: no class of EN 54-5 responds below {limit}",
        "báo cháy chỉ bằng nhiệt ở {value}: không cấp nào của EN 54-5 tác động dưới {limit}",
    ),
    Text("a fire alarm is held back for more than {limit}", "báo cháy bị giữ lại hơn {limit}"),
    Text(
        "always false: the value lies between {low} and {high}",
        "luôn sai: giá trị nằm giữa {low} và {high}",
    ),
    Text(
        "always true: the value lies between {low} and {high}",
        "luôn đúng: giá trị nằm giữa {low} và {high}",
    ),
    Text(
        "{function} over {span} holds fewer than {count} readings of {id}, one every {every}",
        "{function} trong {span} có chưa tới {count} giá trị của {id}, mỗi {every} một giá trị",
    ),
    Text(
        "{id} raises a fire alarm by sensors alone: an indication, and no detector after EN 54",
        "{id} báo cháy chỉ bằng cảm biến: là dấu hiệu, không phải đầu báo theo EN 54",
    ),
    Text(
        "{id} raises nothing that {other} has not raised before it",
        "{id} không báo gì mà {other} chưa báo trước",
    ),
    Text("no rule names {id}: it can raise no alarm", "không luật nào nêu {id}: nó không báo được"),
    Text(
        "only `clear` names {id}: it can raise no alarm",
        "chỉ `clear` nêu {id}: nó không báo được",
    ),
    Text(
        "nothing can raise {condition} in zone {zone}",
        "không gì gây được {condition} ở khu vực {zone}",
    ),
    Text(
        "only an alarm is raised by what is unknown, and {condition} is none",
        "giá trị chưa rõ chỉ gây được báo động, mà {condition} không phải báo động",
    ),
    Text(
        "part {number} of {all} of this condition can never be true",
        "phần {number} trên {all} của điều kiện này không bao giờ đúng",
    ),
    Text(
        "part {number} of {all} of this condition is always true",
        "phần {number} trên {all} của điều kiện này luôn đúng",
    ),
    Text(
        "rules ask for each other's conditions: {ids}",
        "các luật hỏi vòng trạng thái của nhau: {ids}",
    ),
    Text(
        "the rule asks for the condition that it raises itself",
        "luật hỏi chính trạng thái do nó gây ra",
    ),
    Text(
        "this fire alarm may take {time} even by its fastest way",
        "báo cháy này có thể mất {time} dù theo cách nhanh nhất",
    ),
)
