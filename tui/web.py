"""The workstation in a browser: textual-serve on loopback, one process of the TUI for each page that is open."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from textual_serve.server import Server

_HOST = "127.0.0.1"
_OURS = "'self' data: blob: 'unsafe-inline' 'unsafe-eval'"


class LoopbackServer(Server):
    """Serves a command that is a Textual app to browsers on this machine, and to no page of another origin.

    A browser lets any page open a socket to loopback; what it cannot forge is the origin that it says it comes from.
    """

    def __init__(self, command: str, port: int, tell: Callable[[str], None]) -> None:
        super().__init__(command, host=_HOST, port=port, title="psky", public_url=f"http://{_HOST}:{port}")
        self._tell = tell

    def serve(self, debug: bool = False) -> None:  # noqa: FBT001, FBT002 - as textual-serve declares it
        """Serve until Ctrl-C; say where, once pages are answered."""
        self.debug = debug
        app, tell = self._make_app(), self._tell
        web.run_app(app, host=self.host, port=self.port, access_log=None, print=lambda *_: tell(self.public_url))

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing yet."""

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard())
        return app

    def _guard(self) -> Middleware:
        here = f"{_HOST}:{self.port}"
        policy = f"default-src {_OURS}; connect-src 'self' ws://{here}"

        @web.middleware
        async def only_ours(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.host != here or request.headers.get("Origin", self.public_url) != self.public_url:
                raise web.HTTPForbidden(text=f"expected a request to and from {self.public_url}")
            response = await handler(request)
            if not response.prepared:
                # Its page asks for a font elsewhere, which nobody there needs to know of.
                response.headers["Content-Security-Policy"] = policy
            return response

        return only_ours
