"""The floor of the load: 500 detectors read each second by pymodbus, told by paho, nothing more.

straight_poll.py MODBUS_PORT MQTT_PORT DETECTORS
"""

import asyncio
import sys

import paho.mqtt.client as mqtt
from pymodbus.client import AsyncModbusTcpClient


async def poll(modbus_port: int, client: mqtt.Client, detectors: int) -> None:
    """Read two registers of each unit once a second; publish what changed."""
    newest: dict[int, int] = {}
    async with AsyncModbusTcpClient("127.0.0.1", port=modbus_port, retries=0) as line:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            for number in range(detectors):
                reply = await line.read_input_registers(
                    2 * (number // 250), count=2, device_id=1 + number % 250
                )
                value = reply.registers[0]
                if newest.get(number) != value:
                    newest[number] = value
                    client.publish(f"straight/{number}", str(value / 10))
            due += 1.0
            await asyncio.sleep(max(0.0, due - loop.time()))


def main() -> None:
    """Connect and poll until killed."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    client.connect("127.0.0.1", int(sys.argv[2]))
    client.loop_start()
    asyncio.run(poll(int(sys.argv[1]), client, int(sys.argv[3])))


if __name__ == "__main__":
    main()
