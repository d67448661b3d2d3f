"""Two backtests side by side, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

from psky.domain import text as fmt
from tui.tones import toned

if TYPE_CHECKING:
    from psky.app.results import ComparedView
    from psky.backtest.compare import OneSided

_NAME, _VALUE = 26, 14


def compared(view: ComparedView) -> Content:
    """Return what tells two backtests apart."""
    found = view.comparison
    lines = [Content.assemble(("A ", "dim"), view.a), Content.assemble(("B ", "dim"), view.b)]
    lines.append(Content(found.difference_words))
    if found.same_ledger:
        lines.append(Content("both did the same, trade for trade: one digest"))
    if not found.same_tape:
        lines.append(Content.styled("▲ the tapes are not the same", "$warning"))
    lines.append(Content(f"{found.common_trades} touches were traded by both"))
    lines += [Content(f"{name} alone: {_alone(one)}") for name, one in (("A", found.only_a), ("B", found.only_b))]
    lines += [Content(), Content.styled(f"{'':<{_NAME}} {'A':>{_VALUE}} {'B':>{_VALUE}}", "bold")]
    lines += [_metric(name, a, b) for name, (a, b) in found.metrics.items()]
    lines += [Content(), Content.styled(f"{len(found.spec)} settings differ", "dim")]
    lines += [_row(name, fmt.anything(a), fmt.anything(b)) for name, (a, b) in found.spec.items()]
    return Content("\n").join(lines)


def _metric(name: str, a: Any, b: Any) -> Content:  # noqa: ANN401 - a metric of any kind
    left, right = fmt.metric(name, a), fmt.metric(name, b)
    signed = (left + right).startswith(("+", "-"))
    return Content.assemble(
        (f"{fmt.title(name):<{_NAME}} ", "dim"),
        toned(a if signed else None, f"{left:>{_VALUE}} "),
        toned(b if signed else None, f"{right:>{_VALUE}}"),
    )


def _row(name: str, left: str, right: str) -> Content:
    return Content.assemble((f"{name:<{_NAME}} ", "dim"), f"{left:>{_VALUE}} {right:>{_VALUE}}")


def _alone(one: OneSided) -> str:
    return f"{fmt.integer(one.trades)} trades, {fmt.signed(one.net_r)} R"
