"""Who may use the chip."""

import signal

from simulated_chip import SimulatedChip
from started import started

GATEWAY = 1000
GPIO = 997


async def test_a_user_in_group_gpio_watches_and_drives(header: SimulatedChip) -> None:
    header.give_to_group(GPIO)
    words = ("contact=mcp:17", "hold=siren:5")

    async with started(
        "bus_process.py", *words, user=GATEWAY, group=GATEWAY, extra_groups=[GPIO]
    ) as process:
        await process.first("mcp 0.0")
        driven = header.level(5)
        header.close_contact(17)
        await process.line("mcp 1.0")
        process.process.send_signal(signal.SIGTERM)
        ended = await process.process.wait()

    assert driven == 1
    assert ended == 0


async def test_a_user_outside_of_group_gpio_is_told_of_the_group(header: SimulatedChip) -> None:
    header.give_to_group(GPIO)

    async with started(
        "bus_process.py", "contact=mcp:17", user=GATEWAY, group=GATEWAY, extra_groups=[]
    ) as process:
        down = await process.first("down:")
        ended = await process.process.wait()

    assert ended == 1
    assert f"{header.path} which cannot be opened (Permission denied)" in down
    assert "group gpio" in down


async def test_without_a_chip_the_error_says_what_to_look_at() -> None:
    async with started("bus_process.py", "contact=mcp:17") as process:
        down = await process.first("down:")

    assert "there is no /dev/gpiochip*" in down
