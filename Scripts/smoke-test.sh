#!/usr/bin/env bash
# Runs the program as a user would, on one small cell of the default profile with real Fashion-MNIST images: from the
# download to Table 1, and nothing at all the second time.
#
#   Scripts/smoke-test.sh [FOLDER]    leaves the cache and the results in a folder, for further checks
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -gt 0 ]; then
  work=$1
  rm -rf "$work"
  mkdir -p "$work"
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
repro() {
  swift run --skip-build repro "$@" --cache "$work/cache" --outputs "$work/outputs" \
    --set 'profiles.quick.sweeps[0].trainImages=512' --set 'profiles.quick.sweeps[0].dimensions=[4]' \
    --set 'profiles.quick.sweeps[1].trainImages=512' --set 'profiles.quick.sweeps[1].dimensions=[4]'
}

repro all
test -s "$work/outputs/report/index.html"
test -s "$work/outputs/tables/table1.tex"
repro status | grep -q '^Everything is up to date' || {
  echo "error: a second run would execute something" >&2
  exit 1
}
repro status --json --set figures.fig4.markerSize=9 | python3 -c '
import json, sys
stale = [node["id"] for node in json.load(sys.stdin)["nodes"] if node["state"] != "up-to-date"]
if stale != ["figure/fig4", "report/index"]:
    sys.exit(f"error: a changed marker size makes {stale} stale, not Figure 4 and the report alone")
'
echo "The program runs from raw images to the report, and executes nothing twice."
