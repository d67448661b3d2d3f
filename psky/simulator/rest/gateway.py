"""Every request of the REST interface: who asks, how often, what goes wrong, and the envelope of the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from psky.simulator.clock import wall_ms
from psky.simulator.errors import Refusal, refusal
from psky.simulator.faults import Fault
from psky.simulator.rest import account, market, order, position
from psky.simulator.signing import check_request
from psky.simulator.site import endpoints

if TYPE_CHECKING:
    from psky.simulator.site import Site

Handler = Callable[["Site", dict[str, Any]], dict[str, Any]]
_MODULES = {"account": account, "market": market, "order": order, "position": position}


def handler(name: str) -> Handler:
    """Return the function that an endpoint names."""
    module, _, function = name.partition(".")
    found: Handler = getattr(_MODULES[module], function)
    return found


class Gateway:
    """The REST side of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def add_routes(self, app: web.Application) -> None:
        """Serve every endpoint."""
        for method in ("get", "post"):
            for path, entry in endpoints()[method].items():
                app.router.add_route(method.upper(), path, self._route(entry))

    def _route(self, entry: dict[str, str]) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, entry)

        return serve

    async def _serve(self, request: web.Request, entry: dict[str, str]) -> web.StreamResponse:
        site, body = self._site, await request.text()
        if site.is_down:
            return web.Response(status=503)
        if not site.requests.admits(wall_ms()):
            return web.Response(status=403, text="Access too frequent. Please try again in 10 minutes.")
        fault = site.faults.of_request(request.path, site.elapsed_s)
        spoilt = await self._spoil(request, fault)
        if spoilt is not None:
            return spoilt
        headers: dict[str, str] = {}
        try:
            params = self._admit(request, entry, body, headers)
            result = _lost(params) if fault and fault.kind == "lost_request" else self._act(entry, params)
            answer = envelope(0, "OK", result, site.ext_info)
        except Refusal as refused:
            answer = envelope(refused.code, refused.message, {}, {})
        site.ext_info = {}
        if fault is not None and fault.kind == "lost_answer":
            return hang_up(request)
        return web.Response(body=msgspec.json.encode(answer), content_type="application/json", headers=headers)

    def _admit(self, request: web.Request, entry: dict[str, str], body: str, headers: dict[str, str]) -> dict[str, Any]:
        site, is_post = self._site, request.method == "POST"
        params = _decoded(body) if is_post else dict(request.query)
        group = entry.get("limit")
        if group is not None:
            now_ms = site.now_ms
            payload = body if is_post else request.rel_url.raw_query_string
            check_request(site.config.keys, request.headers, payload, now_ms, writes=is_post)
            count = len(params["request"]) if isinstance(params.get("request"), list) else 1
            headers.update(site.limits.headers(group, wall_ms()))
            headers.update(site.limits.take(group, wall_ms(), max(1, count)))
        return params

    def _act(self, entry: dict[str, str], params: dict[str, Any]) -> dict[str, Any]:
        return handler(entry["do"])(self._site, params)

    # What goes wrong before a request is looked at.
    async def _spoil(self, request: web.Request, fault: Fault | None) -> web.StreamResponse | None:
        if fault is None:
            return None
        if fault.kind == "restart":
            self._site.restart(fault.seconds)
            return hang_up(request)
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "http":
            return web.Response(status=fault.status, text="")
        elif fault.kind == "ret_code":
            answer = envelope(fault.code, f"fault {fault.code}", {}, {})
            return web.Response(body=msgspec.json.encode(answer), content_type="application/json")
        return None


def hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def envelope(code: int, message: str, result: Any, ext_info: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an answer as every endpoint gives it."""
    return {"retCode": code, "retMsg": message, "result": result, "retExtInfo": ext_info, "time": wall_ms()}


def _decoded(body: str) -> dict[str, Any]:
    try:
        params = msgspec.json.decode(body or "{}")
    except (msgspec.DecodeError, RecursionError) as error:  # the latter of one that is too deep
        raise refusal("bad_params", "body is no JSON") from error
    if not isinstance(params, dict):
        raise refusal("bad_params", "body is no JSON object")
    return params


# An acknowledgement of what will never be.
def _lost(params: dict[str, Any]) -> dict[str, Any]:
    return {"orderId": params.get("orderId") or "lost", "orderLinkId": params.get("orderLinkId", "")}
