"""What is installed, out of the settings, as the report names it. Pure."""

from dataclasses import MISSING, Field, fields
from enum import Enum
from typing import Any, Final

from gateway.control.installed import (
    Installed,
    InstalledBus,
    InstalledDetector,
    InstalledOutput,
    InstalledPath,
    InstalledRule,
    InstalledSite,
    InstalledZone,
)
from gateway.settings.model import Settings
from gateway.settings.timing import RuleTiming, timing_of
from rules.condition import Condition
from rules.instant import in_seconds

LONGEST_PLACE: Final = 200  # characters; a place is a port or a few numbers


def installed_of(settings: Settings, *, version: str, device_key: str | None) -> Installed:
    """Give what is installed.

    It works out the worst-case times of all rules, which takes long on a small unit: not for the
    event loop.

    Args:
        settings: of the site.
        version: of the software.
        device_key: the gateway's public key as it is written, where it has one.
    """
    return Installed(
        site=_site(settings),
        gateway=settings.gateway.id,
        version=version,
        configuration=settings.hash,
        device_key=device_key,
        zones=tuple(InstalledZone(id=zone.id, name=zone.name) for zone in settings.zones),
        buses=tuple(
            InstalledBus(id=bus.id, driver=bus.driver, place=place_of(bus.options))
            for bus in settings.buses
        ),
        detectors=_detectors(settings),
        rules=_rules(settings),
        outputs=_outputs(settings),
        paths=_paths(settings),
        delivered_when=settings.uplink.delivered_when,
        centres=tuple(centre.id for centre in settings.uplink.centres if centre.required),
    )


def _site(settings: Settings) -> InstalledSite:
    site = settings.site
    return InstalledSite(
        id=site.id,
        name=site.name,
        province=site.province,
        commune=site.commune,
        address=site.address,
        latitude=site.latitude,
        longitude=site.longitude,
        utc_offset_s=in_seconds(site.utc_offset),
    )


def _paths(settings: Settings) -> tuple[InstalledPath, ...]:
    return tuple(
        InstalledPath(
            id=path.id,
            host=path.host,
            port=path.port,
            tls=path.tls is not None,
            interface=path.interface,
        )
        for path in settings.uplink.paths
    )


def place_of(options: Any) -> str:
    """Say where something is, in the words of the site file: "unit 17, register_offset 2".

    Only what the site file has to say, and numbers and names that it says otherwise than by
    default, are places; how long to wait for an answer is none.
    """
    said = [
        f"{field.name} {_written(value)}"
        for field in fields(options)
        if _is_place(field, value := getattr(options, field.name))
    ]
    return ", ".join(said)[:LONGEST_PLACE]


def _is_place(field: Field[Any], value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str) or "within" in field.name:
        return False
    return field.default is MISSING or value != field.default


def _written(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)


def _detectors(settings: Settings) -> tuple[InstalledDetector, ...]:
    return tuple(
        InstalledDetector(
            id=entry.id,
            name=entry.name,
            zone=entry.zone,
            bus=entry.bus,
            address=place_of(entry.options),
            kind=entry.kind,
            profile=entry.profile.id,
            device=entry.profile.name,
            installed=None if entry.installed is None else entry.installed.isoformat(),
            every_s=in_seconds(entry.every),
        )
        for entry in settings.detectors
    )


def _rules(settings: Settings) -> tuple[InstalledRule, ...]:
    times = {timing.source: timing for timing in timing_of(settings).rules}
    written = tuple(
        InstalledRule(
            source=f"rule/{rule.id}",
            zone=rule.zone,
            raises=rule.raises,
            when=rule.when,
            clear=rule.clear,
            for_s=in_seconds(rule.hold),
            latching=rule.latching,
            **_ways(times.pop(f"rule/{rule.id}", None)),
        )
        for rule in settings.rules
    )
    call_points = tuple(
        InstalledRule(
            source=timing.source,
            zone=timing.zone,
            raises=timing.raises,
            when="",
            clear=None,
            for_s=0.0,
            latching=timing.raises is Condition.FIRE_ALARM,
            **_ways(timing),
        )
        for timing in times.values()
        if timing.source.startswith("call-point/")
    )
    return written + call_points


def _ways(timing: RuleTiming | None) -> dict[str, float | None]:
    if timing is None or timing.ways is None:
        return {"fastest_s": None, "slowest_s": None}
    return {
        "fastest_s": in_seconds(timing.ways.fastest.takes),
        "slowest_s": in_seconds(timing.ways.slowest.takes),
    }


def _outputs(settings: Settings) -> tuple[InstalledOutput, ...]:
    return tuple(
        InstalledOutput(
            id=output.id,
            bus=output.bus,
            address=place_of(output.options),
            kind=output.kind,
            conditions=tuple(each for each in Condition if each in output.conditions),
            zones=tuple(sorted(output.zones)),
            delay_s=in_seconds(output.delay),
            coincidence=output.coincidence,
        )
        for output in settings.outputs
    )
