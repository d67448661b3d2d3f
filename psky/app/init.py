"""A new workspace: its folders and its `psky.toml`."""

from __future__ import annotations

from pathlib import Path

from psky.app.settings import FILE, Settings, to_toml
from psky.errors import UsageError


def init_workspace(here: Path, settings: Settings, *, dry_run: bool = False) -> tuple[Path, ...]:
    """Make the folders and the settings file of a workspace; return what is new. Folders that are there stay.

    Raises:
        UsageError: there is a settings file already, or a folder cannot be made.
    """
    file = here / FILE
    if file.exists():
        raise UsageError(f"expected a folder without {FILE}, found {file}; edit it, or see: psky config show --origin")
    roots = [here / Path(root).expanduser() for root in (settings.data_root, settings.model_root)]
    new = [path for path in roots if not path.is_dir()]
    if not dry_run:
        _make(new)
        file.write_text(to_toml(settings), encoding="utf-8")
    return (*new, file)


def _make(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{folder}: expected a folder that can be made, found: {error.strerror}") from error
