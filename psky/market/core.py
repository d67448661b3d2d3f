"""Which Rust core is loaded."""

from __future__ import annotations

from psky import _core

VERSION = _core.__version__
