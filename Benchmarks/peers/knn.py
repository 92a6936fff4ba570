#!/usr/bin/env python3
"""Exact nearest neighbours by cosine with faiss-cpu's IndexFlatIP. Prints one JSON object.

Timed is the way from raw rows to neighbours: normalising, building the index, search. The search alone is stated too.

example: knn.py --bank 50000 --queries 10000 --dimension 512 --neighbours 200 --threads 2
"""

import argparse
import time

import faiss
import measure
import numpy


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bank", type=int, default=50_000)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--dimension", type=int, default=512)
    parser.add_argument("--neighbours", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--wait", action="store_true", help="after the warm-up say “ready” and wait for a line")
    parser.add_argument("--json", action="store_true", help="the default, and the only form")
    options = parser.parse_args()
    faiss.omp_set_num_threads(options.threads)
    random = numpy.random.default_rng(0)
    bank, queries = (
        random.standard_normal((rows, options.dimension), dtype=numpy.float32)
        for rows in (options.bank, options.queries)
    )
    searches: list[float] = []

    def repetition() -> None:
        rows, asked = bank.copy(), queries.copy()
        faiss.normalize_L2(rows)
        faiss.normalize_L2(asked)
        index = faiss.IndexFlatIP(options.dimension)
        index.add(rows)
        before = time.perf_counter()
        cosines, _ = index.search(asked, options.neighbours)
        searches.append(time.perf_counter() - before)
        if not (numpy.diff(cosines, axis=1) <= 0).all() or abs(cosines).max() > 1.001:
            raise SystemExit("knn.py: the neighbours are not in order, or no cosines")

    times = measure.repeat(repetition, options.warmups, options.repetitions, options.seconds, options.wait)
    settings = {name: getattr(options, name) for name in ("bank", "queries", "dimension", "neighbours", "threads")}
    measure.report(
        "knn",
        {**settings, "seconds": measure.spread(times), "searchSeconds": measure.spread(searches[-len(times) :])},
        ["faiss-cpu", "numpy"],
    )


if __name__ == "__main__":
    main()
