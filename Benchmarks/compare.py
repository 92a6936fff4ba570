#!/usr/bin/env python3
"""Runs this project and its peers in turn (A B A B …) and keeps the table in Benchmarks/README.md.

First every setting of a row's peer is tried once. Its best one (of more than two settings the two best, of which the
better counts in each round) and ours then take turns for some rounds, each a whole process that warms up before it takes
time. Printed are the median, the least and the greatest of the rounds' ratios. A run during which other programs took a
noticeable part of the machine is made again.

`make bench` prepares all that is needed and runs this. Examples:
  compare.py                              every row, five rounds; rewrites the table
  compare.py --rows knn,views --rounds 9  these rows; the others stay in the table as they are
  compare.py --quick                      one short round of every row; nothing is written
"""

import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import quick
import table
from alternate import BenchmarkError, Measurement, Patience, undisturbed
from peers.measure import machine
from rows import Programs, Row, Setting, all_rows

ROOT = Path(__file__).parent.parent


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", help="names of rows, with commas; all but quick-profile if not given")
    parser.add_argument("--list", action="store_true", help="print the rows' names and stop")
    parser.add_argument("--rounds", type=int, default=5, help="how often the two sides take turns (5)")
    parser.add_argument("--quick", action="store_true", help="one round of few repetitions; nothing is written")
    parser.add_argument("--no-write", action="store_true", help="leave the table as it is")
    parser.add_argument("--threads", type=int, default=2, help="threads of either side (2)")
    parser.add_argument("--release", default=str(ROOT / ".build/release/repro"), metavar="PROGRAM")
    parser.add_argument("--debug", default=str(ROOT / ".build/debug/repro"), metavar="PROGRAM")
    parser.add_argument("--python", default=sys.executable, help="the Python that has the peers (this one)")
    parser.add_argument(
        "--disturbance",
        type=float,
        default=0.05,
        metavar="SHARE",
        help="share of the machine that others may take in a run (0.05)",
    )
    parser.add_argument("--again", type=int, default=3, help="runs to make again for that, at most (3)")
    parser.add_argument(
        "--put-off", type=float, default=300, metavar="SECONDS", help="wait so long for others to be done (300)"
    )
    return parser.parse_args()


def chosen(rows: list[Row], names: str | None) -> tuple[list[Row], bool]:
    """The rows asked for, and whether the quick profile is among them."""
    if names is None:
        return rows, False
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    known = [row.name for row in rows] + [quick.NAME]
    for name in wanted:
        if name not in known:
            raise BenchmarkError(f"--rows: there is no row {name}; there are {', '.join(known)}")
    return [row for row in rows if row.name in wanted], quick.NAME in wanted


def check(rows: list[Row], programs: Programs) -> None:
    """Before anything is run: programs and peers are there."""
    for row in rows:
        for program in {row.ours.command[0], row.peers[0].command[0]}:
            if not os.access(program, os.X_OK):
                raise BenchmarkError(
                    f"row {row.name} runs {program}, which is not there; `make bench` builds all that is needed"
                )
    packages = sorted({package for row in rows for package in row.packages})
    probe = "import importlib.util as u, sys; print(*[p for p in sys.argv[1:] if u.find_spec(p) is None])"
    found = subprocess.run([programs.python, "-c", probe, *packages], capture_output=True, text=True, check=False)
    if found.returncode != 0:
        raise BenchmarkError(f"{programs.python} does not run: {found.stderr.strip()}; name another with --python")
    missing = found.stdout.split()
    if missing:
        names = ", ".join(row.name for row in rows if set(row.packages) & set(missing))
        raise BenchmarkError(
            f"{programs.python} lacks {', '.join(missing)}, which rows {names} need; `make bench` installs them, or: "
            f"{programs.python} -m pip install -r {Path('Benchmarks/peers/requirements.txt')}"
        )


