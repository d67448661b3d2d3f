"""`psky` alone: open the workstation."""

from __future__ import annotations

from psky.cli.options import workspace
from psky.cli.settings import in_use


def open_workstation(focus: tuple[str, str, int] | None = None) -> None:
    """Open the TUI on the workspace, directly on a symbol, study and trial where `focus` names them."""
    from tui.app import run

    run(workspace(), focus=focus, theme=in_use().settings.theme)
