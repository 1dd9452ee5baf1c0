#!/usr/bin/env bash
# Makes the pictures in docs/images anew: starts the demo on a folder of its own, logs in and photographs its pages.
# Needs what the tests need (.NET SDK, Node, Chromium); the browser is driven by the Playwright that comes with the panel's tests.
# Usage: eng/make-screenshots.sh [output folder]      Environment: POMOST_CHROMIUM, LANGUAGE_OF_PICTURES (pl or en)
set -euo pipefail
cd "$(dirname "$0")/.."

output=$(realpath -m "${1:-docs/images}")
program=artifacts/bin/Pomost.App/debug/pomost
playwright=$PWD/artifacts/bin/Pomost.Panel.Tests/debug/.playwright/package
chromium=${POMOST_CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}

dotnet build tests/Pomost.Panel.Tests -v q --nologo
folder=$(mktemp -d)
demo=
finish() {
  [ -z "$demo" ] || kill "$demo" 2>/dev/null || true
  [ -z "$demo" ] || wait "$demo" 2>/dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

"$program" demo --data "$folder/data" --urls http://127.0.0.1:0 --json --customers 2000 --guests 600 --orders 6000 --living 20 >"$folder/facts" 2>"$folder/log" &
demo=$!
# One line comes once the import is done.
until [ -s "$folder/facts" ]; do
  kill -0 "$demo" 2>/dev/null || { tail -n 20 "$folder/log" >&2; exit 1; }
  sleep 1
done

mkdir -p "$output"
FACTS="$folder/facts" DATA="$folder/data" PROGRAM="$program" PLAYWRIGHT="$playwright" CHROMIUM="$chromium" OUTPUT="$output" node eng/make-screenshots.cjs
ls -l "$output"
