#!/usr/bin/env bash
# Installs what the browser checks need, and nothing that is there already: Chromium, its driver and poppler from the
# distribution,
# axe-core (Mozilla Public License 2.0) from a Python package that carries it, into .build/browser.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
# Draws PDFs, to be held against the SVGs that they are prints of.
command -v pdftoppm >/dev/null || missing+=(poppler-utils)
if [ ${#missing[@]} -gt 0 ]; then
  if ! command -v apt-get >/dev/null; then
    echo "error: install Chromium, chromedriver and pdftoppm by hand; this is no Debian" >&2
    exit 1
  fi
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  echo "Installing: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    fonts-dejavu-core >/dev/null
fi

folder=.build/browser
if [ ! -s "$folder/axe.min.js" ]; then
  mkdir -p "$folder"
  # By version and digest: what is run in the page is always the same.
  echo "axe-playwright-python==0.1.8 --hash=sha256:fdd263c998388f1a8e67cad02677e612d946248bd44d163be5e8650ea31f95f8" \
    >"$folder/requirements.txt"
  python3 -m pip download --quiet --no-deps --require-hashes --disable-pip-version-check \
    --requirement "$folder/requirements.txt" --dest "$folder"
  python3 - "$folder" <<'PYTHON'
import pathlib, sys, zipfile

folder = pathlib.Path(sys.argv[1])
wheel = next(folder.glob("axe_playwright_python-*.whl"))
with zipfile.ZipFile(wheel) as archive:
    folder.joinpath("axe.min.js").write_bytes(archive.read("axe_playwright_python/axe.min.js"))
PYTHON
fi
