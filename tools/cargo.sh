# Sourced: leaves a working `cargo` on PATH, or says what to type.
[ -f "$HOME/.cargo/env" ] && . "$HOME/.cargo/env"
if ! cargo --version >/dev/null 2>&1; then
  echo "No Rust toolchain found; trying maturin's bootstrap (puccinialin)." >&2
  if .venv/bin/python -m pip install --quiet puccinialin && settings=$(.venv/bin/python -m puccinialin 2>/dev/null); then
    eval "$(printf '%s\n' "$settings" | sed 's/^/export /')"
  fi
fi
if ! cargo --version >/dev/null 2>&1; then
  echo "psky needs Rust 1.89 or newer to build its core. Install it with rustup (https://rustup.rs):" >&2
  echo "    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y" >&2
  echo "then run make again." >&2
  exit 1
fi
