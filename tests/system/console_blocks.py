"""The command blocks of a page, and what its hidden comments say of following them. Pure.

A page for people is followed word for word by a machine. What only the machine needs to know stands
in comments right above a block, which no reader sees:

    <!-- walk skip: an RS-485 adapter is needed -->
    ```console
    $ sudo firegw scan --port /dev/ttyUSB0
    ```

    <!-- walk instead 2: sudo sed --in-place s/CS0005678/CS0000001/ /etc/fire-gateway/site.yaml -->
    <!-- walk exits 3: 1 -->
    ```console
    $ cd fire-gateway
    $ sudo nano /etc/fire-gateway/site.yaml
    $ firegw status
    PROTECTED …
    ```

| comment | says |
|---|---|
| `skip: REASON` | the block is not followed |
| `first: COMMAND` | root does this before the block, unseen: a device is plugged in, time passes |
| `then: COMMAND` | root does this after it |
| `instead N: COMMAND` | typed in place of the block's command N: an editor, which needs a person |
| `exits N: CODE` | command N ends with this exit code, and not with 0 |
| `answers N: TEXT` | what is typed when command N asks; `\\n` between several answers |
| `within N: SECONDS` | command N is tried again until it goes well, for so long |
| `for N: SECONDS` | command N runs until it is interrupted, as by Ctrl-C, after so long |
| `file: PATH` | the block, of whatever language, is what the person writes into this file |

Commands stand after `$ `, and go on where a line ends with a backslash. Other lines of a block are
what a command prints: each must be found in its output, in this order; `…` stands for anything.
"""

import re
from dataclasses import dataclass, field
from typing import Final

FENCE: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMENT: Final = re.compile(r"<!-- walk (\w+)(?: (\d+))?: (.*?) -->", re.DOTALL)
COMMENTS_ABOVE: Final = re.compile(r"(?:<!--(?:(?!-->).)*-->\s*)*\Z", re.DOTALL)
ANY_WALK: Final = re.compile(r"<!--\s*walk\b")

OF_A_BLOCK: Final = frozenset({"skip", "first", "then", "file"})
OF_A_COMMAND: Final = frozenset({"instead", "exits", "answers", "within", "for"})
NUMBERS: Final = frozenset({"exits", "within", "for"})
PROMPT: Final = "$ "
WHATEVER: Final = "…"


class PageError(ValueError):
    """A comment or a block of a page cannot be understood; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """One command.

    Attributes:
        shown: as the page has it.
        typed: as it is typed.
        prints: what the page says that it prints.
        exit_code: how it ends.
        answers: what is typed into it.
        within_s: for how long it is tried until it goes well.
        for_s: after how long it is interrupted; None where it ends by itself.
    """

    shown: str
    typed: str
    prints: tuple[str, ...] = ()
    exit_code: int = 0
    answers: str = ""
    within_s: int = 0
    for_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a page.

    Attributes:
        line: on which line of the page it begins.
        commands: what is typed, in order; empty where it is a file.
        skipped: why it is not followed, or nothing.
        first: what root does before it.
        then: what root does after it.
        file: which file it is written into, or nothing.
        content: of that file.
    """

    line: int
    commands: tuple[Typed, ...] = ()
    skipped: str = ""
    first: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    file: str = ""
    content: str = ""


@dataclass(slots=True)
class _Notes:
    """The comments above one block."""

    of_block: dict[str, list[str]] = field(default_factory=dict)
    of_command: dict[int, dict[str, str]] = field(default_factory=dict)


def blocks_of(page: str) -> list[Block]:
    """Give the blocks of a page that are followed or skipped.

    Raises:
        PageError: a comment is unknown, belongs to no block, or names a command that is not there.
    """
    blocks = []
    understood = 0
    for fence in FENCE.finditer(page):
        line = page.count("\n", 0, fence.start()) + 1
        comments = COMMENTS_ABOVE.search(page, 0, fence.start())
        above = comments.group() if comments else ""
        understood += len(ANY_WALK.findall(above))
        notes = _notes(above, line)
        block = _block(fence.group(1), fence.group(2), notes, line)
        if block is not None:
            blocks.append(block)
    if understood != len(ANY_WALK.findall(page)):
        raise PageError("a comment `walk` stands above no block")
    return blocks


def _notes(above: str, line: int) -> _Notes:
    notes = _Notes()
    if len(COMMENT.findall(above)) != len(ANY_WALK.findall(above)):
        raise PageError(f"line {line}: a comment `walk` cannot be understood")
    for name, number, value in COMMENT.findall(above):
        if name in OF_A_BLOCK and not number:
            notes.of_block.setdefault(name, []).append(value)
        elif name in OF_A_COMMAND and number:
            if name in NUMBERS and not value.isdigit():
                raise PageError(f"line {line}: `{name}` takes a number, not {value!r}")
            notes.of_command.setdefault(int(number), {})[name] = value
        else:
            raise PageError(f"line {line}: no comment `walk {name} {number}`")
    return notes


def _block(language: str, content: str, notes: _Notes, line: int) -> Block | None:
    skipped = "; ".join(notes.of_block.get("skip", ()))
    files = notes.of_block.get("file", [])
    if files:
        return Block(line=line, file=files[0], content=content, skipped=skipped)
    if language != "console":
        if notes.of_block or notes.of_command:
            raise PageError(f"line {line}: a comment `walk` above a block of {language or 'text'}")
        return None
    commands = _commands(content, notes, line)
    if set(notes.of_command) - set(range(1, len(commands) + 1)):
        raise PageError(f"line {line}: a comment names a command that the block does not have")
    return Block(
        line=line,
        commands=commands,
        skipped=skipped,
        first=tuple(notes.of_block.get("first", ())),
        then=tuple(notes.of_block.get("then", ())),
    )


def _commands(content: str, notes: _Notes, line: int) -> tuple[Typed, ...]:
    shown: list[list[str]] = []
    prints: list[list[str]] = []
    goes_on = False
    for each in content.splitlines():
        if goes_on:
            shown[-1].append(each)
        elif each.startswith(PROMPT):
            shown.append([each.removeprefix(PROMPT)])
            prints.append([])
        elif not shown:
            raise PageError(f"line {line}: the block begins with no `{PROMPT}`")
        elif each.strip():
            prints[-1].append(each)
        goes_on = each.endswith("\\") and (goes_on or each.startswith(PROMPT))
    return tuple(
        _typed("\n".join(words), tuple(lines), notes.of_command.get(number, {}))
        for number, (words, lines) in enumerate(zip(shown, prints, strict=True), 1)
    )


def _typed(shown: str, prints: tuple[str, ...], notes: dict[str, str]) -> Typed:
    answers = notes.get("answers")
    return Typed(
        shown=shown,
        typed=notes.get("instead", shown),
        prints=prints,
        exit_code=int(notes.get("exits", "0")),
        answers="" if answers is None else answers.replace("\\n", "\n") + "\n",
        within_s=int(notes.get("within", "0")),
        for_s=int(notes["for"]) if "for" in notes else None,
    )


def not_printed(wanted: tuple[str, ...], output: str) -> list[str]:
    """Give the lines of a page that an output does not have, in their order."""
    missing = []
    lines = iter(output.splitlines())
    for line in wanted:
        parts = map(re.escape, line.split(WHATEVER))
        pattern = re.compile(".*".join(parts).rstrip() + r"\s*\Z")
        if not any(pattern.match(found) for found in lines):
            missing.append(line)
            lines = iter(())
    return missing
