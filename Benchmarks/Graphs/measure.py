"""Measures the build system against ninja, Snakemake and DVC: whole processes, by turns, medians of wall time."""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import time

import peers


def run(command, folder=None):
    """Seconds that a process takes; it must succeed."""
    start = time.perf_counter()
    result = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seconds = time.perf_counter() - start
    if result.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout[-2000:]}")
    return seconds


def by_turns(commands, rounds):
    """Times of each command, measured one after the other, `rounds` times around."""
    times = {name: [] for name in commands}
    for _ in range(rounds):
        for name, (command, folder) in commands.items():
            times[name].append(run(command, folder))
    return times


def ledger_bytes(cache):
    """Of the database and its log, which is written back now and then."""
    return sum(
        os.path.getsize(os.path.join(cache, name))
        for name in ["ledger.sqlite", "ledger.sqlite-wal"]
        if os.path.exists(os.path.join(cache, name))
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repro", required=True, help="the program")
    parser.add_argument("--bin", help="the folder of ninja, snakemake and dvc; those on the PATH if not given")
    parser.add_argument("--folder", required=True, help="where caches and the peers' files are made")
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=100_000, help="0: leave it out")
    parser.add_argument("--workers", type=int, default=200, help="nodes that are executed in workers")
    parser.add_argument("--dvc-nodes", type=int, default=1_000, help="0: leave DVC out")
    parser.add_argument("--snakemake-nodes", type=int, default=10_000, help="0: leave Snakemake out")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    repro = os.path.abspath(arguments.repro)

    def tool(name):
        return os.path.join(os.path.abspath(arguments.bin), name) if arguments.bin else name

    def synthetic(action, count, cache, *more):
        return [repro, "synthetic", action, "--nodes", str(count), "--cache", cache, *more]

    facts = {}
    os.makedirs(arguments.folder, exist_ok=True)
    folder = os.path.abspath(arguments.folder)

    # Executed: the first time, everything.
    small = os.path.join(folder, "small")
    shutil.rmtree(small, ignore_errors=True)
    facts["executed, seconds per node in-process"] = run(synthetic("all", arguments.nodes, small)) / arguments.nodes
    facts["ledger, bytes per node"] = ledger_bytes(small) / arguments.nodes
    worker_cache = os.path.join(folder, "workers")
    shutil.rmtree(worker_cache, ignore_errors=True)
    facts["executed, seconds per node in workers"] = (
        run(synthetic("all", arguments.workers, worker_cache, "--workers")) / arguments.workers
    )
    # The stamps of files just written are not trusted yet: one run more looks at them once again.
    run(synthetic("all", arguments.nodes, small))

    # Nothing stale, and one parameter changed.
    graph_folder = os.path.join(folder, f"peers-{arguments.nodes}")
    graph = peers.edges(repro, arguments.nodes)
    os.makedirs(graph_folder, exist_ok=True)
    peers.write_ninja(graph_folder, graph)
    run([tool("ninja")], graph_folder)
    commands = {
        "nothing stale": (synthetic("all", arguments.nodes, small), None),
        "ninja, nothing stale": ([tool("ninja")], graph_folder),
        "status": (synthetic("status", arguments.nodes, small), None),
        "status, one changed": (
            synthetic("status", arguments.nodes, small, "--changed", str(arguments.nodes // 2)), None),
    }
    times = by_turns(commands, arguments.rounds)
    if arguments.large:
        large = os.path.join(folder, "large")
        shutil.rmtree(large, ignore_errors=True)
        run(synthetic("all", arguments.large, large))
        run(synthetic("all", arguments.large, large))
        times |= by_turns({f"nothing stale, {arguments.large} nodes": (synthetic("all", arguments.large, large), None)}, 3)
    if arguments.snakemake_nodes:
        place = os.path.join(folder, "snakemake")
        os.makedirs(place, exist_ok=True)
        peers.write_snakemake(place, peers.edges(repro, arguments.snakemake_nodes))
        # To run them all would take hours; what is there and in order is up to date as well.
        for index in range(arguments.snakemake_nodes):
            with open(os.path.join(place, f"n{index}"), "w") as file:
                file.write(f"n{index}\n")
        run([tool("snakemake"), "--touch", "--cores", "2", "--quiet"], place)
        times |= by_turns(
            {f"Snakemake, nothing stale, {arguments.snakemake_nodes} nodes":
                ([tool("snakemake"), "--cores", "2", "--quiet"], place)}, 3)
    if arguments.dvc_nodes:
        place = os.path.join(folder, "dvc")
        shutil.rmtree(place, ignore_errors=True)
        os.makedirs(place)
        peers.write_dvc(place, peers.edges(repro, arguments.dvc_nodes))
        run([tool("dvc"), "init", "--no-scm", "--quiet"], place)
        for index in range(arguments.dvc_nodes):
            with open(os.path.join(place, f"n{index}"), "w") as file:
                file.write(f"n{index}\n")
        run([tool("dvc"), "commit", "--force", "--quiet"], place)
        same_size = synthetic("all", arguments.dvc_nodes, os.path.join(folder, "dvc-size"))
        run(same_size)
        run(same_size)
        times |= by_turns(
            {f"DVC status, {arguments.dvc_nodes} nodes": ([tool("dvc"), "status", "--quiet"], place),
             f"nothing stale, {arguments.dvc_nodes} nodes": (same_size, None)}, 3)

    for name, values in times.items():
        facts[name + ", seconds"] = statistics.median(values)
    facts["against ninja"] = facts["nothing stale, seconds"] / facts["ninja, nothing stale, seconds"]
    if arguments.json:
        print(json.dumps(facts, indent=2))
    else:
        for name, value in facts.items():
            print(f"{value:12.6g}  {name}")


if __name__ == "__main__":
    main()
