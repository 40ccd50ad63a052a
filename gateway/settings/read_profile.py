"""Profiles: one file a device model, read only when a site names it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from drivers.bus import DriverKind
from drivers.registry import DRIVERS
from gateway.settings.field_plan import keys_of, plan_of
from gateway.settings.findings import Findings, near_or_all
from gateway.settings.read_fields import Reader, check_keys, make, read_mapping, read_object
from gateway.settings.scalars import read_measure
from gateway.settings.written import WrittenContact, WrittenProfile
from gateway.settings.yaml_nodes import MappingNode, Node, ScalarNode, read_yaml
from rules.problem import Problem
from rules.profile import CONTACT_RANGE, DetectorKind, Profile, QuantityRange
from rules.quantity import QUANTITIES

CONTACT_KINDS: Final = frozenset(
    {DetectorKind.MANUAL_CALL_POINT, DetectorKind.PANEL_ALARM, DetectorKind.PANEL_FAULT}
)
"""Kinds whose meaning is a contact."""


class ProfileShelf:
    """The profiles that there are, each read once and only when it is taken down."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        """Arrange them.

        Args:
            texts: by file name, what the file holds; a profile's id is the name without folder and
                ending.
        """
        self._files = {profile_id_of(file): (file, data) for file, data in texts.items()}
        self._read: dict[str, Profile | None] = {}
        self.problems: list[Problem] = []

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all profiles, good or not."""
        return frozenset(self._files)

    @property
    def taken(self) -> Mapping[str, Profile]:
        """The good ones among those that were taken."""
        return {name: profile for name, profile in self._read.items() if profile is not None}

    def take(self, name: str) -> Profile | None:
        """Give a profile; None where there is none or where it is broken."""
        if name not in self._files:
            return None
        if name not in self._read:
            file, data = self._files[name]
            self._read[name], problems = load_profile(data, file)
            self.problems.extend(problems)
        return self._read[name]


def profile_id_of(file: str) -> str:
    """Give the id that the profile in a file must have."""
    return file.replace("\\", "/").rpartition("/")[2].removesuffix(".yaml")


def load_profile(data: bytes, file: str) -> tuple[Profile | None, tuple[Problem, ...]]:
    """Read a profile file."""
    root, problems = read_yaml(data, file)
    findings = Findings()
    findings.add(*problems)
    profile = _read_profile(root, file, findings) if root is not None else None
    whole = all(problem.warning for problem in findings.problems)
    return profile if whole else None, findings.problems


def _read_profile(root: Node, file: str, findings: Findings) -> Profile | None:
    mapping = read_mapping(root, "a profile", findings)
    if mapping is None:
        return None
    driver = _driver_of(mapping, findings)
    own_key = [mapping.word("driver") or ""] if driver is not None and driver.profile else []
    check_keys(mapping, (WrittenProfile,), findings, own_key, tolerant=driver is None)
    written = make(WrittenProfile, mapping, findings, readers={"quantities": _read_quantities})
    device = _read_device(mapping, driver, findings) if driver is not None else None
    if written is None or driver is None or (driver.profile is not None and device is None):
        return None
    _check_name_and_kind(written, file, mapping, findings)
    _check_measures(written, driver.measures(device), mapping, findings)
    _check_loops(written, driver.bits(device), mapping, findings)
    return Profile(
        id=written.id,
        name=written.name,
        driver=written.driver,
        kind=written.kind,
        source=written.source,
        quantities=written.quantities,
        warm_up=written.warm_up,
        service_life=written.service_life,
        device=device,
    )


def _driver_of(mapping: MappingNode, findings: Findings) -> DriverKind | None:
    """Find the driver; a key that is missing or no word is noted by those who read the fields."""
    node, word = mapping.get("driver"), mapping.word("driver")
    if node is None or word is None:
        return None
    if word not in DRIVERS:
        findings.refuse(node, f"there is no driver {word}", near_or_all(word, DRIVERS))
        return None
    return DRIVERS[word]


