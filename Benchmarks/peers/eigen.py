#!/usr/bin/env python3
"""Second moment of features and its eigenvalues in NumPy, SciPy or PyTorch. Prints one JSON object.

example: eigen.py --library torch --precision float64 --dimension 2048 --rows 50000 --threads 2
"""

import argparse
import os
from collections.abc import Callable

import measure

LIBRARIES = {"numpy": ["numpy"], "scipy": ["numpy", "scipy"], "torch": ["numpy", "torch"]}


def routines(library: str) -> tuple[Callable, Callable, Callable]:
    """Λ = ZᵀZ / rows, its eigenvalues, and eigenvalues with eigenvectors."""
    if library == "torch":
        import torch

        return lambda z: z.T @ z / len(z), torch.linalg.eigvalsh, torch.linalg.eigh
    import numpy

    if library == "scipy":
        import scipy.linalg

        # The driver ssyevd/dsyevd, which both of the others call, too.
        return (
            lambda z: z.T @ z / len(z),
            lambda a: scipy.linalg.eigh(a, eigvals_only=True, driver="evd"),
            lambda a: scipy.linalg.eigh(a, driver="evd"),
        )
    return lambda z: z.T @ z / len(z), numpy.linalg.eigvalsh, numpy.linalg.eigh


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", choices=sorted(LIBRARIES), default="torch")
    parser.add_argument("--precision", choices=["float32", "float64"], default="float64")
    parser.add_argument("--dimension", type=int, default=2048)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warmups", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0)
    parser.add_argument("--json", action="store_true", help="the default, and the only form")
    options = parser.parse_args()
    # NumPy's and SciPy's OpenBLAS read this once, when they are loaded.
    os.environ["OPENBLAS_NUM_THREADS"] = str(options.threads)
    import numpy

    random = numpy.random.default_rng(0)
    features = random.standard_normal((options.rows, options.dimension), dtype=options.precision)
    if options.library == "torch":
        import torch

        torch.set_num_threads(options.threads)
        features = torch.from_numpy(features)
    second_moment, values, vectors = routines(options.library)
    matrix = second_moment(features)
    if abs(float(values(matrix).sum()) - float(matrix.trace())) > 1e-4 * options.dimension:
        raise SystemExit("eigen.py: the eigenvalues do not sum to the trace")

    def seconds(body: Callable[[], object]) -> dict[str, float]:
        return measure.spread(measure.repeat(body, options.warmups, options.repetitions, options.seconds))

    settings = {name: getattr(options, name) for name in ("library", "precision", "dimension", "rows", "threads")}
    measure.report(
        "eigen",
        {
            **settings,
            "secondMomentSeconds": seconds(lambda: second_moment(features)),
            "valuesSeconds": seconds(lambda: values(matrix)),
            "vectorsSeconds": seconds(lambda: vectors(matrix)),
        },
        LIBRARIES[options.library],
    )


if __name__ == "__main__":
    main()
