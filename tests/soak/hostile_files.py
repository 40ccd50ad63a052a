"""Garbled site files and profiles: the loader answers with problems that have a place, or settings.

It never raises, and it takes neither a second nor 100 MB.
"""

from pathlib import Path
from random import Random

from soak.bounds import broken_bound
from soak.garbling import garbled

from gateway.settings.loader import load_site

ROOT = Path(__file__).resolve().parents[2]
PROFILES = {str(file): file.read_bytes() for file in (ROOT / "config/profiles").glob("*.yaml")}
NAMES = {Path(file).stem: file for file in PROFILES}
SITES = [
    file.read_text()
    for folder in ("config/examples", "tests/sites")
    for file in sorted((ROOT / folder).glob("*.yaml"))
]
# A site with one rule for each function, small so that much of it is garbled.
SMALL = (Path(__file__).parent / "small.yaml").read_text()


def failure_of(seed):
    """Garble a file, load it, and give what is wrong, in words, or None."""
    random = Random(seed)
    site, profiles = SMALL if random.random() < 0.8 else random.choice(SITES), PROFILES
    if random.random() < 0.2:
        file = random.choice(sorted(PROFILES))
        text = PROFILES[file].decode()
        profiles = {**PROFILES, file: _bytes(garbled(text, random))}
        site = site.replace("profile: jxct-jxbs-3001-co", f"profile: {Path(file).stem}")
    else:
        site = garbled(site, random)
    found = _load(_bytes(site), profiles)
    if found is None:
        return None
    return f"seed {seed}: {found}\n--- the file, as Python writes it\n{_bytes(site)!r}"


def _load(data, profiles):
    loaded = None

    def load():
        nonlocal loaded
        loaded = load_site(data, "site.yaml", profiles)

    found = broken_bound(load)
    if found:
        return found
    settings, problems = loaded
    if (settings is None) is not any(not problem.warning for problem in problems):
        return "neither settings nor a problem, or both"
    return next((found for each in problems if (found := _misplaced(each, data))), None)


def _misplaced(problem, data):
    if "\n" in str(problem) or "\r" in str(problem):
        return f"more than a line: {problem!r}"
    lines = data.count(b"\n") + data.count(b"\r") + 1
    last = lines if problem.place.file == "site.yaml" else 10_000
    if not (1 <= problem.place.line <= last and problem.place.column >= 1):
        return f"a place that is none: {problem!r}"
    return None


def _bytes(text):
    return text.encode("utf-8", "surrogateescape")
