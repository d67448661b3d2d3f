from __future__ import annotations

from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import ModalScreen, Screen

from tui.keys import bind
from tui.screens.panel import Panel
from tui.widgets.pane import Pane


class HelpScreen(ModalScreen[None]):
    """Every key that does something on a screen, made from its bindings."""

    BINDINGS: ClassVar[list[BindingType]] = [bind("escape,question_mark,q,backspace", "close", "close")]

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._guide = guide(screen)

    def compose(self) -> ComposeResult:
        """Show the text in a box."""
        with Container():
            yield Pane(id="help")

    def on_mount(self) -> None:
        """Fill the box."""
        pane = self.query_one(Pane)
        pane.border_title = "help"
        pane.border_subtitle = "esc closes · j k scroll"
        pane.show(self._guide)
        pane.focus()

    def action_close(self) -> None:
        """Go back."""
        self.dismiss()


def guide(screen: Screen[Any]) -> Content:
    """Return what the help says: the panel's words, then its keys by where they belong."""
    lines = [Content(screen.GUIDE), Content()] if isinstance(screen, Panel) else []
    for title, keys in _groups(screen).items():
        lines.append(Content.styled(title, "bold $accent"))
        lines += [Content.assemble((f"  {' '.join(names):<18}", "$primary"), text) for text, names in keys.items()]
        lines.append(Content())
    return Content("\n").join(
        [*lines, Content("A click on a header sorts, a double click opens, a click on a key presses it.")]
    )


def _groups(screen: Screen[Any]) -> dict[str, dict[str, list[str]]]:
    groups: dict[str, dict[str, list[str]]] = {"this panel": {}}
    display = screen.app.get_key_display
    for node, binding, enabled, _ in screen.active_bindings.values():
        if enabled and binding.description and not binding.system:
            title = "everywhere" if isinstance(node, App) else "this panel" if node is screen else _kind(node)
            names, name = groups.setdefault(title, {}).setdefault(binding.description.lower(), []), display(binding)
            if name not in names:  # several keys may be shown as one
                names.append(name)
    return groups


def _kind(node: object) -> str:
    return {"Table": "in the table", "Pane": "in the text"}.get(type(node).__name__, "under the cursor")
