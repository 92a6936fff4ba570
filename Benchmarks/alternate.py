"""Runs programs in turn and says what else the machine did meanwhile."""

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rows import Row, Setting


class BenchmarkError(Exception):
    """One sentence: which command failed, how, and what to do."""


@dataclass(frozen=True)
class Measurement:
    value: float
    reports: list[dict[str, object]]
    """What each process printed."""
    disturbance: float | None
    """Share of the machine that others took meanwhile; None where the system does not tell."""


def busy_seconds() -> float | None:
    """What all processors have spent on anything since they started, time stolen by other machines included."""
    try:
        fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    except OSError:
        return None
    user, nice, system, _, _, interrupts, soft_interrupts, stolen = fields
    return (user + nice + system + interrupts + soft_interrupts + stolen) / os.sysconf("SC_CLK_TCK")


def children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def number(report: dict[str, object], path: str) -> float:
    """The number at `path`, such as `seconds.median` or `peakBytes - libraryBytes`."""
    total, sign = 0.0, 1
    for word in path.split():
        if word in "+-":
            sign = 1 if word == "+" else -1
            continue
        value: object = report
        for key in word.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, (int, float)):
            raise BenchmarkError(f"there is no number {word} in what was printed: {json.dumps(report)[:300]}")
        total += sign * value
    return total


class Running:
    """A process of a setting, ended at the latest when the stack that it was put on is left."""

    def __init__(self, command: list[str], environment: dict[str, str], stack: contextlib.ExitStack) -> None:
        self.command = " ".join(command)
        self.errors = stack.enter_context(tempfile.TemporaryFile(mode="w+"))
        pipe = subprocess.PIPE
        try:
            self.process = subprocess.Popen(
                command, env=environment, stdin=pipe, stdout=pipe, stderr=self.errors, text=True
            )
        except OSError as error:
            raise BenchmarkError(
                f"{command[0]} cannot be started ({error.strerror}); build it, or name another place"
            ) from error
        stack.callback(self.end)

    def end(self) -> None:
        self.process.kill()
        self.process.communicate()

    def first_line(self) -> str:
        return self.process.stdout.readline()

    def go(self) -> None:
        # What has ended early shows in `report`, by its status and by what it said.
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write("\n")
            self.process.stdin.flush()

    def report(self, before: str) -> dict[str, object]:
        """The JSON object that it prints, `before` being what was read of it already."""
        output = before + self.process.communicate()[0]
        if self.process.returncode != 0:
            self.errors.seek(0)
            reason = " / ".join(self.errors.read().strip().splitlines()[-3:]) or "it said nothing"
            raise BenchmarkError(f"{self.command} ended with status {self.process.returncode}: {reason}")
        try:
            return json.loads(output)
        except json.JSONDecodeError as error:
            raise BenchmarkError(f"{self.command} printed no JSON object: {output[:200]!r}") from error


def run(setting: Setting, repetitions: int) -> list[dict[str, object]]:
    """What the setting's processes print, which take their time side by side."""
    environment = {name: value for name, value in os.environ.items() if name not in setting.environment}
    environment |= {name: value for name, value in setting.environment.items() if value is not None}
    counts = "--steps" if "--method" in setting.command else "--repetitions"
    together = setting.processes > 1
    command = [*setting.command, counts, str(repetitions), *(["--wait"] if together else [])]
    with contextlib.ExitStack() as stack:
        processes = [Running(command, environment, stack) for _ in range(setting.processes)]
        lines = [process.first_line() if together else "" for process in processes]
        for process in processes if together else []:
            process.go()
        return [
            process.report(before="" if line.strip() == "ready" else line)
            for process, line in zip(processes, lines, strict=True)
        ]


def check(reports: list[dict[str, object]], row: Row, setting: Setting) -> None:
    """That what was measured is what was asked for."""
    for report in reports:
        for name, value in row.expected.items():
            if report.get(name) != value:
                raise BenchmarkError(
                    f"{setting.label} was asked for {name} {value} and reports {report.get(name)}: "
                    f"{' '.join(setting.command)}"
                )


def measure(row: Row, setting: Setting) -> Measurement:
    busy, own, clock = busy_seconds(), children_seconds(), time.monotonic()
    reports = run(setting, row.repetitions)
    elapsed = time.monotonic() - clock
    disturbance = None
    now = busy_seconds()
    if busy is not None and now is not None:
        foreign = now - busy - (children_seconds() - own)
        disturbance = max(0.0, foreign / (elapsed * (os.cpu_count() or 1)))
    check(reports, row, setting)
    path = row.path if setting.label == "ours" else row.peer_path or row.path
    return Measurement(sum(number(report, path) for report in reports), reports, disturbance)


@dataclass(frozen=True)
class Patience:
    """What is done about other programs on the machine."""

    limit: float
    """The share of it that they may take during a run."""
    repetitions: int
    """How often a run that was disturbed is made again."""
    seconds: float
    """How long a run is put off until the others are done."""

    def wait_for_quiet(self) -> None:
        """Returns when others have taken at most `limit` of the machine for two seconds, or when time is up."""
        end = time.monotonic() + self.seconds
        told = False
        while time.monotonic() < end:
            before, clock = busy_seconds(), time.monotonic()
            time.sleep(2)
            after = busy_seconds()
            if before is None or after is None:
                return
            share = (after - before) / ((time.monotonic() - clock) * (os.cpu_count() or 1))
            if share <= self.limit:
                return
            if not told:
                print(f"    waiting: others take {share:.0%} of the machine", file=sys.stderr, flush=True)
                told = True


def undisturbed(row: Row, setting: Setting, patience: Patience) -> Measurement:
    """The first measurement that others disturbed no more than is allowed, or the least disturbed of all."""
    best: Measurement | None = None
    for attempt in range(patience.repetitions + 1):
        patience.wait_for_quiet()
        result = measure(row, setting)
        if best is None or (result.disturbance or 0) < (best.disturbance or 0):
            best = result
        if (best.disturbance or 0) <= patience.limit:
            break
        if attempt < patience.repetitions:
            print(
                f"    {setting.label}: others took {result.disturbance:.0%} of the machine; once more",
                file=sys.stderr,
                flush=True,
            )
    return best
