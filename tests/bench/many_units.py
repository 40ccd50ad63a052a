"""A Modbus/TCP server with 250 units of 4 input registers, the least that answers 500 detectors.

many_units.py        prints its port
"""

import asyncio
import struct

UNITS, REGISTERS = 250, 4

PROFILE = """\
id: bench-heat
name: a temperature in tenths
driver: modbus
kind: heat-detector
source: none
quantities: {temperature: {lowest: -40 °C, highest: 125 °C}}
modbus:
  points:
    temperature: {table: input-register, address: 0, type: uint32, scale: 0.0000015258789}
"""
"""What a detector of such a unit is to the gateway."""


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer function 4; every value is 21.5 °C in tenths."""
    try:
        while True:
            header = await reader.readexactly(7)
            transaction, _, length, unit = struct.unpack(">HHHB", header)
            function, _, count = struct.unpack(">BHH", await reader.readexactly(length - 1))
            body = struct.pack(">BB", function, 2 * count) + struct.pack(">H", 215) * count
            writer.write(struct.pack(">HHHB", transaction, 0, len(body) + 1, unit) + body)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def main() -> None:
    """Listen on a free port, for ever."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
