"""How near a trial's probabilities come to the planted ones of a synthetic tape (METHOD 0.5 and 8)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from psky.app.data import synthetic_params
from psky.app.studies import find_study
from psky.app.train import checked_tape
from psky.app.workspace import Workspace
from psky.decision.expectation import two_ends
from psky.engine.payoff import payoffs
from psky.errors import DataError, UsageError
from psky.learn.reliability import by_mass, calibration_error, effective_band
from psky.learn.scores import auc, auc_standard_error
from psky.learn.weights import average_uniqueness, effective_rows
from psky.market.psg1 import Psg1Params, generate
from psky.market.psg1_oracle import episode_probabilities, fill_probabilities
from psky.replay.dataset import Dataset, build_dataset
from psky.replay.periods import folds, holdout
from psky.replay.run import replay_part, train
from psky.replay.statistics.sharpe import moments, psr
from psky.tuning.looks import count_look
from psky.tuning.summary import read_summary

Floats = NDArray[np.float64]

_BINS, _BAND, _BAND_REPS = 10, 0.99, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class TruthReport:
    """The model's P(target first) against the planted one, out of sample, on the touches that filled and resolved.

    The planted probability is that of the generator's own state at the fill and of all episodes to come; it knows no
    time limit. What cannot be computed is None.
    """

    tested: int
    """All touches of the folds and the hold-out."""
    opened: int
    """Those that the policy accepted, whether they filled or not."""
    touches: int
    """Those that filled and resolved: all that follows is about them."""
    effective_rows: float
    """Independent touches that these overlapping ones amount to (METHOD 1.2)."""
    correlation: float | None
    bias: float
    """Mean of the model's less the planted."""
    rmse: float
    auc: float | None
    oracle_auc: float | None
    """AUC of the planted probabilities themselves: no model can be expected to do better."""
    auc_error: float
    """Standard error of the AUC of scores that know nothing, on so many effective rows."""
    ece: float
    """Expected calibration error over ten bins of equal mass."""
    ece_limit: float
    """Its 99 % quantile for calibrated forecasts on so many effective rows (METHOD 2.3)."""
    entered: int
    """Touches among them that the policy accepted."""
    ev_r: float | None
    """Mean expected value of those by the model, in R."""
    ev_lower_r: float | None
    """The same at the lower bound of p."""
    true_ev_r: float | None
    """The same at the planted probabilities."""
    realised_r: float | None
    """What they earned, each alone on the tape, net in R."""
    realised_error_r: float | None
    """Standard error of that mean, by the effective rows of those."""
    realised_psr: float | None
    """P(their true Sharpe ratio > 0), by the same rows."""

    @property
    def open_share(self) -> float:
        """Share of the tested touches for which the gate opened."""
        return self.opened / self.tested


@dataclass(frozen=True, slots=True, kw_only=True)
class _Predictions:
    """Touches and what the model of their part said of them, shape (n,)."""

    tested: int
    opened: int
    rows: NDArray[np.int64]
    p: Floats
    enter: NDArray[np.bool_]
    ev_r: Floats
    ev_lower_r: Floats


def compare_with_oracle(workspace: Workspace, symbol: str, study: str, trial: int) -> TruthReport:
    """Predict all folds and the hold-out of a trial's synthetic tape, each by the model trained before it, and compare.

    The generator runs again, since its hidden state is kept nowhere. Counts as a look at the hold-out.

    Raises:
        UsageError: no such symbol, study or trial, or a symbol of real trades.
        MismatchError: the tape is not the one that the trial was tuned on.
        DataError: no touch of the folds or the hold-out resolved.
    """
    params = synthetic_params(workspace, symbol)
    if params is None:
        raise UsageError(f"expected a synthetic symbol, whose truth is known, found {symbol}, which holds real trades")
    folder = find_study(workspace, symbol, study)
    summary = read_summary(folder, trial)
    dataset = build_dataset(checked_tape(workspace, symbol, summary), summary.strategy)
    count_look(folder, trial=trial, purpose="truth")
    return _compare(dataset, _out_of_sample(dataset), Psg1Params(**params))


