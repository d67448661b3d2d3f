# Every check of the project, in the order in which they fail fastest. `sh tools/check.sh fast` leaves out slow tests.
set -eu
. tools/cargo.sh
cargo fmt --version >/dev/null 2>&1 && cargo clippy --version >/dev/null 2>&1 || rustup component add rustfmt clippy
ruff format --check .
ruff check .
mypy
lint-imports
python -m mypy.stubtest psky._core
(
  cd core_rs
  cargo fmt --check
  cargo clippy --locked --all-targets --all-features --quiet -- -D warnings
  cargo test --locked --quiet
  # The engine's invariants over ten thousand random markets each.
  if [ "${1:-}" != fast ]; then
    PROPTEST_CASES=10000 cargo test --locked --quiet --release --lib -- replay::invariants engine::
  fi
)
if [ "${1:-}" = fast ]; then
  pytest -n auto -m "not slow"
else
  sh tools/postgres.sh
  sh tools/chromium.sh
  pytest -n auto
fi
