"""The subscriber on the contract's page, run as it stands there."""

import asyncio
import re
import sys
from pathlib import Path

from uplink_site import Site, plain_path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "contract.md"
BOUND_S = 15
FLAGS = re.MULTILINE | re.DOTALL


async def test_the_subscriber_prints_each_event_once_over_its_own_death(start_mosquitto, tmp_path):
    mosquitto = start_mosquitto("allow_anonymous true", "log_type all")
    (program,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), FLAGS)
    script = tmp_path / "subscriber.py"
    script.write_text(program)

    async def start() -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-u", str(script), "127.0.0.1", str(mosquitto.port)),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
        )

    async def lines(process: asyncio.subprocess.Process, count: int) -> list[str]:
        async with asyncio.timeout(BOUND_S):
            return [(await process.stdout.readline()).decode() for _ in range(count)]

    async def end(process: asyncio.subprocess.Process) -> str:
        process.kill()
        rest = (await process.stdout.read()).decode()
        await process.wait()
        return rest

    async with Site(plain_path(mosquitto.port)) as gateway:
        await gateway.until_up()
        first = await start()
        await gateway.until_so(lambda: "Sending SUBACK to centre-1" in mosquitto.log())
        records = [gateway.tell() for _ in range(3)]
        told = await lines(first, 3)
        rest = await end(first)

        # The same three again, as after a lost connection, and two that came while it was dead.
        for record in (*records, gateway.make(), gateway.make()):
            gateway.journal.delivered.discard(record.name)
            gateway.uplink.committed([record])
        await gateway.until_delivered(*gateway.journal.records)
        second = await start()
        told += await lines(second, 2)
        rest += await end(second)

    assert [line.split(" vn.pccc.")[1] for line in told] == [
        f"fire-alarm.entered event {number}\n" for number in range(1, 6)
    ]
    assert rest == ""
    assert len(program.splitlines()) <= 40
