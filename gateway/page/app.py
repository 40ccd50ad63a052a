"""What browsers get: the page, what has changed of it, and a plain no to everything else."""

from collections.abc import Callable
from typing import Final, Literal

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.page.asked import is_ours, language_of
from gateway.page.bounded_http import LARGEST_HEAD
from gateway.page.compose import nothing_seen, page_of
from gateway.page.markup import Markings
from gateway.page.watch import Watch
from gateway.text import Language

Form = Literal["whole", "part"]

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Pages:
    """Writes each page once for all who ask for it before the gateway says something new."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._markings = Markings()
        self._written: dict[tuple[Language, Form], tuple[object, bool, bytes]] = {}

    @property
    def policy(self) -> str:
        """The Content-Security-Policy."""
        return self._markings.policy

    def written(self, language: Language, form: Form) -> bytes:
        """Give the bytes of a page as it is now."""
        seen, is_lost = self._watch.seen, self._watch.is_lost
        known = self._written.get((language, form))
        if known is not None and known[0] is seen and known[1] == is_lost:
            return known[2]
        page = nothing_seen(language) if seen is None else page_of(seen, language, is_lost=is_lost)
        write = self._markings.whole if form == "whole" else self._markings.part
        written = write(page).encode()
        self._written[language, form] = (seen, is_lost, written)
        return written


class Guard:
    """Answers nothing but plain questions that are put to us; adds the headers to each answer."""

    def __init__(self, app: ASGIApp, names: frozenset[str], policy: str) -> None:
        self._app = app
        self._names = names
        self._headers = [
            (name.lower().encode(), value.encode())
            for name, value in {**HEADERS, "Content-Security-Policy": policy}.items()
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self._headers]
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, answer)

    def _refusal(self, scope: Scope) -> Response | None:
        if scope["method"] != "GET":
            headers = {"Allow": "GET"}
            return PlainTextResponse("this page only shows\n", status_code=405, headers=headers)
        size = len(scope["raw_path"]) + len(scope["query_string"])
        size += sum(len(name) + len(value) for name, value in scope["headers"])
        if size > LARGEST_HEAD:
            return PlainTextResponse("that is too much\n", status_code=431)
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or not is_ours(hosts[0], self._names):
            return PlainTextResponse("this is not that host\n", status_code=421)
        fetched = {value for name, value in scope["headers"] if name == b"sec-fetch-site"}
        if scope["path"] == "/now" and fetched - {b"same-origin", b"none"}:
            return PlainTextResponse("not for other sites\n", status_code=403)
        return None


async def _plainly(_request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse("there is only one page here: /\n", status_code=code)


def app_of(watch: Watch, names: frozenset[str], otherwise: Callable[[], Language]) -> ASGIApp:
    """Make the application.

    Args:
        watch: asks the gateway.
        names: by which this machine may be called.
        otherwise: gives the language of whoever's browser does not say.
    """
    pages = Pages(watch)

    async def answered(request: Request, form: Form) -> Response:
        await watch.fresh()
        accepted = request.headers.get("accept-language", "")
        language = language_of(request.query_params.get("lang"), accepted, otherwise())
        headers = {"Content-Language": language.value, "Vary": "Accept-Language"}
        return HTMLResponse(pages.written(language, form), headers=headers)

    async def whole(request: Request) -> Response:
        return await answered(request, "whole")

    async def part(request: Request) -> Response:
        return await answered(request, "part")

    app = Starlette(
        routes=[Route("/", whole, methods=["GET"]), Route("/now", part, methods=["GET"])],
        middleware=[Middleware(Guard, names=names, policy=pages.policy)],
        exception_handlers={HTTPException: _plainly},
    )
    app.router.redirect_slashes = False  # it would lead to whatever host the asker names
    return app
