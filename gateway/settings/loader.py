"""From the text of a site file to settings, or to everything that is wrong with it.

One pass reads each entry into a draft, one looks at what entries say of each other, one compiles
the rules. All of them note problems and go on; settings come out only where no problem is more
than a warning. Advice is given on a site that can be used: before that it would only repeat, in
other words, what is wrong.
"""

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar

from gateway.settings.advice import advise
from gateway.settings.assemble import Sections, assemble
from gateway.settings.check_conditions import check_conditions
from gateway.settings.compile_rules import compile_rules
from gateway.settings.cross_checks import SiteDrafts, by_id, check_site
from gateway.settings.findings import Findings
from gateway.settings.model import Gateway, Identity, Metrics, Settings, Uplink
from gateway.settings.owner import MOST_CONTACTS, Contact, Page
from gateway.settings.read_entries import (
    Drafts,
    read_buses,
    read_detectors,
    read_outputs,
    read_rules,
    read_schedules,
    read_zones,
)
from gateway.settings.read_fields import check_keys, read_items, read_mapping, read_object
from gateway.settings.read_profile import ProfileShelf
from gateway.settings.written import WrittenSite
from gateway.settings.yaml_nodes import MappingNode, Node, SequenceNode, read_yaml
from rules.problem import Problem

Part = TypeVar("Part")
Written = TypeVar("Written")


def load_site(
    text_bytes: bytes, file: str, profile_texts: Mapping[str, bytes]
) -> tuple[Settings | None, tuple[Problem, ...]]:
    """Read a site file.

    Args:
        text_bytes: what the file holds.
        file: its name, for the places of problems.
        profile_texts: the profiles that may be named: by file name, what each holds. The id of a
            profile is the name without folder and ending; only those that the site names are read.

    Returns:
        The settings, or None where a problem is more than a warning; and all problems, those of
        the site file first, in the order of its lines.
    """
    root, problems = read_yaml(text_bytes, file)
    findings = Findings()
    findings.add(*problems)
    shelf = ProfileShelf(profile_texts)
    settings = None
    if root is not None:
        mapping = read_mapping(root, "a site file", findings)
        if mapping is not None:
            settings = _read_site(mapping, shelf, hashlib.sha256(text_bytes).hexdigest(), findings)
    findings.add(*shelf.problems)
    ordered = tuple(
        sorted(findings.problems, key=lambda problem: (problem.place.file != file, problem.place))
    )
    fit = all(problem.warning for problem in ordered)
    return settings if fit else None, ordered


def _read_site(
    root: MappingNode, shelf: ProfileShelf, fingerprint: str, findings: Findings
) -> Settings | None:
    check_keys(root, (WrittenSite,), findings)
    sections = Sections(
        site=_section(Identity, root, "site", findings),
        gateway=_section(Gateway, root, "gateway", findings),
        uplink=_section(Uplink, root, "uplink", findings),
        metrics=_section(Metrics, root, "metrics", findings),
        contacts=_read_contacts(root, findings),
        page=_section(Page, root, "page", findings),
    )
    drafts = _read_drafts(root, shelf, findings)
    check_site(drafts, shelf.ids, findings)
    rules = compile_rules(drafts, findings)
    check_conditions(drafts, rules, findings)
    if not all(problem.warning for problem in (*findings.problems, *shelf.problems)):
        return None
    settings = assemble(sections, drafts, rules, shelf, fingerprint)
    advise(settings, root, findings)
    return settings


def _section(cls: type[Part], root: MappingNode, key: str, findings: Findings) -> Part | None:
    node = root.get(key)
    return None if node is None else read_object(cls, node, key, findings)


def _read_contacts(root: MappingNode, findings: Findings) -> tuple[Contact, ...]:
    node = root.get("contacts")
    items = () if node is None else read_items(node, "contacts", findings) or ()
    if node is not None and len(items) > MOST_CONTACTS:
        findings.refuse(
            node, f"contacts: at most {MOST_CONTACTS}", "whom to call first comes first"
        )
    read = (read_object(Contact, item, "a contact", findings) for item in items)
    return tuple(contact for contact in read if contact is not None)


def _read_drafts(root: MappingNode, shelf: ProfileShelf, findings: Findings) -> SiteDrafts:
    """Read the lists; those that name something come after what they name."""
    buses = _read_list(root, "buses", lambda node: read_buses(node, findings))
    wired = by_id(buses)
    return SiteDrafts(
        buses=buses,
        zones=_read_list(root, "zones", lambda node: read_zones(node, findings)),
        detectors=_read_list(
            root, "detectors", lambda node: read_detectors(node, wired, shelf, findings)
        ),
        outputs=_read_list(
            root, "outputs", lambda node: read_outputs(node, wired, findings), absent=()
        ),
        schedules=_read_list(
            root, "schedules", lambda node: read_schedules(node, findings), absent=()
        ),
        rules=_read_list(root, "rules", lambda node: read_rules(node, findings), absent=()),
    )


def _read_list(
    root: MappingNode,
    key: str,
    read: Callable[[Node], Drafts[Written]],
    absent: Drafts[Written] | None = None,
) -> Drafts[Written] | None:
    """Read a list; None where it is none, so that what names its entries is not wrong as well."""
    node = root.get(key)
    if node is None:
        return absent
    drafts = read(node)
    return drafts if isinstance(node, SequenceNode) else None
