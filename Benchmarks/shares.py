#!/usr/bin/env python3
"""Where a training step's time goes: `perf record` on `repro bench step`, functions grouped by what they do.

  shares.py                                              width 64, 32×32, 128 pairs, two threads
  shares.py --width 16 --side 16 --pairs 256 --threads 1

What stands after `--` or is not known here goes to `repro bench step`. Needs perf, and leave to count (as root, or with
kernel.perf_event_paranoid at most 1).
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The first that is found in a function's name counts.
GROUPS = {
    "products: Winograd's, projector, samples": "RegisterProducts",
    "products by tile registers: convolutions": "tiles_32by32",
    "products by tile registers: projector, predictor, samples": "tiles_blocks",
    "packing for tile registers": "tiles_|TilePacking|TileConvolution|TileMapping|TileWeightGradient|TileProduct",
    "direct convolutions: strided, 1×1, stem, small images": (
        "Direct|SlidingKernels|PairedConvolution|ConvolutionRuns|ConvolutionColumns|PackedColumns"
    ),
    "transforms and padding": "Winograd|InputActivation",
    "batch norm, ReLU, sums": "RowKernels|OutputGradient|BatchNormalisation|ColumnMoments|Elementwise|GlobalAveragePool",
    "packing for products": "MatrixProduct",
    "loss": "BatchProducts|Objective",
    "optimiser": "Optimiser",
}
REST = "all else: copies, the system"


def shares(report: str) -> dict[str, float]:
    """Percent of the samples by group, of the lines `12.34%  name` that perf prints."""
    result = dict.fromkeys([*GROUPS, REST], 0.0)
    for percent, name in re.findall(r"^\s*([\d.]+)%\s+\[.\]\s+(.+)$", report, re.M):
        group = next((group for group, pattern in GROUPS.items() if re.search(pattern, name)), REST)
        result[group] += float(percent)
    result[REST] += 100 - sum(result.values())
    return result


def run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        reason = " / ".join(done.stderr.strip().splitlines()[-2:])
        sys.exit(f"shares.py: {' '.join(command[:4])} … ended with status {done.returncode}: {reason}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=str(ROOT / ".build/release/repro"), help="this project's release build")
    given, options = parser.parse_known_args()
    if shutil.which("perf") is None:
        sys.exit("shares.py: perf is not on the PATH; install linux-perf")
    with tempfile.TemporaryDirectory() as folder:
        data = f"{folder}/perf.data"
        words = [word for word in options if word != "--"]
        run(["perf", "record", "-o", data, given.program, "bench", "step", "--method", "barlow-twins", *words])
        report = run(["perf", "report", "-i", data, "--sort", "symbol", "--stdio", "--percent-limit", "0"])
    for group, share in shares(report).items():
        print(f"{share:5.1f}%  {group}")


if __name__ == "__main__":
    main()
