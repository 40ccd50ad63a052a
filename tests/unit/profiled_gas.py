"""Gas detectors: what their registers hold in every state that their profiles know."""

from typing import Final

from profile_example import (
    BAD_CHECKSUM,
    DEVICE_FAULT,
    INHIBITED,
    WARMING_UP,
    ModbusExample,
    Said,
    of_registers,
    recorded,
)

# -- Honeywell Sensepoint: "methane at 50 % LEL would be reported as 50.0" -------------------------

FIFTY: Final = (0x4248, 0x0000)  # 50.0 as a 32-bit float
THIRTY: Final = (0x41F0, 0x0000)


def sensepoint(
    profile: str,
    shows: str,
    says: Said,
    *,
    gas: tuple[int, int] = FIFTY,
    code: int = 0,
    bits: int = 0,
    state: int = 1,
    first: int = 102,
    detail: str = "",
    warns: str = "",
) -> ModbusExample:
    words = (*gas, code, bits, state, 17)  # the last is the heartbeat, reserved on the XCD
    registers = enumerate(words, first)
    return of_registers(profile, shows, says, *registers, detail=detail, warns=warns)


def sensepoints(profile: str, quantity: str, first: int, fault: int) -> list[ModbusExample]:
    """Every trap that the two models share."""

    def of(shows: str, says: Said, **more):
        return sensepoint(profile, shows, says, first=first, **more)

    fifty = {quantity: 50.0}
    return [
        of("measuring", fifty),
        of("warming up", WARMING_UP, state=2),
        of("in inhibit, its value frozen at 50", INHIBITED, state=3),
        of("in calibration", INHIBITED, state=12),
        of("in a state that the manual does not list", DEVICE_FAULT, state=9),
        of("a fault by number", DEVICE_FAULT, code=fault + 3, detail="fault-code"),
        of("a warning by number", fifty, code=5, warns="warning-code"),
        of("fault bit 5", DEVICE_FAULT, bits=1 << 5, detail="fault-bit-5"),
        of("both alarms", fifty, bits=0b00011),
        of("both alarms and a warning by bits", fifty, bits=0b10011, warns="warning-bit-4"),
        of("a fault and a warning", DEVICE_FAULT, code=fault + 3, bits=16, detail="fault-code"),
        of("an inhibit and a warning", INHIBITED, code=5, bits=16, state=3),
    ]


HONEYWELL: Final = [
    *sensepoints("honeywell-sensepoint-xrl", "gas", 102, 1200),
    sensepoint(
        "honeywell-sensepoint-xrl", "fault bit 6", DEVICE_FAULT, bits=1 << 6, detail="fault-bit-6"
    ),
    *sensepoints("honeywell-sensepoint-xrl-co", "co", 102, 1200),
    sensepoint("honeywell-sensepoint-xrl-co", "30 ppm", {"co": 30.0}, gas=THIRTY),
    sensepoint(
        "honeywell-sensepoint-xrl-co", "fault bit 6", DEVICE_FAULT, bits=64, detail="fault-bit-6"
    ),
    *sensepoints("honeywell-sensepoint-xcd", "gas", 2, 1100),
]


# -- General Monitors S4000CH: 65535 is 21.7 mA, 4 to 20 mA are 0 to 100 %LEL ----------------------


def s4000(shows: str, says: Said, analog: int, *, mode: int = 2, status: int = 0, detail: str = ""):
    registers = enumerate((analog, mode, status))
    return of_registers("general-monitors-s4000ch", shows, says, *registers, detail=detail)


S4000CH: Final = [
    s4000("4 mA", {"gas": 0.0}, 12080),
    s4000("12 mA", {"gas": 50.0}, 36241),
    s4000("20 mA, both alarms set", {"gas": 100.0}, 60401, status=0xC000),
    s4000("21.7 mA: beyond the range, and no failure", {"gas": 110.625}, 65535),
    s4000("0 mA: beyond the other end, and no value", {"gas": -25.0}, 0),
    s4000("starting up", WARMING_UP, 12080, mode=1),
    *(
        s4000(name, INHIBITED, 12080, mode=1 << bit, detail=name)
        for bit, name in enumerate(
            (
                "calibration-check",
                "calibration",
                "zeroing",
                "waiting-for-gas",
                "spanning",
                "calibration-complete",
            ),
            2,
        )
    ),
    *(
        s4000(name, DEVICE_FAULT, 12080, status=1 << bit, detail=name)
        for bit, name in (
            (1, "low-supply"),
            (2, "fail-to-calibrate"),
            (3, "sensor"),
            (4, "eprom"),
            (5, "eeprom"),
            (6, "calibration-check-timeout"),
            (7, "setup"),
            (8, "switch"),
            (9, "internal"),
            (13, "fault"),
        )
    ),
]


