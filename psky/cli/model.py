"""`psky model`: what a trial's models are worth out of sample, and why they decided as they did."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from psky.cli import output
from psky.cli.choose import choose_study, choose_trial
from psky.cli.options import DataDir, Json, ModelDir, Study, SymbolArgument, Trial, symbol_or_folder, workspace
from psky.domain.time import utc_text

if TYPE_CHECKING:
    from psky.learn.quality import Forecast, Quality
    from psky.replay.model_report import Explanation, ModelReport

app = typer.Typer(help="Judge and explain the models of a trial.", no_args_is_help=True)

Top = Annotated[int, typer.Option("--top", min=1, help="Columns to show.")]


@app.command("report")
def report(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    *,
    paths: Annotated[bool, typer.Option("--paths", help="Also fit combinatorial cross-validation.")] = False,
    top: Top = 15,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Judge a trial's models on its folds: calibration, lift, forecasts, importance, drift, leaks.

    Example: psky model report BTCUSDT --study first --trial 17
    """
    from psky.app.model import report_model

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = choose_study(here, name, study)
    found = report_model(here, name, chosen, choose_trial(here, name, chosen, trial), with_paths=paths)
    if json:
        output.print_json(_plain(found))
    else:
        _print_report(found, top)


@app.command("explain")
def explain(
    symbol: SymbolArgument = None,
    study: Study = None,
    trial: Trial = None,
    *,
    touch: Annotated[int, typer.Option("--touch", min=0, help="Touch, counted from 0 in time order.")],
    top: Top = 15,
    data_dir: DataDir = None,
    model_dir: ModelDir = None,
    json: Json = False,
) -> None:
    """Say what each column added to the log-odds of one touch, by the model trained before it.

    Example: psky model explain BTCUSDT --study first --trial 17 --touch 900
    """
    from psky.app.model import explain_touch

    name = symbol_or_folder(symbol, data_dir, model_dir)
    here = workspace(data_dir, model_dir)
    chosen = choose_study(here, name, study)
    found = explain_touch(here, name, chosen, choose_trial(here, name, chosen, trial), touch)
    if json:
        output.print_json(dataclasses.asdict(found))
    else:
        _print_explanation(found, top)


def _plain(found: ModelReport) -> dict[str, object]:
    plain = dataclasses.asdict(found)
    table = plain["quality"]["reliability"]
    plain["quality"]["reliability"] = {name: column.tolist() for name, column in table.items()}
    plain["quality"]["calibrated"] = found.quality.calibrated
    plain["drift"] = [dataclasses.asdict(column) | {"shifted": column.shifted} for column in found.drift]
    return plain


def _print_report(found: ModelReport, top: int) -> None:
    _print_parts(found)
    _print_quality(found.quality)
    output.print_table(
        "Tenths by expected value at the lower bound of p",
        (">rows", ">p", ">target first", ">lift", ">EV", ">EV low", ">realised R"),
        [
            (
                f"{b.rows:,}",
                f"{b.p:.3f}",
                f"{b.target_first:.3f}",
                _number(b.lift, ".2f"),
                f"{b.ev_r:+.3f}",
                f"{b.ev_lower_r:+.3f}",
                f"{b.realised_r:+.3f}",
            )
            for b in found.lift
        ],
    )
    _print_forecasts({"all": found.all_rows, "entered": found.entered})
    output.print_table(
        "Importance",
        ("column", ">share of gain", ">log loss when shuffled"),
        [(c.name, f"{c.gain_share:.1%}", _number(c.permuted_log_loss, "+.5f")) for c in found.importance[:top]],
    )
    shifted = sum(column.shifted for column in found.drift)
    output.print_table(
        f"Drift into the last fold: {shifted} of {len(found.drift)} columns shifted",
        ("column", ">PSI", ">limit", "shifted"),
        [(c.name, f"{c.psi:.3f}", f"{c.threshold:.3f}", "yes" if c.shifted else "") for c in found.drift[:top]],
    )
    if found.paths:
        output.print_table(
            "Paths of combinatorial cross-validation",
            (">path", ">rows", ">log loss", ">AUC", ">entered", ">realised R"),
            [
                (
                    str(p.path),
                    f"{p.rows:,}",
                    f"{p.log_loss:.4f}",
                    _number(p.auc, ".3f"),
                    f"{p.entered:,}",
                    _number(p.realised_r, "+.3f"),
                )
                for p in found.paths
            ],
        )


