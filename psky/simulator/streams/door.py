"""The doors of the streams: `/v5/public/linear`, `/v5/private` and `/v5/trade`, and what clients say on them."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from aiohttp import WSMsgType, web

from psky.simulator.clock import wall_ms
from psky.simulator.errors import Refusal, refusal
from psky.simulator.faults import Where
from psky.simulator.forms import integer
from psky.simulator.rest.gateway import handler
from psky.simulator.signing import check_socket, check_time
from psky.simulator.streams.hub import pong_ms
from psky.simulator.streams.socket import Socket

if TYPE_CHECKING:
    from psky.simulator.site import Site
    from psky.simulator.streams.hub import Hub

PATHS: Final[dict[str, Where]] = {
    "/v5/public/linear": "public",
    "/v5/private": "private",
    "/v5/trade": "trade",
}
_ALL_IN_ONE = {"order", "execution", "execution.fast", "position", "wallet", "greeks", "dcp.future"}
_CATEGORISED = {f"{topic}.linear" for topic in ("order", "execution", "execution.fast", "position")}
_PUBLIC = re.compile(
    r"(publicTrade|tickers|allLiquidation|liquidation|priceLimit)\.\w+|orderbook\.(1|50|200|1000)\.\w+"
    r"|kline\.(1|3|5|15|30|60|120|240|360|720|D)\.\w+"
)
_WAY_S: Final = 0.02
"""How long a subscription is under way: clients, pybit among them, note what they asked for once they have asked."""
_TRADE_OPS = {
    "order.create": ("order.create", "create"),
    "order.amend": ("order.amend", "amend"),
    "order.cancel": ("order.cancel", "cancel"),
    "order.create-batch": ("order.create_batch", "batch_create"),
    "order.amend-batch": ("order.amend_batch", "batch_amend"),
    "order.cancel-batch": ("order.cancel_batch", "batch_cancel"),
}


class Door:
    """Lets sockets in and listens to them."""

    def __init__(self, site: Site, hub: Hub) -> None:
        self._site = site
        self._hub = hub

    def add_routes(self, app: web.Application) -> None:
        """Serve every stream."""
        for path in PATHS:
            app.router.add_get(path, self._serve)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._site.is_down:
            return web.Response(status=503)
        if not self._site.connections.admits(wall_ms()):
            return web.Response(status=403)
        socket = Socket(self._site, request, PATHS[request.path], next(self._hub.numbers))
        await socket.web.prepare(request)
        self._hub.sockets.append(socket)
        writer = asyncio.create_task(socket.write())
        try:
            await self._listen(socket, _active_s(request, self._site.config.idle_cut_s))
        finally:
            self._hub.sockets.remove(socket)
            writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
        return socket.web

    async def _listen(self, socket: Socket, idle_s: float) -> None:
        while True:
            try:
                message = await socket.web.receive(timeout=idle_s)
            except TimeoutError:
                await socket.web.close()
                return
            if message.type is not WSMsgType.TEXT:
                return
            if socket.is_silent:
                continue
            try:
                said = msgspec.json.decode(message.data)
            except (msgspec.DecodeError, RecursionError):
                said = {}
            if isinstance(said, dict):
                self._hear(socket, said)

    def _hear(self, socket: Socket, said: dict[str, Any]) -> None:
        op = said.get("op")
        if op == "ping":
            socket.send(_pong(socket, said))
        elif op == "auth":
            socket.send(self._authorise(socket, said))
        elif op in {"subscribe", "unsubscribe"} and socket.where != "trade":
            asyncio.get_running_loop().call_later(_WAY_S, self._subscribe, socket, said)
        elif op in _TRADE_OPS and socket.where == "trade":
            socket.send(self._trade(socket, said))
        else:
            socket.send({**_ack(socket, said, "invalid op"), "op": str(op)})

    def _authorise(self, socket: Socket, said: dict[str, Any]) -> dict[str, Any]:
        code, text = 0, ""
        try:
            check_socket(self._site.config.keys, said.get("args"), self._site.now_ms)
            socket.is_authorised = True
        except Refusal as refused:
            code, text = refused.code, refused.message
        if socket.where == "trade":
            words = text or "OK"
            return {
                "reqId": said.get("reqId", ""),
                "retCode": code,
                "retMsg": words,
                "op": "auth",
                "connId": socket.conn_id,
            }
        return _ack(socket, said, text)

    def _subscribe(self, socket: Socket, said: dict[str, Any]) -> None:
        topics = said.get("args")
        topics = [str(topic) for topic in topics] if isinstance(topics, list) else []
        if said["op"] == "unsubscribe":
            socket.topics -= set(topics)
            socket.send(_ack(socket, said, ""))
            return
        wrong = self._wrong(socket, topics)
        if not wrong:
            socket.topics |= set(topics)
        socket.send(_ack(socket, said, wrong))
        if not wrong:
            self._snapshots(socket, topics)

    def _wrong(self, socket: Socket, topics: list[str]) -> str:
        if not topics:
            return "error:params error"
        known = [topic for topic in topics if topic in socket.topics]
        if known:
            return f"error:already subscribed,topic:{known[0]}"
        if socket.where == "private" and not socket.is_authorised:
            return "Request not authorized"
        bad = [topic for topic in topics if not self._is_known(socket, topic)]
        if bad:
            return f"error:handler not found,topic:{bad[0]}"
        wanted = socket.topics | set(topics)
        if wanted & _CATEGORISED and wanted & {topic.removesuffix(".linear") for topic in _CATEGORISED}:
            return "error:all-in-one and categorised topics cannot be mixed"
        return ""

    def _is_known(self, socket: Socket, topic: str) -> bool:
        if socket.where == "private":
            return topic in _ALL_IN_ONE | _CATEGORISED
        return bool(_PUBLIC.fullmatch(topic)) and topic.rpartition(".")[2] == self._site.exchange.symbol

    def _snapshots(self, socket: Socket, topics: list[str]) -> None:
        for topic in topics:
            if topic.startswith("orderbook."):
                socket.send(self._hub.book_message(int(topic.split(".")[1])))
            elif topic.startswith("tickers."):
                socket.send(self._hub.ticker_message())
            elif topic.startswith("kline."):
                socket.send(self._hub.kline_message(topic))

    def _trade(self, socket: Socket, said: dict[str, Any]) -> dict[str, Any]:
        site, (name, group) = self._site, _TRADE_OPS[said["op"]]
        code, text, data, headers = 0, "OK", {}, {}
        try:
            if not socket.is_authorised:
                raise refusal("no_permission")
            head, order = _head(said), _order(said)
            check_time(integer(head, "X-BAPI-TIMESTAMP", 0), integer(head, "X-BAPI-RECV-WINDOW", 5000), site.now_ms)
            batch = order.get("request")
            headers = site.limits.take(group, wall_ms(), len(batch) if isinstance(batch, list) else 1)
            data = handler(name)(site, order)
        except Refusal as refused:
            code, text = refused.code, refused.message
        ext_info, site.ext_info = site.ext_info, {}
        return {
            "reqId": said.get("reqId", ""),
            "retCode": code,
            "retMsg": text,
            "op": said["op"],
            "data": data,
            "retExtInfo": ext_info,
            "header": {**headers, "Traceid": socket.conn_id, "Timenow": str(wall_ms())},
            "connId": socket.conn_id,
        }


def _active_s(request: web.Request, usual: float) -> float:
    asked = request.query.get("max_active_time", "")
    match = re.fullmatch(r"(\d+)(s|m)", asked)
    if match is None:
        return usual
    return min(600.0, max(30.0, float(match[1]) * (60 if match[2] == "m" else 1)))


def _ack(socket: Socket, said: dict[str, Any], wrong: str) -> dict[str, Any]:
    return {
        "success": not wrong,
        "ret_msg": wrong,
        "conn_id": socket.conn_id,
        "req_id": str(said.get("req_id") or ""),
        "op": said.get("op", ""),
    }


def _pong(socket: Socket, said: dict[str, Any]) -> dict[str, Any]:
    now = pong_ms()
    if socket.where == "public":
        return {**_ack(socket, said, ""), "ret_msg": "pong"}
    if socket.where == "private":
        return {"req_id": str(said.get("req_id") or ""), "op": "pong", "args": [now], "conn_id": socket.conn_id}
    return {"reqId": said.get("reqId", ""), "retCode": 0, "op": "pong", "data": [now], "connId": socket.conn_id}


def _head(said: dict[str, Any]) -> dict[str, Any]:
    head = said.get("header") or {}
    if not isinstance(head, dict):
        raise refusal("bad_params", "header invalid")
    return head


def _order(said: dict[str, Any]) -> dict[str, Any]:
    args = said.get("args")
    if not isinstance(args, list) or len(args) != 1 or not isinstance(args[0], dict):
        raise refusal("bad_params", "args invalid")
    order: dict[str, Any] = args[0]
    return order
