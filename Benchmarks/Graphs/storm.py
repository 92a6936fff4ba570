"""The long form of the build system's tests: kills, flipped bits and random graphs by the hundred and thousand."""

import argparse
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Storm:
    what: str
    filter: str
    environment: dict[str, str]
    """Lines that the tests print when they did what was asked for, with these numbers and seeds."""
    said: tuple[str, ...]


def storms(arguments: argparse.Namespace) -> list[Storm]:
    kills, flips, graphs, seed = arguments.kills, arguments.flips, arguments.graphs, arguments.seed
    return [
        Storm(
            f"{kills} kills of coordinator, worker or both, seed {seed}", "CrashStormTests",
            {"PIPELINE_STORM": str(kills), "PIPELINE_STORM_SEED": str(seed)},
            (rf"storm: {kills} kills of \d+ hit, seed {seed}$",),
        ),
        Storm(
            f"{flips} flipped bits in the store, seed {seed}, and as many in the ledger, seed {seed + 1}",
            "DamageTests", {"PIPELINE_FLIPS": str(flips), "PIPELINE_FLIP_SEED": str(seed)},
            (rf"storm: {flips} flips in the store, seed {seed}$",
             rf"storm: {flips} flips in the ledger, seed {seed + 1},"),
        ),
        Storm(
            f"{graphs} random graphs under twelve edits each, seeds 0 to {graphs - 1}",
            "RandomGraphTests", {"PIPELINE_RANDOM_GRAPHS": str(graphs)},
            (rf"executedSetIsTheOracles\(seed:\).* with {graphs} test cases passed",),
        ),
    ]


def verdict(storm: Storm, status: int, output: str) -> tuple[str, list[str]]:
    """`held` only where the tests ended well and say that they did all that was asked for; and what they said."""
    lines = output.splitlines()
    found = [[line.strip() for line in lines if re.search(pattern, line.strip())] for pattern in storm.said]
    said = [line for some in found for line in some]
    if status != 0:
        return "FAILED", said
    return ("held" if all(found) else "NOT RUN"), said


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
        judged, said = verdict(storm, result.returncode, result.stdout)
        print(f"{judged}: {storm.what}, {time.monotonic() - start:.0f} s", flush=True)
        print("\n".join(f"  {line}" for line in said), flush=True)
        if judged != "held":
            failed += 1
            lines = result.stdout.splitlines()
            issues = [line for line in lines if "recorded an issue" in line] or lines[-5:]
            print("\n".join(issues)[-4000:])
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
