"""Refuses to touch a port that the gateway is using: two askers garble each other's answers."""

from gateway.cli.outcome import CommandError, ExitCode
from gateway.serial_ports import holders_of
from gateway.text import say


def refuse_port_of_gateway(port: str) -> None:
    """Refuse where a running gateway has the port open, as far as one can see.

    Where one cannot, opening the port fails: the gateway locks it.

    Raises:
        CommandError: it has.
    """
    for holder in holders_of(port):
        if holder.is_gateway:
            text = say("port.held-by-gateway", port=port, pid=holder.pid)
            raise CommandError(ExitCode.REFUSED, text)
