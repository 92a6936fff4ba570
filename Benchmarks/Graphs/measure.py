"""Measures the build system, alone and against ninja, Snakemake and DVC: whole processes, by turns, wall time."""

import argparse
import datetime
import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import peers
import table

LIGHT, WORKER = "in the coordinator", "as a job of a worker"


class MeasuringError(Exception):
    """One sentence: which command failed, how, and what to do."""


@dataclass(frozen=True)
class Command:
    words: list[str]
    folder: Path | None = None

    def run(self) -> float:
        """Seconds that the process takes, from its start to its end; it must succeed."""
        start = time.perf_counter()
        try:
            result = subprocess.run(
                self.words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            )
        except OSError as error:
            raise MeasuringError(f"{self.words[0]} cannot be started ({error.strerror}): see README.md") from error
        seconds = time.perf_counter() - start
        if result.returncode != 0:
            said = " / ".join(result.stdout.strip().splitlines()[-3:])
            raise MeasuringError(f"{' '.join(self.words)} ended with status {result.returncode}: {said}")
        return seconds


def by_turns(first: Command, second: Command, rounds: int) -> tuple[list[float], list[float]]:
    """Times of both, measured one after the other, the order changing from round to round."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for index in [0, 1] if number % 2 == 0 else [1, 0]:
            times[index].append((first, second)[index].run())
    return times


@dataclass
class Row:
    """A line of the table. `value` is held to `bound`: a ratio of neighbouring runs, or a quantity of ours alone."""

    what: str
    value: float
    bound: float
    at_most: bool
    unit: str = ""
    ours: str = ""
    against: str = ""
    rounds: int = 1
    spread: list[float] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return self.value <= self.bound if self.at_most else self.value >= self.bound


def milliseconds(times: list[float]) -> str:
    value = statistics.median(times) * 1000
    return f"{value:.3g} ms" if value < 1000 else f"{value / 1000:.3g} s"


def ratio_row(
    what: str, ours: list[float], name: str, theirs: list[float], bound: float, *, faster: bool = False
) -> Row:
    """`faster`: how many times faster ours is; otherwise how many times as long it takes."""
    ratios = [b / a if faster else a / b for a, b in zip(ours, theirs, strict=True)]
    return Row(
        what, statistics.median(ratios), bound, not faster, "×", milliseconds(ours), f"{name}: {milliseconds(theirs)}",
        len(ratios), [min(ratios), max(ratios)],
    )


class Measuring:
    def __init__(self, arguments: argparse.Namespace) -> None:
        self.repro = os.path.abspath(arguments.repro)
        self.bin = os.path.abspath(arguments.bin) if arguments.bin else None
        self.folder = Path(arguments.folder).resolve()
        self.quick: bool = arguments.quick
        self.nodes = 1_000 if self.quick else arguments.nodes
        self.rounds = 3 if self.quick else arguments.rounds
        self.reuses: bool = arguments.reuse
        self.made: set[Path] = set()
        self.spent: list[Path] = []

    def synthetic(self, action: str, count: int, cache: Path, *more: str) -> Command:
        return Command([self.repro, "synthetic", action, "--nodes", str(count), "--cache", str(cache), *more])

    def tool(self, name: str, *more: str, folder: Path) -> Command:
        return Command([os.path.join(self.bin, name) if self.bin else name, *more], folder)

    def fresh(self, name: str) -> Path:
        place = self.folder / name
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        return place

    def prepared(self, name: str, make: Callable[[Path], None]) -> Path:
        """A folder with what a row needs, made once; with --reuse, that of an earlier invocation."""
        place = self.folder / name
        mark = self.folder / f"{name}.made"
        if place not in self.made and not (self.reuses and mark.exists()):
            mark.unlink(missing_ok=True)
            make(self.fresh(name))
            mark.touch()
        self.made.add(place)
        return place

    def full(self, count: int) -> Path:
        """A cache in which every node of that graph has its result."""

        def fill(cache: Path) -> None:
            self.synthetic("all", count, cache).run()
            # The stamps of files just written are not trusted yet: one run more looks at them once again.
            time.sleep(1)
            self.synthetic("all", count, cache).run()

        return self.prepared(f"cache-{count}", fill)

    def noop(self, count: int) -> Command:
        return self.synthetic("all", count, self.full(count))

    # The rows.

    def against_ninja(self) -> Row:
        def make(place: Path) -> None:
            peers.write_ninja(place, peers.edges(self.repro, self.nodes))
            self.tool("ninja", folder=place).run()

        place = self.prepared(f"ninja-{self.nodes}", make)
        ours, theirs = by_turns(self.noop(self.nodes), self.tool("ninja", folder=place), self.rounds)
        return ratio_row(f"nothing stale, {self.nodes:,} nodes", ours, "ninja", theirs, 5)

    def against_itself(self) -> Row:
        large, small = by_turns(self.noop(10 * self.nodes), self.noop(self.nodes), max(3, self.rounds // 2))
        return ratio_row(f"nothing stale, {10 * self.nodes:,} nodes", large, f"{self.nodes:,} nodes", small, 12)

    def against_snakemake(self) -> Row:
        def make(place: Path) -> None:
            peers.write_snakemake(place, peers.edges(self.repro, self.nodes))
            # To run them all would take hours; what is there and in order is up to date as well.
            for index in range(self.nodes):
                (place / f"n{index}").write_text(f"n{index}\n")
            self.tool("snakemake", "--touch", "--cores", "2", "--quiet", folder=place).run()

        place = self.prepared(f"snakemake-{self.nodes}", make)
        snakemake = self.tool("snakemake", "--cores", "2", "--quiet", folder=place)
        ours, theirs = by_turns(self.noop(self.nodes), snakemake, 3)
        return ratio_row(f"nothing stale, {self.nodes:,} nodes", ours, "Snakemake", theirs, 25, faster=True)

    def against_dvc(self) -> Row:
        count = self.nodes // 10

        def make(place: Path) -> None:
            peers.write_dvc(place, peers.edges(self.repro, count))
            self.tool("dvc", "init", "--no-scm", "--quiet", folder=place).run()
            for index in range(count):
                (place / f"n{index}").write_text(f"n{index}\n")
            self.tool("dvc", "commit", "--force", "--quiet", folder=place).run()

        place = self.prepared(f"dvc-{count}", make)
        ours, theirs = by_turns(self.noop(count), self.tool("dvc", "status", "--quiet", folder=place), 3)
        return ratio_row(f"nothing stale, {count:,} nodes", ours, "dvc status", theirs, 100, faster=True)

    def status_after_a_change(self) -> Row:
        changed = self.synthetic("status", self.nodes, self.full(self.nodes), "--changed", str(self.nodes // 2))
        ours, noop = by_turns(changed, self.noop(self.nodes), self.rounds)
        return ratio_row(
            f"status after one parameter changed, {self.nodes:,} nodes", ours, "nothing stale", noop, 1.2)

    def overhead(self, where: str, count: int, bound: float, *more: str) -> Row:
        """What a node costs beyond its work, which is next to nothing: one after the other, from start to end."""
        times = []
        for _ in range(1 if self.quick else 3):
            # A folder for each, none removed before the last row: ext4 does not give the place of a file again within minutes
            # of its removal, and looks through all of them for each new file.
            cache = self.fresh(f"overhead-{os.getpid()}-{len(self.spent)}")
            self.spent.append(cache)
            times.append(self.synthetic("all", count, cache, "--jobs", "1", *more).run() / count)
        spread = [1000 * min(times), 1000 * max(times)]
        return Row(
            f"a node executed {where}, of {count:,}", 1000 * statistics.median(times), bound, True, " ms", rounds=len(times),
            spread=spread,
        )

    def ledger_size(self) -> Row:
        cache = self.full(self.nodes)
        names = ["ledger.sqlite", "ledger.sqlite-wal"]
        size = sum((cache / name).stat().st_size for name in names if (cache / name).exists())
        return Row(f"ledger, of {self.nodes:,} nodes", size / self.nodes / 1024, 2, True, " KiB a node")

    def at_once(self) -> Row:
        """Invocations that start together: how often a node was executed at most."""
        count, invocations = self.nodes // 10, 8
        cache = self.fresh("at-once")
        command = self.synthetic("all", count, cache)
        running = [
            subprocess.Popen(command.words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for _ in range(invocations)
        ]
        for process in running:
            said = process.communicate()[0]
            if process.returncode != 0:
                raise MeasuringError(f"one of {invocations} invocations at once failed: {said[-300:]}")
        with sqlite3.connect(f"file:{cache / 'ledger.sqlite'}?mode=ro", uri=True) as ledger:
            counts = [row[0] for row in ledger.execute("SELECT count(*) FROM executions GROUP BY node_id")]
        if len(counts) != count:
            raise MeasuringError(f"{len(counts)} of {count} nodes were executed")
        return Row(
            f"{invocations} invocations at once, {count:,} nodes, nobody fails", max(counts), 1, True,
            " executions a node")

    def rows(self) -> dict[str, Callable[[], Row]]:
        workers = 50 if self.quick else 300
        return {
            "ninja": self.against_ninja,
            "itself": self.against_itself,
            "snakemake": self.against_snakemake,
            "dvc": self.against_dvc,
            "status": self.status_after_a_change,
            "light": lambda: self.overhead(LIGHT, self.nodes // 4, 1),
            "worker": lambda: self.overhead(WORKER, workers, 25, "--workers"),
            "ledger": self.ledger_size,
            "at-once": self.at_once,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repro", default=".build/debug/repro", help="the program (default: the debug build)")
    parser.add_argument("--bin", help="the folder of ninja, snakemake and dvc; those on the PATH if not given")
    parser.add_argument("--folder", default=".build/graphs", help="where caches and the peers' files are made")
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=11, help="of the rows that take less than a second")
    parser.add_argument("--reuse", action="store_true", help="take caches and files that an earlier invocation made")
    parser.add_argument("--rows", help="only these, separated by commas; the others stay as they are")
    parser.add_argument("--quick", action="store_true", help="a tenth of the nodes, few rounds, nothing is written")
    arguments = parser.parse_args()
    measuring = Measuring(arguments)
    rows = measuring.rows()
    wanted = arguments.rows.split(",") if arguments.rows else list(rows)
    unknown = [name for name in wanted if name not in rows]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}; there are {', '.join(rows)}")
    measuring.folder.mkdir(parents=True, exist_ok=True)
    try:
        holds = measure(wanted, rows, arguments)
    finally:
        for cache in measuring.spent:
            shutil.rmtree(cache, ignore_errors=True)
    return 0 if holds else 1


def measure(wanted: list[str], rows: dict[str, Callable[[], Row]], arguments: argparse.Namespace) -> bool:
    """Prints and records the rows; whether all of them hold."""
    holds = True
    for name in wanted:
        row = rows[name]()
        holds = holds and row.holds
        record = asdict(row) | {"holds": row.holds, "date": datetime.date.today().isoformat()}
        print(table.line(record), flush=True)
        if not arguments.quick:
            table.write(name, record, list(rows))
    return holds


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MeasuringError as error:
        sys.exit(f"error: {error}")