def _read_device(mapping: MappingNode, driver: DriverKind, findings: Findings) -> object:
    if driver.profile is None:
        return None
    key = mapping.word("driver") or ""
    node = mapping.get(key)
    if node is None:
        wanted = ", ".join(plan.key for plan in plan_of(driver.profile) if plan.required)
        hint = f"a mapping with {wanted}" if wanted else f"see drivers/{key}/README.md"
        findings.missing(mapping.place, f"{key} is missing", hint)
        return None
    return read_object(driver.profile, node, key, findings)


def _read_quantities(node: Node, label: str, findings: Findings) -> dict[str, QuantityRange] | None:
    """Read the ranges, each with the units of its quantity."""
    mapping = read_mapping(node, label, findings)
    if mapping is None:
        return None
    if not mapping.entries:
        findings.refuse(node, "a profile must measure something", "one of " + ", ".join(QUANTITIES))
        return None
    ranges = {
        key.text: _read_range(key, value, findings) for key, value in mapping.entries.values()
    }
    readable = {name: limits for name, limits in ranges.items() if limits is not None}
    return readable if len(readable) == len(ranges) else None


def _read_range(key: ScalarNode, node: Node, findings: Findings) -> QuantityRange | None:
    quantity = QUANTITIES.get(key.text)
    if quantity is None:
        hint = near_or_all(key.text, QUANTITIES)
        findings.refuse(key, f"there is no quantity {key.shown}", hint)
        return None
    if key.text == "contact":
        return _read_contact(node, findings)
    measure = partial(read_measure, unit=quantity.unit)
    readers: dict[str, Reader] = {
        "lowest": measure,
        "highest": measure,
        "end_of_line": _refuse_end_of_line,
    }
    return read_object(QuantityRange, node, key.text, findings, readers)


def _read_contact(node: Node, findings: Findings) -> QuantityRange | None:
    of_a_range = keys_of(QuantityRange).keys() - keys_of(WrittenContact).keys()
    if not isinstance(node, MappingNode) or node.entries.keys() & of_a_range:
        findings.refuse(node, "a contact has no range", "write contact: {}")
        return None
    written = read_object(WrittenContact, node, "contact", findings)
    if written is None:
        return None
    return replace(CONTACT_RANGE, end_of_line=written.end_of_line, stuck_after=written.stuck_after)


def _refuse_end_of_line(node: Node, label: str, findings: Findings) -> None:
    findings.refuse(node, f"{label}: only a contact stands on a supervised loop", "delete it")


def _check_name_and_kind(
    written: WrittenProfile, file: str, mapping: MappingNode, findings: Findings
) -> None:
    name = profile_id_of(file)
    if written.id != name:
        findings.refuse(
            mapping.get("id") or mapping,
            f"the id {written.id} is not the name of the file",
            f"write id: {name}, or rename the file",
        )
    if written.kind in CONTACT_KINDS and "contact" not in written.quantities:
        findings.refuse(mapping.get("kind") or mapping, f"a {written.kind} must measure contact")


def _check_loops(
    written: WrittenProfile, bits: frozenset[str], mapping: MappingNode, findings: Findings
) -> None:
    """Note loops of which the driver reads only whether a bit is set."""
    for quantity in sorted(bits & written.quantities.keys()):
        limits = written.quantities[quantity]
        if limits.end_of_line is not None or limits.current_loop is not None:
            what = f"{quantity} is read as a bit, which cannot tell the level of a loop"
            hint = "read it from a register of the level, or delete the loop"
            findings.refuse(mapping.get("quantities") or mapping, what, hint)


def _check_measures(
    written: WrittenProfile,
    measures: frozenset[str] | None,
    mapping: MappingNode,
    findings: Findings,
) -> None:
    """Note quantities that the driver cannot read, and such that are read for nothing."""
    if measures is None:
        return
    for quantity in sorted(written.quantities.keys() - measures):
        what = f"the driver {written.driver} is not told how to read {quantity}"
        findings.refuse(mapping.get("quantities") or mapping, what)
    section = mapping.get(written.driver)
    if section is None or DRIVERS[written.driver].profile is None:
        return  # The driver needs no part of its own, and may well measure more than this model.
    for quantity in sorted(measures - written.quantities.keys()):
        what = f"{quantity} is read, but quantities gives it no range"
        findings.refuse(section, what)
