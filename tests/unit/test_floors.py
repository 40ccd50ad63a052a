"""The floors of the house: which module may import which.

The sources are read, not run. `breaches` is a function of a set of sources, so that each rule is
first shown to catch a house that breaks it, and then that this house breaks none.
"""

import ast
import importlib.metadata
import importlib.util
import tomllib
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured  # reads every source file

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("rules", "drivers", "gateway")

# Ground: what drivers may know of the rules.
NOUNS = frozenset(
    {
        "rules.condition",
        "rules.event",
        "rules.health",
        "rules.instant",
        "rules.operator",
        "rules.output",
        "rules.problem",
        "rules.profile",
        "rules.quantity",
        "rules.reading",
        "rules.snapshot",
        "rules.unit",
    }
)

# Below the line nothing may reach the world, nor be different the second time.
WORLD = frozenset(
    {
        "asyncio",
        "logging",
        "os",
        "pathlib",
        "random",
        "secrets",
        "socket",
        "sqlite3",
        "subprocess",
        "threading",
        "time",
        "uuid",
    }
)
ASKS_FOR_NOW = frozenset({"now", "utcnow", "today"})

HARDWARE = frozenset({"gpiozero", "lgpio", "serial", "pymodbus"})
# gpiozero's pins and lgpio's chips are one piece of hardware in two modules; so are pymodbus's
# connection and its requests.
TOUCHES_HARDWARE = (
    "drivers.*.bus",
    "drivers.*.probe",
    "drivers.gpio.chip",
    "drivers.gpio.steady",
    "drivers.modbus.line",
    "drivers.modbus.opening",
    "drivers.modbus.serial_port",
    "drivers.modbus.question",
)
TOUCHES_PAHO = ("gateway.uplink.mqtt_*", "gateway.centre.mqtt_*")
# It costs more memory than the daemon has to spare.
TOUCHES_CRYPTOGRAPHY = ("gateway.enrolment.*",)
ASKS_THE_CLOCK = ("gateway.clock",)

# Loaded only where a site asks for it, by the module that says what it has to be able to do.
LOADED_LATE = frozenset({("gateway.metrics.metrics", "gateway.metrics.prometheus")})

# Programs beside the daemon, which play the world around it.
PLAYS_THE_WORLD = ("gateway.demo*",)

# On top, with who may stand above each.
ABOVE = {
    "gateway.wiring": ("gateway.cli.*", *PLAYS_THE_WORLD),
    "gateway.cli.*": ("gateway.cli.*", *PLAYS_THE_WORLD),
    "gateway.enrolment*": ("gateway.enrolment*", "gateway.cli.*"),
    "gateway.demo*": PLAYS_THE_WORLD,
    # Devices are played for people and for the demonstration, never in the daemon.
    "gateway.simulation*": ("gateway.simulation*", "gateway.cli.*", *PLAYS_THE_WORLD),
}

Imported = Mapping[str, tuple[tuple[str, int], ...]]
"""By module, what it imports and in which line."""


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Give each imported module with its line, lazy imports and those for types included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.lineno
            for alias in node.names:  # `from gateway import clock` imports gateway.clock
                yield f"{node.module}.{alias.name}", node.lineno


