"""firegw simulate device as a test holds it: a process, and orders to it."""

from typing import Self

from spoken_process import SpokenProcess


class PlayedDevices(SpokenProcess):
    """Devices of profiles in a process of their own."""

    def __init__(self, *arguments: str) -> None:
        super().__init__("gateway.cli.firegw", "simulate", "device", *arguments, "--json")

    def tell(self, order: str) -> dict:
        """Give an order, and give back its answer."""
        return self.say(order)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
