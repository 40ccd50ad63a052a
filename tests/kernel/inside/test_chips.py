"""Which chip is meant where there are several."""

from collections.abc import Iterator

import pytest
from bus_rehearsal import Heard, ending, now, plan, running
from gpio_site import contact, output
from simulated_chip import SimulatedChip

from drivers.bus import LineDownError
from drivers.gpio.bus import open_bus
from drivers.gpio.options import GpioBusOptions
from rules.instant import seconds
from rules.reading import BusUp

HEADER = GpioBusOptions(poll_every=seconds(0.1))
HAT = GpioBusOptions(chip="relay-hat", poll_every=seconds(0.1))


@pytest.fixture(params=["before the header", "after the header"])
def hat(request: pytest.FixtureRequest) -> Iterator[SimulatedChip]:
    """An expander whose number is below or above that of the header."""
    if request.param == "after the header":
        request.getfixturevalue("header")
    chip = SimulatedChip("hat", "relay-hat", lines=8)
    yield chip
    chip.remove()


async def test_each_bus_has_the_chip_that_its_label_names_whatever_the_numbers(
    hat: SimulatedChip, header: SimulatedChip
) -> None:
    at_hat, at_header = Heard(), Heard()
    contacts = (contact(3, debounce=seconds(0.02)),)
    outputs = (output("siren", 5),)
    hat_bus = open_bus(plan(HAT, contacts, outputs), at_hat, now)
    header_bus = open_bus(plan(HEADER, contacts, outputs), at_header, now)

    async with running(hat_bus), running(header_bus):
        await at_hat.reading("mcp", 0.0)
        await at_header.reading("mcp", 0.0)
        hat.close_contact(3)
        hat_bus.set_output("siren", energised=True)
        await at_hat.reading("mcp", 1.0)
        before = at_header.values("mcp")
        header.close_contact(3)
        await at_header.reading("mcp", 1.0)
        levels = [hat.level(5), header.level(5)]

    assert set(before) == {0.0}
    assert levels == [1, 0]


async def test_a_chip_that_vanishes_takes_nothing_from_another(
    header: SimulatedChip, hat: SimulatedChip
) -> None:
    at_hat, at_header = Heard(), Heard()
    contacts = (contact(3, debounce=seconds(0.02)),)
    hat_bus = open_bus(plan(HAT, contacts), at_hat, now)
    header_bus = open_bus(plan(HEADER, contacts, (output("siren", 5),)), at_header, now)

    async with running(hat_bus) as ran, running(header_bus):
        await at_hat.reading("mcp", 0.0)
        await at_header.reading("mcp", 0.0)
        hat.vanish()
        error = await ending(ran)
        header.close_contact(3)
        header_bus.set_output("siren", energised=True)
        level = header.level(5)
        await at_header.reading("mcp", 1.0)

    assert isinstance(error, LineDownError)
    assert level == 1


async def test_a_line_that_the_chip_does_not_have_is_that_contacts_fault_alone(
    hat: SimulatedChip,
) -> None:
    heard = Heard()
    contacts = (contact(8, "beyond"), contact(7, debounce=seconds(0.02)))

    async with running(open_bus(plan(HAT, contacts), heard, now)):
        failure = await heard.failure("beyond")
        await heard.reading("mcp", 0.0)

    assert "the lines of relay-hat are 0 to 7" in failure.detail


async def test_where_two_chips_have_the_label_neither_is_taken(hat: SimulatedChip) -> None:
    twin = SimulatedChip("twin", "relay-hat", lines=8)
    try:
        bus = open_bus(plan(HAT, (contact(3),)), Heard(), now)
        with pytest.raises(LineDownError, match="more than one chip is labelled relay-hat") as down:
            await bus.run()
        bus.close()
    finally:
        twin.remove()

    assert f"gpiochip{hat.number} (relay-hat, 8 lines)" in str(down.value)


async def test_a_label_that_no_chip_has_is_told_with_those_that_are_there(
    header: SimulatedChip,
) -> None:
    heard = Heard()
    bus = open_bus(plan(HAT, (contact(3),)), heard, now)

    with pytest.raises(LineDownError, match="no GPIO chip is labelled relay-hat") as down:
        await bus.run()
    bus.close()

    assert f"{header.name} (pinctrl-bcm2711, 58 lines)" in str(down.value)
    assert not any(isinstance(measurement, BusUp) for measurement in heard.all)


async def test_more_contacts_than_lgpio_can_listen_to_are_all_told() -> None:
    heard = Heard()
    large = SimulatedChip("large", "relay-hat", lines=80)
    names = {f"mcp-{line}": line for line in range(80)}
    contacts = tuple(contact(line, name, debounce=seconds(0.02)) for name, line in names.items())
    try:
        async with running(open_bus(plan(HAT, contacts), heard, now)):
            for name in names:
                await heard.reading(name, 0.0)
            since = len(heard.all)
            for line in names.values():
                large.close_contact(line)
            for name in names:
                await heard.reading(name, 1.0, since=since)
    finally:
        large.remove()
