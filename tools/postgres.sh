# Installs PostgreSQL, which slow tests start on loopback, where a Debian system lacks it and root asks.
set -eu
if ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
else
  echo "Without PostgreSQL (Debian's postgresql) the test that tunes on it is skipped." >&2
fi
