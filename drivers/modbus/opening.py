"""How a serial port or a connection is opened for pymodbus, which then only frames and checks.

Each attempt ends within a bound, and says in words why it failed.
"""

import asyncio
import logging
import socket
import sys
import termios
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from pymodbus.client import AsyncModbusSerialClient, AsyncModbusTcpClient
from pymodbus.framer import FramerType
from pymodbus.transaction import TransactionManager

from drivers.bus import LineDownError
from drivers.device_words import Parity
from drivers.modbus.options import ModbusBusOptions
from drivers.modbus.ports import NoDirectionError, switch_direction, why_not_open
from drivers.modbus.serial_port import SerialPort

# What pymodbus logs (each time-out, with the last twenty frames) reaches us as exceptions and is
# told as faults; a dead device would fill the log with it besides.
logging.getLogger("pymodbus").setLevel(logging.CRITICAL)

OPEN_WITHIN_SECONDS: Final = 5.0
# TCP gives up on a host that acknowledges nothing for so long, instead of a quarter of an hour.
UNACKNOWLEDGED_MS: Final = 5000
# Room for a late answer before the good one; pymodbus's own bound is one frame (260 bytes).
MOST_BUFFERED: Final = 1024
PARITIES: Final = {Parity.NONE: "N", Parity.EVEN: "E", Parity.ODD: "O"}

SeeBytes = Callable[[bool, bytes], bytes]
"""Takes whether they are sent, and bytes; gives those that pymodbus is to see."""

SeeConnection = Callable[[bool], None]
"""Takes whether the port or the connection is open from now on."""


def pymodbus_for(
    options: ModbusBusOptions, see_bytes: SeeBytes, see_connection: SeeConnection
) -> TransactionManager:
    """Make pymodbus's client; it neither re-tries nor reopens nor gives up by itself."""
    client: AsyncModbusTcpClient | AsyncModbusSerialClient
    if options.host is not None:
        client = AsyncModbusTcpClient(
            options.host,
            port=options.tcp_port,
            framer=FramerType.SOCKET if options.numbered else FramerType.RTU,
            reconnect_delay=0,
            retries=0,
            trace_packet=see_bytes,
            trace_connect=see_connection,
        )
    else:
        client = AsyncModbusSerialClient(
            options.port or "",
            reconnect_delay=0,
            retries=0,
            trace_packet=see_bytes,
            trace_connect=see_connection,
        )
    client.set_max_no_responses(sys.maxsize)
    client.ctx.max_buffer_size = MOST_BUFFERED
    return client.ctx


class Opening:
    """The opening of one port or host, again and again."""

    def __init__(self, options: ModbusBusOptions, name: str) -> None:
        self._options = options
        self._name = name
        self._under_way: asyncio.Future[SerialPort] | None = None

    async def open(self, context: TransactionManager) -> SerialPort | None:
        """Open the connection, or the port, and give the port.

        Raises:
            LineDownError: it does not open; its text says why and what to look at.
        """
        has_host = self._options.host is not None
        try:
            async with asyncio.timeout(OPEN_WITHIN_SECONDS):
                if not has_host:
                    port = context.transport = await self._open_port(context)
                    return port
                context.transport, _ = await context.call_create()
                context.transport.get_extra_info("socket").setsockopt(
                    socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS
                )
        except TimeoutError:
            hint = "is the host powered, and its address right?" if has_host else "unplug it"
            raise LineDownError(
                f"{self._name}: did not open in {OPEN_WITHIN_SECONDS:g} s; {hint}"
            ) from None
        except (OSError, ValueError, termios.error, NoDirectionError) as error:
            raise LineDownError(f"{self._name}: {why_not_open(error)}") from error
        return None

    async def _open_port(self, context: TransactionManager) -> SerialPort:
        """Open the serial port, in a thread of its own since a broken adapter's driver may hang."""
        if self._under_way is not None and not self._under_way.done():
            raise LineDownError(
                f"{self._name}: still hanging in the attempt to open it; unplug the adapter"
            )
        loop = asyncio.get_running_loop()
        opening = self._under_way = loop.run_in_executor(
            None, partial(_opened, loop, context, self._options)
        )
        try:
            port = await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(_close_late)
            raise
        port.setup()
        return port


def _opened(
    loop: asyncio.AbstractEventLoop, context: TransactionManager, options: ModbusBusOptions
) -> SerialPort:
    """Open a serial port, and have the kernel switch its direction where that is wanted."""
    port = SerialPort(
        loop,
        context,
        options.port,
        options.baud,
        8,
        PARITIES[options.parity],
        options.stop_bits,
        OPEN_WITHIN_SECONDS,
    )
    if options.rs485:
        try:
            switch_direction(port.sync_serial.fileno(), options.port or "")
        except NoDirectionError:
            port.sync_serial.close()
            raise
    return port


def _close_late(opening: "asyncio.Future[SerialPort]") -> None:
    """Close a port that opened when nobody waited for it any more."""
    if not opening.cancelled() and opening.exception() is None:
        with suppress(OSError, termios.error):
            opening.result().sync_serial.close()