def asks_for_now(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked = ast.unparse(node.func.value).rpartition(".")[2]
            if asked in {"datetime", "date"} and node.func.attr in ASKS_FOR_NOW:
                yield node.lineno


def opens_files(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "open":
            yield node.lineno


def matches(module: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(module, pattern) for pattern in patterns)


def top(module: str) -> str:
    return module.partition(".")[0]


def breaches(sources: Mapping[str, str], pure: frozenset[str]) -> list[str]:
    """Say each breach of the floors, as `module:line: what`."""
    modules = {name: ast.parse(source, name) for name, source in sources.items()}
    imported = {module: tuple(imports(tree)) for module, tree in modules.items()}
    found: list[str] = []
    for module, names in imported.items():
        for name, line in names:
            found += [f"{module}:{line}: {what}" for what in wrong_import(module, name, imported)]
    for module in below_the_line(imported, pure):
        tree = modules[module]
        found += [
            f"{module}:{line}: pure, and imports {name}"
            for name, line in imported[module]
            if top(name) in WORLD or top(name) in HARDWARE or top(name) == "paho"
        ]
        found += [f"{module}:{line}: pure, and asks for now" for line in asks_for_now(tree)]
        found += [f"{module}:{line}: pure, and opens a file" for line in opens_files(tree)]
    return found + cycles(imported)


def wrong_import(module: str, name: str, imported: Imported) -> Iterator[str]:
    package, wanted = top(module), top(name)
    if wanted == "gateway" and package != "gateway":
        yield f"imports {name}: nobody imports gateway but itself"
    if package == "rules" and wanted == "drivers":
        yield f"imports {name}: rules know no drivers"
    if name in imported:
        yield from wrong_neighbour(module, name)
    if wanted in HARDWARE and not matches(module, TOUCHES_HARDWARE + PLAYS_THE_WORLD):
        yield f"imports {name}: hardware is touched in a driver's bus"
    if wanted == "paho" and not matches(module, TOUCHES_PAHO + PLAYS_THE_WORLD):
        yield f"imports {name}: MQTT is the uplink's"
    if wanted == "cryptography" and not matches(module, TOUCHES_CRYPTOGRAPHY):
        yield f"imports {name}: certificates are made and read beside the daemon"
    if name == "time" and not matches(module, ASKS_THE_CLOCK + PLAYS_THE_WORLD):
        yield "imports time: only gateway.clock asks the clock"


def wrong_neighbour(module: str, name: str) -> Iterator[str]:
    package, wanted = top(module), top(name)
    if package == "drivers" and wanted == "rules" and name not in NOUNS | {"rules"}:
        yield f"imports {name}: drivers know the nouns only"
    if module in NOUNS and name not in NOUNS | {"rules"}:
        yield f"imports {name}: a noun knows nouns only"
    if package == "drivers" and another_driver(module, name):
        yield f"imports {name}: a driver knows no other"
    if package == "gateway" and matches(name, TOUCHES_HARDWARE):
        yield f"imports {name}: a driver is loaded by its name in the registry"
    if any(fnmatch(name, high) and not matches(module, above) for high, above in ABOVE.items()):
        yield f"imports {name}: it stands on top"


def another_driver(module: str, name: str) -> bool:
    """Whether a module of one driver's folder imports from another's; the registry knows all."""
    own_folder, other = module.split(".")[1:-1], name.split(".")[1:-1]
    return bool(own_folder and other) and own_folder != other


def below_the_line(imported: Imported, pure: frozenset[str]) -> list[str]:
    """Give the pure modules and all that they import of the house: purity is inherited."""
    reached: set[str] = set()
    waiting = sorted(pure)
    while waiting:
        module = waiting.pop()
        if module not in reached:
            reached.add(module)
            waiting += [name for name, _ in imported[module] if name in imported]
    return sorted(reached)


def cycles(imported: Imported) -> list[str]:
    graph = {
        module: {
            name
            for name, _ in names
            if name in imported and name != module and (module, name) not in LOADED_LATE
        }
        for module, names in imported.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["a circle, so no floors: " + " -> ".join(error.args[1])]
    return []


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def house() -> tuple[dict[str, str], frozenset[str]]:
    """Read the sources, and which of them are pure: the list of the coverage gate."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = settings["tool"]["coverage"]["report"]["include"]
    pure = [
        path
        for path in files
        if any(fnmatch(path.relative_to(ROOT).as_posix(), pattern) for pattern in patterns)
    ]
    return (
        {module_name(path): path.read_text() for path in files},
        frozenset(map(module_name, pure)),
    )


def test_the_house_keeps_its_floors():
    sources, pure = house()

    assert breaches(sources, pure) == []


def test_the_pure_part_is_where_the_design_puts_it():
    _, pure = house()

    assert {"rules.engine", "rules.language.syntax", "gateway.settings.model"} <= pure
    assert {"drivers.modbus.options", "drivers.modbus.codec", "drivers.schedule"} <= pure


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        ("rules.engine", "from drivers.bus import Now", "rules know no drivers"),
        ("drivers.modbus.codec", "import gateway.clock", "nobody imports gateway but itself"),
        ("rules.engine", "from gateway import clock", "nobody imports gateway but itself"),
        ("drivers.modbus.bus", "import rules.engine", "drivers know the nouns only"),
        ("drivers.modbus.bus", "from rules import engine", "drivers know the nouns only"),
        ("drivers.serial.bus", "from drivers.modbus.codec import x", "a driver knows no other"),
        ("rules.reading", "from rules.engine import Engine", "a noun knows nouns only"),
        ("gateway.core", "from drivers.modbus.bus import open_bus", "by its name in the registry"),
        ("drivers.modbus.options", "import serial", "hardware is touched in a driver's bus"),
        ("gateway.core", "def late():\n    import lgpio", "hardware is touched in a driver's bus"),
        ("gateway.core", "from paho.mqtt import client", "MQTT is the uplink's"),
        ("gateway.core", "from cryptography import x509", "beside the daemon"),
        ("gateway.core", "from time import monotonic_ns", "only gateway.clock asks the clock"),
        ("rules.engine", "import os.path", "pure, and imports os.path"),
        ("rules.engine", "from asyncio import sleep", "pure, and imports asyncio"),
        ("rules.engine", "from datetime import datetime\ndatetime.now()", "pure, and asks for now"),
        ("rules.engine", "import datetime\ndatetime.date.today()", "pure, and asks for now"),
        ("rules.engine", "open('x')", "pure, and opens a file"),
        ("gateway.core", "import gateway.uplink.delivery", "a circle"),
        ("gateway.core", "from gateway.wiring import guard", "it stands on top"),
        ("gateway.core", "from gateway.simulation.modbus_unit import Unit", "it stands on top"),
        ("gateway.simulation.modbus_unit", "from gateway.demo import screen", "it stands on top"),
        ("gateway.record", "import sqlite3", "pure, and imports sqlite3"),
    ],
)
def test_a_breach_of_the_floors_is_seen(module, source, said):
    engine, drivers, gateway = (
        ["rules.reading", "rules.engine"],
        ["drivers.bus", "drivers.modbus.codec", "drivers.modbus.bus", "drivers.modbus.options"],
        ["drivers.serial.bus", "gateway.clock", "gateway.core", "gateway.record", "gateway.wiring"],
    )
    sources = dict.fromkeys([*engine, *drivers, *gateway], "")
    sources |= dict.fromkeys(["gateway.demo.screen", "gateway.simulation.modbus_unit"], "")
    # A pure policy that imports the wiring above it and a noun beside it: purity is inherited.
    sources["gateway.uplink.delivery"] = "from gateway.record import Record"
    pure = frozenset({"rules.engine", "gateway.uplink.delivery"})
    assert breaches(sources, pure) == []
    if said == "a circle":
        sources["gateway.uplink.delivery"] = "import gateway.core"

    found = breaches(sources | {module: source}, pure)

    assert [breach for breach in found if said in breach], found


def test_each_package_name_has_one_owner_in_the_environment():
    owners = importlib.metadata.packages_distributions()

    for package in PACKAGES:
        # Run from the sources without being installed, it has no distribution at all.
        assert set(owners.get(package, [])) <= {"fire-gateway"}
        spec = importlib.util.find_spec(package)
        assert spec is not None
        assert [Path(place) for place in spec.submodule_search_locations or ()] == [ROOT / package]
