"""What all peers share: repetitions, the machine, peak memory, and the one JSON object each of them prints."""

import importlib.metadata
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path


def repeat(
    body: Callable[[], object], warmups: int, repetitions: int, seconds: float, wait: bool = False
) -> list[float]:
    """Seconds of each of at least `repetitions` calls of `body`, and of as many more as fit into `seconds`.

    With `wait`, says `ready` after the warm-up and starts when a line comes in: several processes start together.
    """
    for _ in range(warmups):
        body()
    if wait:
        print("ready", flush=True)
        sys.stdin.readline()
    times: list[float] = []
    start = time.perf_counter()
    while len(times) < repetitions or time.perf_counter() - start < seconds:
        before = time.perf_counter()
        body()
        times.append(time.perf_counter() - before)
    return times


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "minimum": min(values), "maximum": max(values)}


def resident_bytes() -> int:
    """The process's memory at this moment, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def peak_bytes() -> int:
    """The most memory that was resident at any time, interpreter and libraries included."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def machine(packages: list[str]) -> dict[str, object]:
    cpu = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in packages}
    switches = {name: os.environ[name] for name in ("ONEDNN_MAX_CPU_ISA", "OPENBLAS_CORETYPE") if name in os.environ}
    return {"cpu": cpu, "cores": cores, "system": platform.system(), "versions": versions, "environment": switches}


def report(benchmark: str, result: dict[str, object], packages: list[str]) -> None:
    print(json.dumps({"benchmark": benchmark, **result, "peakBytes": peak_bytes(), "machine": machine(packages)}))
