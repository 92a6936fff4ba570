"""The long form of the build system's tests: kills, flipped bits and random graphs by the hundred and thousand."""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Storm:
    what: str
    filter: str
    environment: dict[str, str]


def storms(arguments: argparse.Namespace) -> list[Storm]:
    return [
        Storm(
            f"{arguments.kills} kills of coordinator, worker or both, seed {arguments.seed}", "CrashStormTests",
            {"PIPELINE_STORM": str(arguments.kills), "PIPELINE_STORM_SEED": str(arguments.seed)},
        ),
        Storm(
            f"{arguments.flips} flipped bits in the store, and as many in the ledger, seed {arguments.seed}",
            "DamageTests", {"PIPELINE_FLIPS": str(arguments.flips), "PIPELINE_FLIP_SEED": str(arguments.seed)},
        ),
        Storm(
            f"{arguments.graphs} random graphs under twelve edits each, seeds 0 to {arguments.graphs - 1}",
            "RandomGraphTests", {"PIPELINE_RANDOM_GRAPHS": str(arguments.graphs)},
        ),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--flips", type=int, default=1000)
    parser.add_argument("--graphs", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--test", nargs="+", default=["swift", "test"], help="how tests are started")
    arguments = parser.parse_args()
    failed = 0
    for storm in storms(arguments):
        start = time.monotonic()
        command = [*arguments.test, "--skip-build", "--filter", storm.filter]
        result = subprocess.run(
            command, env=os.environ | storm.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        verdict = "held" if result.returncode == 0 else "FAILED"
        print(f"{verdict}: {storm.what}, {time.monotonic() - start:.0f} s", flush=True)
        said = [line for line in result.stdout.splitlines() if " kills in " in line or " flips hit " in line]
        print("\n".join(said), flush=True)
        if result.returncode != 0:
            failed += 1
            print("\n".join(line for line in result.stdout.splitlines() if "recorded an issue" in line)[-4000:])
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
