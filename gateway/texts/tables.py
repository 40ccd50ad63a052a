"""The tables whose texts are found by their keys, beside the one of gateway.text."""

from typing import Final

from gateway.texts.commissioning import COMMISSIONING_TEXTS
from gateway.texts.configuration import CONFIGURATION_TEXTS
from gateway.texts.doctor import DOCTOR_TEXTS
from gateway.texts.events import EVENT_TEXTS
from gateway.texts.health import HEALTH_TEXTS
from gateway.texts.monitor import MONITOR_TEXTS
from gateway.texts.owner_page import OWNER_PAGE_TEXTS

TABLES: Final = (
    COMMISSIONING_TEXTS,
    CONFIGURATION_TEXTS,
    DOCTOR_TEXTS,
    EVENT_TEXTS,
    HEALTH_TEXTS,
    MONITOR_TEXTS,
    OWNER_PAGE_TEXTS,
)
