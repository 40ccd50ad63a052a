"""Smoke detectors, input modules, instruments and meters: what their registers hold."""

from typing import Final

from profile_example import (
    DEVICE_FAULT,
    INHIBITED,
    WARMING_UP,
    Said,
    of_bits,
    of_registers,
    recorded,
)

# -- smoke -----------------------------------------------------------------------------------------


def faast(
    shows: str,
    says: Said,
    *,
    minor: int = 0,
    urgent: int = 0,
    mode: int = 3,
    level: int = 0,
    detail: str = "",
    warns: str = "",
):
    registers = ((4, minor), (5, urgent), (6, mode), (12, level))
    return of_registers("system-sensor-faast", shows, says, *registers, detail=detail, warns=warns)


MODES: Final = {
    "configuration": (0, INHIBITED),
    "initialization": (1, WARMING_UP),
    "test": (2, INHIBITED),
    "disabled": (4, INHIBITED),
    "reset": (5, WARMING_UP),
    "factory": (6, INHIBITED),
    "service": (7, INHIBITED),
    "isolate": (8, INHIBITED),
    "reset of its network": (9, INHIBITED),
}

SMOKE: Final = [
    faast("at rest", {"contact": 0.0}),
    faast("alert and both actions, not yet fire", {"contact": 0.0}, level=0b00111),
    faast("Fire 1", {"contact": 1.0}, level=0b01111),
    faast(
        "Fire 1, with a clogged filter and too much flow",
        {"contact": 1.0},
        urgent=0b1100000,
        level=15,
        warns="urgent-filter urgent-high-flow",
    ),
    faast(
        "Fire 1, with too little air",
        {"contact": 1.0},
        urgent=1,
        level=15,
        warns="urgent-low-flow",
    ),
    faast("too little air, and its sensor failed", DEVICE_FAULT, urgent=0b1001, detail="sensor"),
    *(
        faast(f"minor: {name}", {"contact": 0.0}, minor=1 << bit, warns=name)
        for bit, name in enumerate(
            (
                "minor-low-flow",
                "minor-configuration",
                "external-monitor-open",
                "external-monitor-short",
                "clock",
                "minor-filter",
                "minor-high-flow",
            )
        )
    ),
    *(faast(f"in {name}", says, mode=mode) for name, (mode, says) in MODES.items()),
    *(
        faast(f"urgent: {name}", DEVICE_FAULT, urgent=1 << bit, detail=name)
        for bit, name in (
            (1, "configuration"),
            (2, "communication"),
            (3, "sensor"),
            (4, "aspirator"),
            (7, "low-voltage"),
        )
    ),
    of_bits("calectro-uniguard-superflow", "at rest", {"contact": 0.0}, 1, 0, 0, 0),
    of_bits("calectro-uniguard-superflow", "smoke", {"contact": 1.0}, 1, 0, 1, 1),
    *(
        of_bits(
            "calectro-uniguard-superflow",
            f"dirty, {'smoke' if smoke else 'no smoke'}",
            {"contact": float(smoke)},
            *(1, 1, smoke, smoke),
            warns="service-alarm",
        )
        for smoke in (0, 1)
    ),
    of_bits(
        "calectro-uniguard-superflow",
        "taken off its base",
        DEVICE_FAULT,
        *(0, 0, 0, 0),
        detail="detector-not-mounted",
    ),
]


# -- modules, instruments, mains -------------------------------------------------------------------

SDM: Final = ("01 04 00 00 00 02 71 CB", "01 04 04 43 66 33 34 1B 38")  # 230.2 V
NOVABO: Final = "FF 02 00 00 00 08 6C 12"
AI8: Final = "waveshare-modbus-analog-input-8ch"

MODULES: Final = [
    recorded(
        "novabo-modbusrtu-sqr",
        "a 1 is rest",
        {"contact": 0.0},
        (NOVABO, "FF 02 01 01 51 A0"),
        unit=255,
    ),
    recorded(
        "novabo-modbusrtu-sqr",
        "a 0 is alarm",
        {"contact": 1.0},
        (NOVABO, "FF 02 01 00 90 60"),
        unit=255,
    ),
    of_bits("waveshare-modbus-io-8ch", "channel 1 open", {"contact": 0.0}, 0, 1, 1, 1, 1, 1, 1, 1),
    of_bits(
        "waveshare-modbus-io-8ch", "channel 1 closed", {"contact": 1.0}, 1, 0, 0, 0, 0, 0, 0, 0
    ),
    *(
        of_registers(
            f"{AI8}-{quantity}",
            f"channel 3, {number} µA",
            {quantity: number / 1000},  # the core makes %LEL of the mA of a loop
            (2, number),
            offset=2,
            table="input-register",
        )
        for quantity in ("gas", "loop")
        for number in (0, 4000, 12000, 20000)
    ),
    recorded(
        "xy-md02",
        "30.5 °C and 54.6 %RH",
        {"temperature": 30.5, "humidity": 54.6},
        ("01 04 00 01 00 02 20 0B", "01 04 04 01 31 02 22 2A CE"),
    ),
    of_registers(
        "xy-md02",
        "below zero",
        {"temperature": -20.5, "humidity": 54.6},
        *((1, 0xFF33), (2, 0x0222)),
        table="input-register",
    ),
    recorded("eastron-sdm120", "230.2 V", {"voltage": 230.2}, SDM),
    recorded("eastron-sdm630", "phase 1, 230.2 V", {"voltage": 230.2}, SDM),
    of_registers(
        "eastron-sdm630",
        "phase 3",
        {"voltage": 230.2},
        *((4, 0x4366), (5, 0x3334)),
        offset=4,
        table="input-register",
    ),
    of_registers(
        "peacefair-pzem-004t",
        "220.0 V, the manual's example",
        {"voltage": 220.0},
        (0, 0x0898),
        table="input-register",
    ),
]
