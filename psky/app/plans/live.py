"""What a live session would do."""

from __future__ import annotations

from dataclasses import dataclass

from psky.app.live_plan import LiveRequest, prepare
from psky.app.workspace import Workspace
from psky.live.folder import live_root
from psky.live.limits import LiveLimits
from psky.live.start import session_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePlan:
    """What a live session would do."""

    symbol: str
    study: str
    trial: int
    environment: str
    real_money: bool
    keys: str
    """Where they were found; never what they are."""
    goes_on: str | None
    """The session that was cut off and would be gone on with, None for a new one."""
    limits: LiveLimits


def plan_live(workspace: Workspace, request: LiveRequest, limits: LiveLimits) -> LivePlan:
    """Return what a live session would do. Raises as `prepare`."""
    plan = prepare(workspace, request, limits)
    folder = session_folder(plan, live_root(workspace.model_root, request.symbol))
    return LivePlan(
        symbol=plan.symbol,
        study=plan.study,
        trial=plan.trial,
        environment=plan.environment.name,
        real_money=plan.environment.real_money,
        keys=plan.keys.source,
        goes_on=folder.name if folder.path.exists() else None,
        limits=limits,
    )
