"""A case as text: its site near to how a person writes one, what happened, and what is wrong."""

from rules.instant import in_seconds
from rules.language.render import written


def in_words(case, past, found):
    lines = [f"seed {case.seed}: {found}", ""]
    lines += [f"zones: {', '.join(zone.id for zone in case.site.zones)}"]
    for each in case.site.detectors:
        lines.append(
            f"detector {each.id}: {each.kind}, {', '.join(each.quantities)}, zone {each.zone}, "
            f"bus {each.bus}, stale_after {in_seconds(each.stale_after):g} s, "
            f"warm_up {in_seconds(each.warm_up):g} s"
        )
    for rule in case.site.rules:
        lines.append(
            f"rule {rule.id}: zone {rule.zone}, raises {rule.raises}, "
            f"for {in_seconds(rule.hold):g} s, latching {rule.latching}, {rule.on_unknown}"
        )
        lines.append(f"    when: {written(rule.when)}")
        if rule.clear is not None:
            lines.append(f"    clear: {written(rule.clear)}")
    lines += [f"schedule {each}" for each in case.site.schedules]
    lines += ["", *(f"{in_seconds(now):8.4f}  {_happening(now, given)}" for now, given in past)]
    return "\n".join([*lines, "", f"then: {found}", f"seed {case.seed}"])


def _happening(now, given):
    at = getattr(given, "at", now)
    late = f", measured {in_seconds(now - at):g} s ago" if at != now else ""
    fields = [
        f"{getattr(given, name)}"
        for name in type(given).__slots__
        if name not in ("at", "detail", "author") and getattr(given, name) not in (None, "")
    ]
    return f"{type(given).__name__} {' '.join(fields)}{late}"
