"""The little web server of the metrics: loopback only, few callers, each with a bound.

The library's own server would ask the name service for this machine's name before it listens, and
let a caller who says nothing keep a thread for ever.
"""

import io
import logging
import socketserver
import threading
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from prometheus_client import CollectorRegistry, make_wsgi_app

log = logging.getLogger(__name__)

LOOPBACK: Final = "127.0.0.1"
MOST_CALLERS: Final = 4  # at once: Prometheus itself, and a person with curl
CALLER_WITHIN_S: Final = 5.0
STOP_WITHIN_S: Final = 2.0
LOOK_EVERY_S: Final = 0.2  # how soon the server sees that it is to stop


class _Log(io.TextIOBase):
    """Takes what the library would print of a mistake, and logs it."""

    def write(self, text: str) -> int:
        """Log it."""
        extra = {"part": "gateway/metrics", "once_an_hour": "metrics server"}
        log.warning("a request for metrics failed: %s", text.strip(), extra=extra)
        return len(text)


class _Handler(WSGIRequestHandler):
    """One request; silent, and given up when the caller is slow."""

    timeout = CALLER_WITHIN_S

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name for it
        """Write no access log."""

    def get_stderr(self) -> Any:
        """Give the stream for mistakes."""
        return _Log()


class _Server(ThreadingMixIn, WSGIServer):
    """A thread a request, and only so many."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        self._places = threading.BoundedSemaphore(MOST_CALLERS)
        super().__init__((LOOPBACK, port), _Handler)

    def server_bind(self) -> None:
        """Bind without asking anybody for the name of this machine."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the caller a thread, or hang up."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve in the caller's thread."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Let a caller that went away go."""


class MetricsServer:
    """Serves a registry; port 0 takes a free one."""

    def __init__(self, registry: CollectorRegistry, port: int) -> None:
        self._server = _Server(port)
        self._server.set_app(make_wsgi_app(registry))
        self.port: int = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_EVERY_S,), name="metrics", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(STOP_WITHIN_S)
