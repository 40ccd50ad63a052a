"""What is told of parts that another configuration has no more, or has in another way. Pure.

Detectors, zones, buses and rules are the engine's to settle; here are those that the gateway itself
tells of: paths and outputs.
"""

from collections.abc import Iterable, Iterator

from gateway.own_parts import is_of_a_part
from gateway.settings.model import Path, Settings
from rules.condition import Condition
from rules.snapshot import ConditionNow


def left_behind(
    standing: Iterable[ConditionNow], settings: Settings
) -> Iterator[tuple[str, Condition]]:
    """Find the conditions that nobody would ever end under other settings.

    Args:
        standing: the conditions in force.
        settings: those that have come into force.

    Returns:
        Of each the part and the condition.
    """
    outputs = {output.id for output in settings.outputs}
    paths = {path.id: path for path in settings.uplink.paths}
    for each in standing:
        if not is_of_a_part(each):
            continue
        kind, _, name = each.source.partition("/")
        if kind == "output" and name not in outputs:
            yield each.source, each.condition
        if kind == "path":
            path, _, about = name.partition("/")
            is_gone = path not in paths
            is_answered_for = about == "answer" and not settings.uplink.centres
            is_secure = about == "insecure" and not is_gone and not _is_plain(paths[path])
            if is_gone or is_answered_for or is_secure:
                yield each.source, each.condition


def _is_plain(path: Path) -> bool:
    return path.insecure and path.tls is None
