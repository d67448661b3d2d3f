"""Trading live until stopped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from psky.app.live_arming import use_up_arming
from psky.app.live_plan import LiveRequest, prepare
from psky.app.live_sessions import SessionView, view_session
from psky.app.live_venue import at_venue
from psky.app.workspace import Workspace
from psky.domain.progress import OnProgress, ignore_progress, stages
from psky.live.folder import live_root
from psky.live.limits import LiveLimits
from psky.live.start import started
from psky.log import logger

_LOG = logger(__name__)
_STAGES: Final = ("recovering and checking", "trading", "ended")


def run_live(
    workspace: Workspace,
    request: LiveRequest,
    limits: LiveLimits,
    *,
    stopped: Callable[[], bool],
    on_progress: OnProgress = ignore_progress,
) -> SessionView:
    """Trade until stopped, until the market ends, or until the exchange refuses; go on with a session that was cut off.

    Raises:
        UsageError: no such symbol, study, trial, environment or keys.
        ModelError: no model, or one of another spec, schema or version.
        NotArmed: real money that nobody armed, or a guard that tripped.
        NotFlat: it ended and the account may not be flat.
        LiveError: as `psky.live.start.started`.
    """
    say = stages(_STAGES, on_progress)
    say(0)
    plan, root = prepare(workspace, request, limits), live_root(workspace.model_root, request.symbol)
    use_up_arming(plan.environment, root, request.symbol)
    with at_venue(plan, root, request.balance_usdt) as ready, started(ready, workspace.model_root) as session:
        name = session.ways.folder.name
        _LOG.info("live", session=name, environment=plan.environment.name, study=request.study, trial=request.trial)
        say(1)
        session.run(stopped)
    say(2)
    return view_session(workspace, request.symbol, name)
