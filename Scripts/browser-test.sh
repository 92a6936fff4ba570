#!/usr/bin/env bash
# Opens a report in a real browser and checks that it answers, that everyone can read it, and that it asks for nothing.
#
#   Scripts/browser-test.sh [OUTPUTS] [--pictures FOLDER] [--only NAMES]
#
# OUTPUTS is a folder that `repro all` filled, outputs as a rule. Beside it, pages with hostile content and of the paper's
# size are checked, which the tests write.
set -euo pipefail
cd "$(dirname "$0")/.."

outputs=outputs
if [ $# -gt 0 ] && [ "${1#--}" = "$1" ]; then
  outputs=$1
  shift
fi
bash Scripts/install-browser.sh
pages=$(mktemp -d)
trap 'rm -rf "$pages"' EXIT
REPRO_PAGES=$pages swift test --skip-build --filter SamplePagesTests >/dev/null
python3 Tests/Browser/check_seal.py "$outputs/report/index.html"
python3 Tests/Browser/check_report.py "$outputs/report/index.html" --axe .build/browser/axe.min.js \
  --hostile "$pages/hostile.html" --large "$pages/large.html" "$@"