def _out_of_sample(dataset: Dataset) -> _Predictions:
    runs = [replay_part(dataset, part, train(dataset, part)) for part in (*folds(dataset), holdout(dataset))]
    rows = np.concatenate([run.part.test for run in runs])
    known = dataset.resolved[rows]
    if not known.any():
        raise DataError("expected touches that filled and resolved in the folds or the hold-out, found none")
    return _Predictions(
        tested=len(rows),
        opened=sum(int(run.verdicts.enter.sum()) for run in runs),
        rows=rows[known],
        p=np.concatenate([np.asarray(run.evidence.p) for run in runs])[known],
        enter=np.concatenate([run.verdicts.enter for run in runs])[known],
        ev_r=np.concatenate([run.verdicts.ev_r for run in runs])[known],
        ev_lower_r=np.concatenate([run.verdicts.ev_lower_r for run in runs])[known],
    )


def _compare(dataset: Dataset, said: _Predictions, params: Psg1Params) -> TruthReport:
    planted = _planted(dataset, said.rows, params)
    win_r, loss_r = payoffs(dataset.intents, dataset.outcomes.entry_ticks, dataset.venue)
    true_ev_r = two_ends(planted, win_r[said.rows], loss_r[said.rows])
    target_first, error = dataset.target_first[said.rows], said.p - planted
    n_eff = _effective(dataset, said.rows)
    realised_r = dataset.outcomes.net_r[said.rows][said.enter]
    error_r, certainty = _sureness(realised_r, _effective(dataset, said.rows[said.enter]))
    varied = said.p.min() < said.p.max() and planted.min() < planted.max()
    return TruthReport(
        tested=said.tested,
        opened=said.opened,
        touches=len(said.rows),
        effective_rows=n_eff,
        correlation=float(np.corrcoef(said.p, planted)[0, 1]) if varied else None,
        bias=float(error.mean()),
        rmse=float(np.sqrt(np.mean(error**2))),
        auc=auc(said.p, target_first),
        oracle_auc=auc(planted, target_first),
        auc_error=auc_standard_error(target_first) * math.sqrt(len(said.rows) / n_eff),
        ece=calibration_error(said.p, target_first, by_mass(said.p, _BINS)).l1,
        ece_limit=float(effective_band(said.p, _BINS, [_BAND], n_eff=n_eff, reps=_BAND_REPS, seed=0)[0]),
        entered=int(said.enter.sum()),
        ev_r=_mean(said.ev_r[said.enter]),
        ev_lower_r=_mean(said.ev_lower_r[said.enter]),
        true_ev_r=_mean(true_ev_r[said.enter]),
        realised_r=_mean(realised_r),
        realised_error_r=error_r,
        realised_psr=certainty,
    )


def _effective(dataset: Dataset, rows: NDArray[np.int64]) -> float:
    return effective_rows(average_uniqueness(dataset.t0[rows], dataset.t1[rows])) if rows.size else 0.0


def _sureness(realised_r: Floats, n_eff: float) -> tuple[float | None, float | None]:
    """Return the standard error of the mean, and P(true Sharpe ratio > 0)."""
    found = moments(realised_r) if realised_r.size > 1 else None
    if found is None or n_eff <= 1:
        return None, None
    certainty = psr(found.sharpe, 0.0, n_eff, found.skew, found.kurtosis)
    return float(realised_r.std(ddof=1)) / math.sqrt(n_eff), certainty


def _planted(dataset: Dataset, rows: NDArray[np.int64], params: Psg1Params) -> Floats:
    outcomes, intents = dataset.outcomes, dataset.intents
    side = intents.side[rows].astype(np.int64)
    entry = np.rint(outcomes.entry_ticks[rows]).astype(np.int64)
    # Without an edge the walk is fair whatever comes.
    planted = fill_probabilities if params.planted else episode_probabilities
    return planted(
        generate(params),
        outcomes.entry_row[rows],
        entry - side * intents.stop_distance_ticks[rows],
        entry + side * intents.target_distance_ticks[rows],
    )


def _mean(values: Floats) -> float | None:
    return float(values.mean()) if values.size else None
