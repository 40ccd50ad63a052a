"""The commissioning report as one HTML file: no script, nothing loaded from anywhere.

What the report says may come from a site file, a device or a broker: the template escapes it all.
"""

from importlib.resources import files
from typing import Final

from jinja2 import Environment, StrictUndefined

from gateway.commissioning.report import Report
from gateway.control.layout import clean

TEMPLATE: Final = "report.html.j2"


def report_page(report: Report) -> str:
    """Give the page."""
    source = files("gateway.commissioning").joinpath(TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True,
        finalize=_printable,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(source).render(report=report)


def _printable(value: object) -> object:
    """Take out what cannot be printed, or turns the writing round; not of what is escaped."""
    return clean(value) if type(value) is str else value
