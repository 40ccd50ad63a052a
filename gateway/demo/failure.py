"""What ends a demo before its time."""


class DemoError(Exception):
    """The demo cannot go on; the text says why, in one line or a few, for the person before it."""
