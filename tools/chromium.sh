# Installs Chromium, with which slow tests look at `psky serve`, where a Debian system lacks it and root asks.
set -eu
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null
else
  echo "Without Chromium (Debian's chromium) the test that opens the workstation in a browser is skipped." >&2
fi