def compare(row: Row, rounds: int, patience: Patience) -> tuple[dict[str, object], list[Measurement]]:
    """The row's line of the record, and all measurements behind it."""
    print(f"{row.name}: {row.what}", flush=True)
    everything: list[Measurement] = []

    def run(setting: Setting) -> float:
        everything.append(undisturbed(row, setting, patience))
        return everything[-1].value

    tried = {setting.label: run(setting) for setting in row.peers}
    for label, value in tried.items():
        print(f"    {label}: {table.quantity(value, row.unit)}", flush=True)
    pick = max if row.more_is_better else min
    finalists = sorted(row.peers, key=lambda setting: tried[setting.label], reverse=row.more_is_better)
    # Of many settings one may look the best by chance, in a short moment of a fast machine: two of them take part.
    finalists = finalists[: 2 if len(row.peers) > 2 else 1]
    ours, peer, best = [], [], []
    for turn in range(rounds):
        found = {setting.label: run(setting) for setting in finalists}
        best.append(pick(found, key=lambda label: found[label]))
        peer.append(found[best[-1]])
        ours.append(run(row.ours))
        print(
            f"    round {turn + 1}: ours {table.quantity(ours[-1], row.unit)}, {best[-1]} "
            f"{table.quantity(peer[-1], row.unit)}, ratio {row.ratio(ours[-1], peer[-1]):.2f}",
            flush=True,
        )
    ratios = [row.ratio(*pair) for pair in zip(ours, peer, strict=True)]
    ratio = {"median": statistics.median(ratios), "minimum": min(ratios), "maximum": max(ratios)}
    shares = [result.disturbance for result in everything if result.disturbance is not None]
    spread = f"{ratio['median']:.2f} ({ratio['minimum']:.2f}–{ratio['maximum']:.2f})"
    verdict = "holds" if row.holds(ratio["median"]) else "DOES NOT HOLD"
    print(
        f"    ratio {spread}, held to {'at most' if row.at_most else 'at least'} {row.bound:g}: {verdict}", flush=True
    )
    return {
        "what": row.what,
        "unit": row.unit,
        "against": max(best, key=best.count),
        "ours": statistics.median(ours),
        "peer": statistics.median(peer),
        "ratio": ratio,
        "ratios": ratios,
        "bound": row.bound,
        "atMost": row.at_most,
        "holds": row.holds(ratio["median"]),
        "rounds": rounds,
        "tried": tried,
        "disturbance": max(shares) if shares else None,
        **stamp(),
    }, everything


def stamp() -> dict[str, str]:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False
        ).stdout.strip()

    changed = "+" if git("status", "--porcelain", "--untracked-files=no", "--", "Sources", "Package.swift") else ""
    return {
        "date": datetime.date.today().isoformat(),
        "commit": (git("rev-parse", "--short", "HEAD") or "unknown") + changed,
    }


def this_machine() -> dict[str, object]:
    known = machine([])
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {"cpu": known["cpu"], "cores": known["cores"], "memory": f"{memory:.0f} GiB", "system": known["system"]}


def versions(measurements: list[Measurement]) -> dict[str, str]:
    """What both sides say they ran with."""
    result: dict[str, str] = {}
    for report in (report for measurement in measurements for report in measurement.reports):
        about = report.get("machine", {})
        result |= about.get("versions", {})
        blas = about.get("openblas")
        if blas:
            number = re.search(r"\d+(\.\d+)+", str(blas.get("version")))
            forced = " that OPENBLAS_CORETYPE names" if "OPENBLAS_CORETYPE" in os.environ else ""
            version = number.group() if number else "of an unknown version"
            result["OpenBLAS (ours)"] = f"{version} with the {blas.get('core', 'unknown')} kernel{forced}"
    return result


def main() -> None:
    given = arguments()
    programs = Programs(given.release, given.debug, given.python, given.threads)
    everything = all_rows(programs)
    order = [row.name for row in everything] + [quick.NAME]
    if given.list:
        print("\n".join(order))
        return
    rows, with_profile = chosen(everything, given.rows)
    check(rows, programs)
    writes = not (given.quick or given.no_write)
    rounds = 1 if given.quick else given.rounds
    patience = Patience(given.disturbance, given.again, given.put_off)
    for row in rows:
        if given.quick:
            row = replace(row, repetitions=2, rounds=1)
        line, measurements = compare(row, row.rounds or rounds, patience)
        keep(row.name, line, versions(measurements), order, writes)
    if with_profile:
        keep(quick.NAME, quick.run(given.release) | stamp(), {}, order, writes)


def keep(name: str, line: dict[str, object], found: dict[str, str], order: list[str], writes: bool) -> None:
    """Puts a row into the table as soon as it is there, so that what ends early has not run in vain."""
    if not writes:
        return
    record = table.read(this_machine(), order)
    record["rows"][name] = line
    record["versions"] |= found
    table.write(record, order)


if __name__ == "__main__":
    try:
        main()
    except (BenchmarkError, ValueError) as error:
        sys.exit(f"compare.py: {error}")
    except KeyboardInterrupt:
        sys.exit("compare.py: stopped; rows that were complete are in the table")