def _print_parts(found: ModelReport) -> None:
    output.print_table(
        "Models",
        ("fold", ">trained on", ">tested on", "calibration", "loss", ">base log loss", ">log loss", ">leaked rows"),
        [
            (
                part.part,
                f"{part.train_rows:,}",
                f"{part.test_rows:,}",
                part.calibration,
                "trees" if part.loss_trees else f"{part.loss_excess_r:+.3f} R",
                f"{part.base_log_loss:.4f}",
                f"{part.log_loss:.4f}",
                str(len(found.leaks[part.part].leaked)),
            )
            for part in found.parts
        ],
    )


def _print_quality(found: Quality) -> None:
    error, corp, bins = found.calibration_error, found.corp, found.murphy
    verdict = "as calibrated ones would" if found.calibrated else "more than calibrated ones would"
    output.print_table(
        f"Probabilities out of sample: {found.rows:,} touches, {found.base_rate:.1%} target first",
        ("score", ">value", "parts"),
        [
            ("log loss", f"{found.log_loss:.4f}", f"{found.clipped} clipped"),
            ("Brier", f"{found.brier:.4f}", f"skill {_number(found.brier_skill, '+.4f')}"),
            ("  in bins", "", f"reliability {bins.reliability:.4f} resolution {bins.resolution:.4f}"),
            ("  CORP", "", f"miscalibration {corp.miscalibration:.4f} discrimination {corp.discrimination:.4f}"),
            ("ECE", f"{error.l1:.4f}", f"95 % {found.ece_q95:.4f}, 99 % {found.ece_q99:.4f}: off {verdict}"),
            ("Spiegelhalter z", _number(found.spiegelhalter_z, "+.2f"), ""),
            ("AUC", _number(found.auc, ".3f"), ""),
        ],
    )
    table = found.reliability
    output.print_table(
        "Reliability",
        (">rows", ">said", ">came true"),
        [
            (f"{rows:,}", f"{said:.3f}", f"{true:.3f}")
            for rows, said, true in zip(table.rows, table.forecast, table.outcome, strict=True)
        ],
    )


def _print_forecasts(found: dict[str, Forecast]) -> None:
    output.print_table(
        "Expected against realised, each touch alone, mean R",
        ("touches", ">rows", ">EV", ">EV low", ">realised", ">its error"),
        [
            (
                name,
                f"{row.rows:,}",
                _number(row.ev_r, "+.3f"),
                _number(row.ev_lower_r, "+.3f"),
                _number(row.realised_r, "+.3f"),
                _number(row.realised_se_r, ".3f"),
            )
            for name, row in found.items()
        ],
    )


def _print_explanation(found: Explanation, top: int) -> None:
    side = "long" if found.side > 0 else "short"
    output.print_table(
        f"Touch {found.touch}, {side}, {utc_text(found.ts_us)} UTC, judged by the model of {found.part}",
        ("column", ">value", ">log-odds"),
        [("(base)", "", f"{found.base_log_odds:+.4f}")]
        + [(c.name, f"{c.value:.4g}", f"{c.log_odds:+.4f}") for c in found.contributions[:top]]
        + [("(all columns)", "", f"{found.raw_log_odds:+.4f}")],
    )
    output.say(
        f"p {found.p:.3f} (at least {found.p_lower:.3f}), gain {found.gain_r:+.3f} R, loss {found.loss_r:+.3f} R, "
        f"EV {found.ev_r:+.3f} R (at least {found.ev_lower_r:+.3f}): {found.reason}"
    )


def _number(value: float | None, shape: str) -> str:
    return "" if value is None else format(value, shape)
