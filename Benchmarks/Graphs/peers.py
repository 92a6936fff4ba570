"""Writes the graph of `repro synthetic edges` for other build systems."""

import argparse
import os
import subprocess


def edges(repro: str, count: int) -> list[list[int]]:
    """The nodes that each node reads."""
    text = subprocess.run([repro, "synthetic", "edges", "--nodes", str(count)], check=True, capture_output=True, text=True)
    return [[int(word) for word in line.split()] for line in text.stdout.split("\n")[:count]]


def write_ninja(folder: os.PathLike, graph: list[list[int]]) -> None:
    with open(os.path.join(folder, "build.ninja"), "w") as file:
        file.write("rule node\n  command = echo $out > $out\n")
        for index, sources in enumerate(graph):
            inputs = " ".join(f"n{source}" for source in sources)
            file.write(f"build n{index}: node {inputs}\n")


def write_snakemake(folder: os.PathLike, graph: list[list[int]]) -> None:
    with open(os.path.join(folder, "Snakefile"), "w") as file:
        file.write(f"SOURCES = {graph!r}\n")
        file.write("rule all:\n  input: expand('n{i}', i=range(len(SOURCES)))\n")
        file.write("rule node:\n  input: lambda w: [f'n{s}' for s in SOURCES[int(w.i)]]\n  output: 'n{i,[0-9]+}'\n")
        file.write("  shell: 'echo {output} > {output}'\n")


def write_dvc(folder: os.PathLike, graph: list[list[int]]) -> None:
    with open(os.path.join(folder, "dvc.yaml"), "w") as file:
        file.write("stages:\n")
        for index, sources in enumerate(graph):
            file.write(f"  s{index}:\n    cmd: echo n{index} > n{index}\n")
            if sources:
                file.write("    deps:\n" + "".join(f"    - n{source}\n" for source in sources))
            file.write(f"    outs:\n    - n{index}\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repro", required=True, help="the program")
    parser.add_argument("--nodes", type=int, default=10_000)
    parser.add_argument("--folder", required=True, help="where a folder for each build system is made")
    arguments = parser.parse_args()
    graph = edges(arguments.repro, arguments.nodes)
    for name, write in [("ninja", write_ninja), ("snakemake", write_snakemake), ("dvc", write_dvc)]:
        folder = os.path.join(arguments.folder, name)
        os.makedirs(folder, exist_ok=True)
        write(folder, graph)


if __name__ == "__main__":
    main()
