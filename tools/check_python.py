"""Refuse to set up with a Python that psky does not support; this file runs on any Python 3."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - the check is for the Pythons that pyproject.toml refuses
    found = sys.version.split()[0]
    sys.exit("psky needs Python 3.11 or newer; found %s. Try: make PYTHON=python3.12 setup" % found)  # noqa: UP031
