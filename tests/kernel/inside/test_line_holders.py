"""Who has a line, asked of the kernel without touching the line; `firegw doctor` names them."""

from pathlib import Path

from simulated_chip import SimulatedChip
from started import started

from drivers.gpio.chips import LineNow, line_now


async def test_a_line_that_another_program_holds_is_told_with_its_name(
    header: SimulatedChip,
) -> None:
    file = Path(header.path)
    before = line_now(file, 17)

    async with started("line_holder.py", str(header.number), "17") as process:
        await process.first("held")
        held, neighbour = line_now(file, 17), line_now(file, 18)

    assert before == neighbour == LineNow(is_used=False, consumer="")
    assert held == LineNow(is_used=True, consumer="lg")
    assert line_now(file, 17) == before


def test_of_a_line_that_is_not_there_and_of_no_chip_the_kernel_says_nothing(
    header: SimulatedChip, tmp_path: Path
) -> None:
    assert line_now(Path(header.path), 4000) is None
    assert line_now(tmp_path / "gpiochip0", 17) is None
