"""The published vectors of triple barriers, costs and fills."""

from __future__ import annotations

from typing import Any

import pytest

from psky._core import bracket, fill_order, net_r
from psky.engine.codes import LoneStatus, Status
from tests.engine_cases import Print, tape, venue
from tests.vectors.load import vectors

LABELS = {"TP": Status.TARGET, "SL": Status.STOP, "TO": Status.TIME, "CENSORED": Status.CENSORED}
# The vectors hold half lots.
LOTS = 2


@pytest.mark.parametrize("vector", vectors("triple_barrier"))
def test_triple_barrier(vector: dict[str, Any]) -> None:
    given, expected = vector["inputs"], vector["expected"]
    rows = zip(given["ts_ms"], given["px"], given["side"], strict=True)
    prints = [Print(ts_us=ts_ms * 1000, price=price, size=1, side=side) for ts_ms, price, side in rows]
    config = venue(fill=given["tp_rule"], slippage_ticks=int(given.get("slip_ticks", 0)))

    result = bracket(
        tape(prints),
        given["i_fill"],
        given["D"],
        given["entry"],
        given["SL"],
        given["TP"],
        given["H_ms"] * 1000,
        config,
    )

    assert result.status[0] == LABELS[expected["label"]]
    if expected["label"] != "CENSORED":
        assert result.exit_row[0] == expected["exit_idx"]
        assert result.exit_ts_us[0] == expected["t1"] * 1000
        assert result.exit_ticks[0] == expected["exit_px"]
        assert result.gross_r[0] == pytest.approx(expected["r_gross"], abs=vector["tol"])


@pytest.mark.parametrize("vector", vectors("trade_outcomes_R"))
def test_costs(vector: dict[str, Any]) -> None:
    given, expected = vector["inputs"], vector["expected"]
    side, entry = given["D"], given["entry"]
    risk = abs(entry - given["SL"])
    funding = sum(rate * mark for rate, mark in given["funding"])

    def leave(price: float, rate: float, slippage: float) -> float:
        return net_r(side, entry, price - side * slippage, risk, given["f_entry"], rate, funding)

    win = leave(given["TP"], given["f_tp"], 0.0)
    loss = leave(given["SL"], given["f_sl"], given["slip_sl"])
    timeout = leave(given["exit_to"], given["f_to"], given["slip_to"])

    assert (win, loss, timeout) == pytest.approx((expected["win"], expected["loss"], expected["to"]), abs=1e-9)
    assert expected["RR"] - win == pytest.approx(expected["c_tp"], abs=1e-9)
    assert -(loss + 1) == pytest.approx(expected["c_sl"], abs=1e-9)


@pytest.mark.parametrize("vector", vectors("sim_fill"))
def test_fills(vector: dict[str, Any]) -> None:
    given, order, expected = vector["inputs"], vector["inputs"]["order"], vector["expected"]
    prints = [Print(ts_us=ts, price=price, size=size * LOTS, side=side) for ts, price, size, side in given["tape"]]
    config = venue(
        fill=given["rule"],
        queue_ahead_lots=given["Q0"] * LOTS,
        latency_us=given.get("lat_in", 0),
        cancel_latency_us=given.get("lat_cancel", 0),
    )

    status, fills, remaining, queue_left = fill_order(
        tape(prints, 0.5),
        order["side"],
        order["px"],
        order["qty"] * LOTS,
        order["t_submit"],
        order.get("t_cancel"),
        config,
    )

    assert LoneStatus(status).name == expected["status"]
    assert [[row, ts, lots / LOTS] for row, ts, lots in fills] == expected["fills"]
    if "remaining" in expected:
        assert (remaining / LOTS, queue_left / LOTS) == (expected["remaining"], expected["queue_left"])
