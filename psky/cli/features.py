"""`psky features`: what the model sees."""

from __future__ import annotations

import typer

from psky.cli import output
from psky.cli.options import Json
from psky.domain.time import timeframe_name

app = typer.Typer(help="Describe the features.", no_args_is_help=True)


@app.command("list")
def list_(json: Json = False) -> None:
    """List the features of a touch under the default spec: name, family, timeframe, formula, warm-up, known at.

    x[-1] is x one bar of the timeframe before; a quotient is 0 where its divisor is, as where nothing moves.
    RSI, ATR, ADX and DI are those of Wilder; averages are seeded as TA-Lib seeds them.

    Example: psky features list --json
    """
    from psky.market.features import touch_schema
    from psky.spec.spec import Spec

    columns = ("name", "family", "timeframe", "warm_up_bars", "known_at", "formula")
    features = [
        {
            "name": info.name,
            "family": info.family,
            "timeframe": timeframe_name(info.timeframe_s) if info.timeframe_s else "",
            "warm_up_bars": info.warm_up_bars,
            "known_at": info.known_at,
            "formula": info.formula,
        }
        for info in touch_schema(Spec())
    ]
    if json:
        output.print_json({"features": features})
        return
    output.print_table("Features", columns, [[str(feature[column]) for column in columns] for feature in features])
