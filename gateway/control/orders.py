"""What a request orders, as the command of the core, with the caller's name as its author. Pure."""

from gateway.control.protocol import NotUnderstoodError, Request, Verb
from rules.instant import in_seconds, seconds
from rules.operator import (
    DISABLED_FOR,
    LONGEST_TEST,
    Act,
    BeginTest,
    Command,
    Disable,
    Disabled,
    Enable,
    EndTest,
    OperatorCommand,
    Target,
)


def command_of(request: Request, author: str) -> Command:
    """Give the command.

    Raises:
        NotUnderstoodError: the request orders nothing, or does not say what it is about.
    """
    match request.verb:
        case Verb.DISABLE:
            return Disable(
                target=target_of(request.target),
                author=author,
                duration=DISABLED_FOR
                if request.duration_s is None
                else seconds(request.duration_s),
                reason=request.reason,
                whole_site=request.whole_site,
            )
        case Verb.ENABLE:
            return Enable(target=target_of(request.target), author=author)
        case Verb.TEST:
            return BeginTest(
                zone=request.zone,
                author=author,
                duration=LONGEST_TEST
                if request.duration_s is None
                else seconds(request.duration_s),
                whole_site=request.whole_site,
            )
        case Verb.END_TEST:
            return EndTest(zone=request.zone, author=author)
        case Verb.ACKNOWLEDGE | Verb.SILENCE | Verb.RESET:
            return OperatorCommand(Act(request.verb.value), request.zone, author)
        case _:
            raise NotUnderstoodError(f"{request.verb} is no order to the core")


def target_of(text: str | None) -> Target:
    """Read what is to be disabled or enabled.

    Raises:
        NotUnderstoodError: it is not named as "detector/hall-smoke-1" is.
    """
    kind, _, id_ = (text or "").partition("/")
    if kind not in list(Disabled) or not id_ or "/" in id_:
        kinds = ", ".join(f"{each}/ID" for each in Disabled)
        raise NotUnderstoodError(f"target {text!r}; one of {kinds}")
    return Target(Disabled(kind), id_)


def described(command: Command) -> str:
    """Say in one line what is ordered, for the log."""
    match command:
        case OperatorCommand():
            return f"{command.act} of {command.zone or 'the whole site'}"
        case Disable():
            why = f" ({command.reason})" if command.reason else ""
            return f"disable {command.target.source} for {in_seconds(command.duration):g} s{why}"
        case Enable():
            return f"enable {command.target.source}"
        case BeginTest():
            where = command.zone or "the whole site"
            return f"test of {where} for {in_seconds(command.duration):g} s"
        case EndTest():
            return f"end of the test of {command.zone or 'the whole site'}"
