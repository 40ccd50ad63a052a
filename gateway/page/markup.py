"""The page as HTML: one template, one style, one script, all inside the answer itself.

What is shown comes from site files, devices and brokers: Jinja escapes all of it. The policy names
style and script by their hashes and allows nothing else, so that even what got through would not
run, and nothing is fetched from anywhere but here.
"""

import base64
import hashlib
from functools import partial
from importlib.resources import files
from typing import Final

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from gateway.page.page_view import PageView
from gateway.text import Language, phrase

REFRESH_S: Final = 5  # where there is no script
TEMPLATE: Final = "page.html.jinja"
OTHER: Final = {Language.ENGLISH: Language.VIETNAMESE, Language.VIETNAMESE: Language.ENGLISH}


def _text_of(name: str) -> str:
    return (files("gateway.page") / name).read_text(encoding="utf-8")


def _hash_of(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class Markings:
    """Writes pages.

    Attributes:
        policy: the Content-Security-Policy that goes with each.
    """

    def __init__(self) -> None:
        environment = Environment(
            loader=FunctionLoader(_text_of),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template(TEMPLATE)
        self._style, self._script = _text_of("page.css"), _text_of("page.js")
        self.policy = "; ".join(
            (
                "default-src 'none'",
                f"style-src 'sha256-{_hash_of(self._style)}'",
                f"script-src 'sha256-{_hash_of(self._script)}'",
                "connect-src 'self'",
                "img-src data:",
                "base-uri 'none'",
                "form-action 'none'",
                "frame-ancestors 'none'",
            )
        )

    def whole(self, page: PageView) -> str:
        """Give the document."""
        return self._rendered(page, whole=True)

    def part(self, page: PageView) -> str:
        """Give what changes of it: the element `page`."""
        return self._rendered(page, whole=False)

    def _rendered(self, page: PageView, *, whole: bool) -> str:
        say = partial(phrase, page.language)
        headline = say("page.gist.lost") if page.is_lost else page.hero.headline
        return self._template.render(
            page=page,
            say=say,
            title=" · ".join(filter(None, (headline, page.site))),
            other=OTHER[page.language].value,
            whole=whole,
            refresh_s=REFRESH_S,
            # Our own files, and no data: neither holds what would end its element.
            style=Markup(self._style),  # noqa: S704  see above
            script=Markup(self._script),  # noqa: S704  likewise
        )
