"""`psky` alone: open the workstation."""

from __future__ import annotations

from psky.cli.options import workspace
from psky.cli.settings import in_use


def open_workstation(
    focus: tuple[str, str, int] | None = None, *, session: tuple[str, str] | None = None, read_only: bool = False
) -> None:
    """Open the TUI on the workspace, directly on a symbol, study and trial, or on the session of a symbol, if given.

    Raises:
        SpecError: `[tui.keys]` names what is no action, or gives two actions one key.
    """
    from tui.app import run
    from tui.core import AppCore
    from tui.read_only import ReadOnlyCore

    settings = in_use().settings
    core = AppCore(workspace(), settings.live)
    run(
        ReadOnlyCore(core) if read_only else core,
        focus=focus,
        session=session,
        theme=settings.theme,
        settings=settings.tui,
    )
