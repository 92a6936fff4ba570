"""How long the quick profile takes from an empty cache."""

import os
import subprocess
import tempfile
import time

from alternate import BenchmarkError

NAME, LIMIT = "quick-profile", 480.0


def run(program: str) -> dict[str, object]:
    """The row's line of the record: its ratio is the time taken over the time allowed."""
    if not os.access(program, os.X_OK):
        raise BenchmarkError(f"row {NAME} runs {program}, which is not there; `make bench` builds it")
    print(f"{NAME}: the whole quick profile from an empty cache", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        result = subprocess.run(
            [program, "all", "--profile", "quick", "--cache", f"{folder}/cache", "--outputs", f"{folder}/outputs"],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.monotonic() - start
    if result.returncode != 0:
        raise BenchmarkError(f"the quick profile ended with status {result.returncode}: {result.stderr.strip()[-300:]}")
    ratio = seconds / LIMIT
    print(f"    {seconds:.0f} s of {LIMIT:.0f} s allowed", flush=True)
    return {
        "what": "the whole quick profile from an empty cache",
        "unit": "s",
        "against": "allowed",
        "ours": seconds,
        "peer": LIMIT,
        "ratio": {"median": ratio, "minimum": ratio, "maximum": ratio},
        "ratios": [ratio],
        "bound": 1,
        "atMost": True,
        "holds": ratio <= 1,
        "rounds": 1,
        "tried": {},
        "disturbance": None,
    }
