#!/usr/bin/env bash
# Builds once, runs every suite, and ends with the totals of all suites: "N passed, N failed".
# Usage: ./test.sh [-c Release]
set -uo pipefail
cd "$(dirname "$0")"

configuration=Debug
[ "${1:-}" = -c ] && configuration=${2:?}
output=$(tr '[:upper:]' '[:lower:]' <<<"$configuration")
results=artifacts/test-results
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
suite_seconds=2400

passed=0
failed=0

# report <suite> <passed> <failed> [note]
report() {
  passed=$((passed + $2))
  failed=$((failed + $3))
  printf '%-28s %5d passed %5d failed  %s\n' "$1" "$2" "$3" "${4:-}"
}

finish() {
  echo
  [ $((passed + failed)) -gt 0 ] || { echo "No test ran."; failed=1; }
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}

# run_check <name> <command...>: a check that counts as one test.
run_check() {
  local name=$1 log="$results/$1.log"
  shift
  if "$@" >"$log" 2>&1; then report "$name" 1 0; else tail -n 40 "$log"; report "$name" 0 1 "see $log"; fi
}

# run_suite <project file>: what did not run counts as failed, and so does a suite without tests or without a result file.
run_suite() {
  local name log trx code counts total suite_passed suite_failed
  name=$(basename "$1" .csproj)
  log="$results/$name.log"
  trx="$results/$name.trx"
  timeout -k 20 "$suite_seconds" "artifacts/bin/$name/$output/$name" -noLogo -noColor -trx "$trx" >"$log" 2>&1
  code=$?
  counts=$(sed -n 's/.*<Counters total="\([0-9]*\)".* passed="\([0-9]*\)".*/\1 \2/p' "$trx" 2>/dev/null)
  if [ -z "$counts" ]; then
    tail -n 40 "$log"
    report "$name" 0 1 "no result file, exit code $code, see $log"
    return
  fi
  read -r total suite_passed <<<"$counts"
  suite_failed=$((total - suite_passed))
  if [ "$suite_failed" = 0 ] && { [ "$code" != 0 ] || [ "$total" = 0 ]; }; then suite_failed=1; fi
  [ "$suite_failed" = 0 ] || grep -v '^ *\(Discover\|Start\|Finish\)' "$log" | tail -n 200
  report "$name" "$suite_passed" "$suite_failed" "$([ "$suite_failed" = 0 ] || echo "exit code $code, see $log")"
}

rm -rf "$results"
mkdir -p "$results"

eng/install-test-dependencies.sh || { report install 0 1; finish; }
dotnet build Pomost.slnx -c "$configuration" -v q --nologo >"$results/build.log" 2>&1 ||
  { sort -u "$results/build.log" | grep -E 'error|Error' | head -n 40; report build 0 1 "see $results/build.log"; finish; }

for project in tests/*.Tests/*.Tests.csproj; do run_suite "$project"; done
run_check format dotnet format Pomost.slnx --verify-no-changes --no-restore

finish
