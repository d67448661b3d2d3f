"""`psky` alone: open the workstation."""

from __future__ import annotations

from psky.app.workspace import Workspace


def open_workstation(focus: tuple[str, str, int] | None = None) -> None:
    """Open the TUI on the current folder, directly on a symbol, study and trial where `focus` names them."""
    from tui.app import run

    run(Workspace(), focus=focus)
