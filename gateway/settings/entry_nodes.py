"""Where the entries of a site file stand, for what is said of a site that has been read."""

from collections.abc import Iterator

from gateway.settings.yaml_nodes import MappingNode, Node, SequenceNode


def items_of(node: Node | None) -> tuple[Node, ...]:
    """Give the items of a list; none where it is none."""
    return node.items if isinstance(node, SequenceNode) else ()


def entries(root: MappingNode, section: str) -> Iterator[MappingNode]:
    """Give the nodes of a list's entries: as many as the settings have, in their order."""
    return (item for item in items_of(root.get(section)) if isinstance(item, MappingNode))


def at(entry: MappingNode, key: str) -> Node:
    """Give where a key's value stands, or the entry as a whole where the key is left out."""
    return entry.get(key) or entry