# -- IGD TOC-635: 0 is -10 %LEL, 1200 is 110 %LEL --------------------------------------------------


def igd(shows: str, says: Said, number: int, *, status: int = 0, offset: int = 0, detail: str = ""):
    cells = ((offset, number), (3000 + offset, status))
    return of_registers(
        "igd-toc-635", shows, says, *cells, detail=detail, offset=offset, table="input-register"
    )


IGD: Final = [
    igd("clean air", {"gas": 0.0}, 100),
    igd("the lowest number, far below clean air", {"gas": -10.0}, 0),
    igd("half of the lower limit, three alarms", {"gas": 50.0}, 600, status=0b111),
    igd("sensor 7", {"gas": 20.0}, 300, offset=6),
    igd("over-range, and the common fault bit with it", {"gas": 110.0}, 1200, status=0b10001000),
    igd("disabled", INHIBITED, 100, status=1 << 4, detail="disabled"),
    igd("a sensor fault", DEVICE_FAULT, 100, status=1 << 5, detail="sensor-fault"),
    igd("under range", DEVICE_FAULT, 0, status=1 << 6, detail="under-range"),
    igd(
        "a sensor that the panel has lost", DEVICE_FAULT, 100, status=1 << 8, detail="communication"
    ),
]


# -- carbon monoxide and dioxide -------------------------------------------------------------------

S8_STATUS: Final = ("FE 04 00 00 00 01 25 C5", "FE 04 02 00 00 AD 24")
S8_CO2: Final = "FE 04 00 03 00 01 D5 C5"


def s8_status(shows: str, says: Said, status: int, **more):
    cells = ((0, status), (3, 904))
    return of_registers("senseair-s8", shows, says, *cells, table="input-register", **more)


GASES: Final = [
    recorded(
        "jxct-jxbs-3001-co",
        "18.9 ppm",
        {"co": 18.9},
        ("01 03 00 06 00 01 64 0B", "01 03 02 00 BD 78 35"),
    ),
    of_registers("greystone-cmd5b4", "30 ppm", {"co": 30.0}, (1, 30), (7, 0)),
    of_registers("greystone-cmd5b4", "the end of its range", {"co": 500.0}, (1, 0x01F4), (7, 0)),
    of_registers(
        "greystone-cmd5b4",
        "CO, and its years are over",
        {"co": 200.0},
        (1, 200),
        (7, 1),
        warns="fault",
    ),
    recorded(
        "senseair-s8",
        "904 ppm",
        {"co2": 904.0},
        S8_STATUS,
        (S8_CO2, "FE 04 02 03 88 AD B2"),
        unit=254,
    ),
    recorded(
        "senseair-s8",
        "400 ppm, as its sheet has it",
        {"co2": 400.0},
        S8_STATUS,
        (S8_CO2, "FE 04 02 01 90 AC D8"),
        unit=254,
    ),
    recorded(
        "senseair-s8",
        "the checksum that goes round in examples",
        BAD_CHECKSUM,
        S8_STATUS,
        (S8_CO2, "FE 04 02 03 88 D5 C5"),
        unit=254,
    ),
    s8_status("out of range, which is no fault", {"co2": 904.0}, 1 << 5),
    s8_status("a failed calibration", {"co2": 904.0}, 1 << 1, warns="offset-regulation"),
    *(
        s8_status(name, DEVICE_FAULT, 1 << bit, detail=name)
        for bit, name in (
            (0, "fatal-error"),
            (2, "algorithm"),
            (3, "output"),
            (4, "self-diagnostics"),
            (6, "memory"),
        )
    ),
]


GAS: Final = [*HONEYWELL, *S4000CH, *IGD, *GASES]
