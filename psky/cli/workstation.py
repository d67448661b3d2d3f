"""`psky` alone: open the workstation."""

from __future__ import annotations

from psky.cli.options import workspace
from psky.cli.settings import in_use


def open_workstation(focus: tuple[str, str, int] | None = None, *, read_only: bool = False) -> None:
    """Open the TUI on the workspace, directly on a symbol, study and trial where `focus` names them.

    Raises:
        SpecError: `[tui.keys]` names what is no action, or gives two actions one key.
    """
    from tui.app import run
    from tui.core import AppCore
    from tui.read_only import ReadOnlyCore

    core = AppCore(workspace())
    settings = in_use().settings
    run(ReadOnlyCore(core) if read_only else core, focus=focus, theme=settings.theme, settings=settings.tui)
