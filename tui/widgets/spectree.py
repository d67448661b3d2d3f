from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.binding import BindingType
from textual.widgets import Tree

from psky.domain.text import anything
from tui.keys import bind

if TYPE_CHECKING:
    from psky.app.trial_report import Setting

_CHANGED, _SAME = "≠", " "


class SpecTree(Tree[str]):
    """A spec by section; what differs from the default has a sign, its default beside it, and an open section."""

    ALLOW_MAXIMIZE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bind("j", "cursor_down", "line down", show=False),
        bind("k", "cursor_up", "line up", show=False),
        bind("g", "scroll_home", "top", show=False),
        bind("G", "scroll_end", "bottom", show=False),
        bind("space", "toggle_node", "open or shut a section", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's word
        super().__init__("spec", id=id)
        self.show_root = False
        self.guide_depth = 2

    def show(self, sections: Mapping[str, tuple[Setting, ...]]) -> None:
        """Show another spec."""
        self.clear()
        changed = 0
        for section, settings in sections.items():
            count = sum(setting.changed for setting in settings)
            changed += count
            node = self.root.add(_title(section, count), data=section, expand=count > 0)
            for setting in sorted(settings, key=lambda setting: not setting.changed):
                node.add_leaf(_line(setting), data=f"{section}.{setting.name}={_plain(setting.value)}")
        self.cursor_line = 0
        self.border_title = f"spec · {changed} values differ from the defaults"

    def copy_text(self) -> str:
        """Return the line under the cursor as `--set` and `--fix` take it."""
        node = self.cursor_node
        return "" if node is None or node.data is None else node.data


def _title(section: str, count: int) -> Text:
    return Text.assemble((section, "bold"), (f"  {_CHANGED} {count}" if count else "", "dim"))


def _line(setting: Setting) -> Text:
    sign = _CHANGED if setting.changed else _SAME
    line = Text.assemble(f"{sign} {setting.name} ", (_plain(setting.value), "bold" if setting.changed else ""))
    if setting.changed:
        line.append(f"  default {_plain(setting.default)}", "dim")
    if setting.tuned:
        line.append("  tuned", "dim")
    return line


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else anything(value)
