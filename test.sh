#!/usr/bin/env bash
# Builds everything and runs every test. Ends with a line "Tests: N passed, N failed" (and ", N skipped" if any).
#
#   ./test.sh           the fast run
#   ./test.sh --slow    the long runs as well (soak, fuzz, large random models)
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

for argument in "$@"; do
  case "$argument" in
    --slow) export FASTORM_SLOW=1 ;;
    *) echo "test.sh: unknown option '$argument'. There is only --slow." >&2; exit 2 ;;
  esac
done

if ! command -v dotnet >/dev/null; then
  echo "test.sh: the .NET SDK 10 is missing. Install it, so that 'dotnet --version' answers, and run this again." >&2
  exit 2
fi

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
install() { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; }
is_debian() { [ "$(uname -s)" = Linux ] && command -v apt-get >/dev/null; }

# EF Core's JSON columns need SQLite 3.38; the one that comes with the packages is older, Debian's is not.
if is_debian && ! /sbin/ldconfig -p | grep -q 'libsqlite3\.so\.0'; then
  install libsqlite3-0 || {
    echo "test.sh: SQLite 3.38 or newer is missing, and could not be installed. Run: apt-get install libsqlite3-0" >&2
    exit 2
  }
fi

# The tests start a PostgreSQL server of their own, in a temporary directory; Debian's package need not start one.
has_postgres() { command -v postgres || ls /usr/lib/postgresql/*/bin/postgres; }
if [ -z "${FASTORM_POSTGRES:-}" ] && ! has_postgres >/dev/null 2>&1; then
  no_cluster=/etc/postgresql-common/createcluster.d/fastorm-tests.conf
  is_debian && as_root mkdir -p "${no_cluster%/*}" && echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null \
    && install postgresql && as_root rm "$no_cluster" || {
    echo "test.sh: PostgreSQL is missing, and could not be installed. Run: apt-get install postgresql" >&2
    echo "         Or set FASTORM_POSTGRES to the connection string of a server on which databases may be created." >&2
    exit 2
  }
fi

# So does Redis. Debian's package starts a server when it is installed, unless it is told not to.
if ! command -v redis-server >/dev/null; then
  policy=/usr/sbin/policy-rc.d
  no_service() {
    if [ -e "$policy" ]; then install redis-server; return; fi
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" && install redis-server
    local status=$?
    as_root rm -f "$policy"
    return "$status"
  }
  is_debian && no_service || {
    echo "test.sh: redis-server is missing, and could not be installed. Run: apt-get install redis-server" >&2
    exit 2
  }
fi

# The shop is tested in a real browser: the system's own, because nothing is downloaded by the tests.
has_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
if [ -z "${FASTORM_CHROMIUM:-}" ] && ! has_browser >/dev/null; then
  is_debian && install chromium || {
    echo "test.sh: Chromium is missing, and could not be installed. Run: apt-get install chromium" >&2
    echo "         Or set FASTORM_CHROMIUM to the path of a Chromium or Chrome." >&2
    exit 2
  }
fi

export DOTNET_CLI_UI_LANGUAGE=en DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# The queries of the integration tests run a few times each: what the runtime's compiler makes of them costs more than they do. It does less in
# the fast run; in the slow one it does what it does in production.
quick=()
[ "${FASTORM_SLOW:-}" = 1 ] || quick=(env DOTNET_JITMinOpts=1 DOTNET_TieredCompilation=0)

passed=0 failed=0 skipped=0
if dotnet build FastOrm.Cache.sln --configuration Debug --verbosity quiet --nologo; then
  for project in tests/Unit tests/Integration; do
    [ "$project" = tests/Integration ] && compiler=("${quick[@]}") || compiler=()
    ${compiler[@]+"${compiler[@]}"} dotnet test "$project" --configuration Debug --no-build --nologo --logger "console;verbosity=minimal" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    # The runner's own last line: "Passed!  - Failed: 0, Passed: 12, Skipped: 0, Total: 12, …".
    summary=$(grep -oE 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+, Total: +[0-9]+' "$log" | tail -n 1)
    number() { grep -oE "$1: +[0-9]+" <<<"$summary" | grep -oE '[0-9]+'; }
    if [ -n "$summary" ] && [ "$(number Total)" -gt 0 ]; then
      passed=$((passed + $(number Passed)))
      skipped=$((skipped + $(number Skipped)))
      here_failed=$(number Failed)
    else
      here_failed=0
    fi
    # A run that breaks off, or that runs nothing, has failed whatever it has counted.
    if [ "$here_failed" -eq 0 ] && { [ "$status" -ne 0 ] || [ -z "$summary" ] || [ "$(number Total)" -eq 0 ]; }; then
      here_failed=1
    fi
    failed=$((failed + here_failed))
  done
else
  failed=1
fi

line="Tests: $passed passed, $failed failed"
if [ "$skipped" -gt 0 ]; then line="$line, $skipped skipped"; fi
echo "$line"
[ "$failed" -eq 0 ]
