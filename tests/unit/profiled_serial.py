"""What sensors send over a serial port, and what a panel prints there."""

from typing import Final

from profile_example import DEVICE_FAULT, PrintedExample, Said, SerialExample

from rules.reading import FaultCause

# -- serial ----------------------------------------------------------------------------------------

PMS7003: Final = (
    "42 4D 00 1C 00 00 00 08 00 08 00 00 00 08 00 08 "
    "00 D2 00 46 00 2D 00 1E 00 00 00 00 97 00 02 C5"
)
PMS5003T: Final = (
    "42 4D 00 1C 00 17 00 27 00 29 00 16 00 23 00 29 "
    "10 08 04 A9 01 16 00 0C 00 D4 00 E0 9A 00 04 AA"
)
PMS3003: Final = "42 4D 00 14 00 01 00 01 00 01 00 01 00 01 00 01 00 00 00 00 00 51 00 FA"


def seen(profile: str, shows: str, stream: str, says: Said | None) -> SerialExample:
    return SerialExample(profile=profile, shows=shows, stream=stream, says=says)


SERIAL: Final = [
    seen("plantower-pms5003", "8 µg/m³", PMS7003, {"pm2_5": 8.0}),
    seen("plantower-pms5003", "the frame of a PMS3003", PMS3003, None),
    seen("plantower-pms5003", "a sum that is wrong by one", PMS7003[:-2] + "C4", None),
    seen("plantower-pms7003", "8 µg/m³", PMS7003, {"pm2_5": 8.0}),
    seen("plantower-pms3003", "1 µg/m³", PMS3003, {"pm2_5": 1.0}),
    seen("plantower-pms3003", "the frame of a PMS7003", PMS7003, None),
    seen(
        "plantower-pms5003t",
        "35 µg/m³, 21.2 °C, 22.4 %RH",
        PMS5003T,
        {"pm2_5": 35.0, "temperature": 21.2, "humidity": 22.4},
    ),
    seen("winsen-mh-z19b", "650 ppm", "FF 86 02 8A 44 00 00 00 AA", {"co2": 650.0}),
    seen("winsen-mh-z19b", "544 ppm, the manual's", "FF 86 02 20 00 00 00 00 58", {"co2": 544.0}),
    seen("winsen-mh-z19b", "a wrong sum", "FF 86 02 8A 44 00 00 00 AB", None),
    seen("winsen-ze07-co", "3.7 ppm", "FF 04 03 01 00 25 13 88 38", {"co": 3.7}),
    seen("winsen-ze07-co", "another number of decimals", "FF 04 03 00 00 25 13 88 39", None),
    seen("winsen-ze07-co", "a sister for formaldehyde", "FF 17 04 00 00 25 13 88 25", None),
    seen("winsen-ze15-co", "0.5 ppm", "FF 04 03 01 00 05 13 88 58", {"co": 0.5}),
    seen("nova-sds011", "0.6 µg/m³", "AA C0 06 00 06 00 58 D9 3D AB", {"pm2_5": 0.6}),
    seen("nova-sds011", "a tail that is none", "AA C0 06 00 06 00 58 D9 3D AA", None),
    seen("nova-sds011", "the frame of an SDS198", "AA CF 0E 00 10 00 E9 05 0C AB", None),
]


# -- lines -----------------------------------------------------------------------------------------

AFP: Final = " AZF 1 ON MODULE 1 (28 CHAR) 12/08 01:23;"


def printed(
    profile: str, shows: str, says: float | FaultCause, *lines: str, point: str = "1.1.Z1"
) -> PrintedExample:
    return PrintedExample(profile=profile, shows=shows, lines=lines, point=point, says=says)


ALARM: Final = ":ALARM Z001 1.1.Z1" + AFP
ISOLATED: Final = ":ISOL Z001 1.1.Z1" + AFP
FAULT: Final = ":FAULT Z001 1.1.Z1" + AFP
PANEL: Final = "notifier-afp-2800"

PRINTED: Final = [
    printed(PANEL, "alarm", 1.0, ALARM),
    printed(PANEL, "alarm, acknowledged", 1.0, ALARM, ":ACKD ALARM Z001 1.1.Z1" + AFP),
    printed(PANEL, "alarm, reset", 0.0, ALARM, ":RESET ALARM Z001 1.1.Z1" + AFP),
    printed(PANEL, "alarm that ended", 0.0, ALARM, ":ALARM SELF CLEARED Z001 1.1.Z1" + AFP),
    printed(
        PANEL,
        "an input that ended",
        0.0,
        ":ACTIVE SELF CLR Z000 VP3 AZF 1 27/05 22:35;",
        point="VP3",
    ),
    printed(PANEL, "isolated", DEVICE_FAULT, ISOLATED),
    printed(PANEL, "alarm while isolated", DEVICE_FAULT, ":ISOL ALARM Z001 1.1.Z1" + AFP),
    printed(PANEL, "no longer isolated", 0.0, ISOLATED, ":DE-ISOLATE Z001 1.1.Z1" + AFP),
    printed(PANEL, "fault", DEVICE_FAULT, FAULT),
    printed(PANEL, "fault that ended", 0.0, FAULT, ":FAULT SELF CLEARED Z001 1.1.Z1" + AFP),
    printed(PANEL, "alarm behind a fault", 1.0, FAULT, ALARM),
    printed(
        PANEL,
        "fault by number",
        DEVICE_FAULT,
        ":FAULT (F01) Z001 L2D159 SOUTH WEST ENTERANCE DET 11/12 14:11;",
        point="L2D159",
    ),
    *(
        printed(PANEL, f"{event} of the panel", DEVICE_FAULT, line, point=point)
        for event, point, line in (
            ("mains failure", "0.2.I5", ":MAINS FAIL Z000 0.2.I5 MAINS FAIL 11/12 15:08;"),
            ("low charger", "0.2.I7", ":CHARGER LOW Z000 0.2.I7 CHARGER LOW 11/12 15:08;"),
            ("low battery", "0.2.I6", ":BATTERY LOW Z000 0.2.I6 BATTERY LOW 11/12 15:08;"),
            ("lost communication", "1.0.--", ":COMMS FAIL Z000 1.0.-- UNNAMED POINT 11/12 15:09;"),
            ("failed processor", "4.0.--", ":COMMS PROC FL Z000 4.0.-- UNNAMED POINT 11/12 15:10;"),
            ("no reply", "L1", ":NO REPLY Z000 L1 UNNAMED POINT 11/12 16:39;"),
            ("broken ring", "1.0.--", ":RING BROKEN Z000 1.0.-- UNNAMED POINT 11/12 16:46;"),
        )
    ),
    printed(
        PANEL,
        "battery that came back",
        0.0,
        ":BATTERY LOW Z000 0.2.I6 BATTERY LOW 11/12 15:08;",
        ":RESET FAULT Z000 0.2.I6 BATTERY LOW 11/12 15:09;",
        point="0.2.I6",
    ),
    printed(
        PANEL, "alarm at another point, which no detector has", DEVICE_FAULT, ALARM, point="1.2"
    ),
    printed(PANEL, "alarm in words that the profile does not know", DEVICE_FAULT, "PRE ALARM Z001"),
]
