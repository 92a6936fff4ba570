#!/usr/bin/env python3
"""Times every algorithm on the shapes between which `Convolution.best(for:)` chooses, and prints them as a table.

example: shapes.py --repro .build/release/repro
"""

import argparse
import json
import subprocess
from pathlib import Path

ALGORITHMS = ("winograd", "direct", "gemm")
PARTS = ("forward", "data gradient", "weight gradient")
TYPES = {"WinogradConvolution": "winograd", "DirectConvolution": "direct", "PairedConvolution": "direct"}

# side, input channels, output channels, stride: those of ResNet-18 at widths 8, 16 and 64, and small images.
SHAPES = [
    *((side, 8, 8, 1) for side in (32, 16)),
    *((side, 16, 16, 1) for side in (16, 8, 4, 3, 2, 1)),
    *((side, 32, 32, 1) for side in (8, 4, 3, 2)),
    *((side, 64, 64, 1) for side in (32, 8, 4, 3, 2)),
    *((side, 128, 128, 1) for side in (16, 4, 3, 2)),
    (8, 256, 256, 1),
    (4, 512, 512, 1),
    (2, 512, 512, 1),
    (16, 16, 32, 2),
    (32, 64, 128, 2),
]


def measure(program: Path, shape: tuple[int, int, int, int], repetitions: int) -> dict[str, object]:
    side, inputs, outputs, stride = shape
    # As many images as make about three milliseconds of arithmetic, so that small shapes are measurable.
    images = max(4, min(2048, 2_000_000_000 // (9 * side * side * inputs * outputs // stride**2)))
    values = {"side": side, "inputs": inputs, "outputs": outputs, "stride": stride, "images": images}
    command = [str(program), "bench", "convolution", "--threads", "1", "--steps", str(repetitions), "--json"]
    command += [word for name, value in values.items() for word in (f"--{name}", str(value))]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repro", type=Path, default=Path(".build/release/repro"))
    parser.add_argument("--repetitions", type=int, default=9)
    given = parser.parse_args()
    print("| shape | Winograd over direct | forward | data gradient | weight gradient | direct over GEMM | chosen |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for shape in SHAPES:
        report = measure(given.repro, shape, given.repetitions)
        times = {
            algorithm: [report[f"{algorithm} {part} seconds"]["minimum"] for part in PARTS]
            for algorithm in ALGORITHMS
            if f"{algorithm} {PARTS[0]} seconds" in report
        }
        direct, gemm = times["direct"], times["gemm"]
        winograd = times.get("winograd")
        ratios = [f"{d / w:.2f}" for d, w in zip(direct, winograd, strict=True)] if winograd else ["–"] * 3
        whole = f"{sum(direct) / sum(winograd):.2f}" if winograd else "–"
        side, inputs, outputs, stride = shape
        name = f"{side}×{side}, {inputs} → {outputs}" + (f", stride {stride}" if stride > 1 else "")
        chosen = TYPES[str(report["chosen"])]
        print(f"| {name} | {whole} | {' | '.join(ratios)} | {sum(gemm) / sum(direct):.2f} | {chosen} |", flush=True)


if __name__ == "__main__":
    main()
