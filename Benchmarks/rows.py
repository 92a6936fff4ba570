"""What is compared: each row of the table with the peer's settings that are tried, and the bound it is held to."""

from dataclasses import dataclass, field
from pathlib import Path

PEERS = Path(__file__).parent / "peers"


@dataclass(frozen=True)
class Setting:
    """A way to run one side: `processes` times the same command at once."""

    label: str
    command: list[str]
    processes: int = 1
    environment: dict[str, str | None] = field(default_factory=dict)
    """Variables to set, or with None to remove, before the command starts."""


@dataclass(frozen=True)
class Row:
    name: str
    what: str
    unit: str
    ours: Setting
    peers: list[Setting]
    """All are tried; the best of them is what ours is held against."""
    path: str
    """Where the quantity is in the JSON that both sides print, by dots; a term after a minus sign is subtracted."""
    more_is_better: bool
    bound: float
    at_most: bool = False
    """The ratio is ours/peer and at most `bound`; otherwise it is how many times better ours is, and at least that."""
    packages: tuple[str, ...] = ()
    """What must be importable for the peers to run."""
    peer_path: str | None = None
    """Where the quantity is on the peer's side, if elsewhere."""
    expected: dict[str, object] = field(default_factory=dict)
    """Settings that both sides must report back."""
    repetitions: int = 5
    rounds: int | None = None
    """How often the two sides take turns, if not as often as all others."""
    optional: bool = False
    """Only run when it is asked for by name."""

    def ratio(self, ours: float, peer: float) -> float:
        return ours / peer if self.more_is_better or self.at_most else peer / ours

    def holds(self, ratio: float) -> bool:
        return ratio <= self.bound if self.at_most else ratio >= self.bound


def options(values: dict[str, object]) -> list[str]:
    return [word for name, value in values.items() for word in (f"--{name}", str(value))]


@dataclass(frozen=True)
class Programs:
    """What is run: this project's program in both builds, and the Python that has the peers."""

    release: str
    debug: str
    python: str
    threads: int

    def peer(self, script: str, label: str, values: dict[str, object], **more: object) -> Setting:
        return Setting(label, [self.python, str(PEERS / script), *options(values)], **more)

    def ours(self, benchmark: str, values: dict[str, object], build: str | None = None, **more: object) -> Setting:
        return Setting("ours", [build or self.release, "bench", benchmark, *options(values), "--json"], **more)


FORMATS = ("channels-last", "contiguous")
FULL = {"width": 64, "side": 32, "pairs": 128, "dimension": 2048}
SMALL = {"width": 16, "side": 16, "pairs": 256, "dimension": 2048}
TITLES = {"barlow-twins": "Barlow Twins", "simsiam": "SimSiam"}


def full_width(programs: Programs, method: str, precision: str, bound: float) -> Row:
    values = {"method": method, **FULL, "threads": programs.threads}
    return Row(
        name=f"{method}-{precision}",
        unit="pairs/s",
        bound=bound,
        path="pairsPerSecond",
        more_is_better=True,
        what=f"{TITLES[method]} step, width 64, 32×32, 128 pairs, d = 2048, {programs.threads} threads; "
        f"PyTorch {precision}",
        ours=programs.ours("step", values),
        peers=[
            programs.peer("step.py", f"{precision}, {form}", values | {"format": form, "precision": precision})
            for form in FORMATS
        ],
        packages=("torch", "torchvision"),
        expected=values,
        repetitions=4,
    )


def small(programs: Programs, method: str, bound: float) -> Row:
    values = {"method": method, **SMALL}
    ways = dict.fromkeys([(1, programs.threads), (programs.threads, 1)])
    peers = [
        programs.peer(
            "step.py",
            f"{processes} × {threads} threads, {precision}, {form}",
            values | {"threads": threads, "format": form, "precision": precision},
            processes=processes,
        )
        for processes, threads in ways
        for precision in ("fp32", "bf16")
        for form in FORMATS
    ]
    return Row(
        name=f"{method}-small",
        unit="pairs/s",
        bound=bound,
        path="pairsPerSecond",
        more_is_better=True,
        what=f"{TITLES[method]} steps, width 16, 16×16, 256 pairs, d = {SMALL['dimension']}, the whole machine",
        ours=programs.ours("step", values | {"threads": 1}, processes=programs.threads),
        peers=peers,
        packages=("torch", "torchvision"),
        expected=values,
        repetitions=10,
    )


def packing(programs: Programs) -> Row:
    values = {"method": "barlow-twins", **SMALL}
    return Row(
        name="packing",
        what="Barlow Twins steps, width 16, 16×16, 256 pairs: a cell a core; against one cell on all cores",
        unit="pairs/s",
        bound=1,
        path="pairsPerSecond",
        more_is_better=True,
        ours=programs.ours("step", values | {"threads": 1}, processes=programs.threads),
        peers=[
            Setting(
                f"one cell of {programs.threads} threads",
                programs.ours("step", values | {"threads": programs.threads}).command,
            )
        ],
        expected=values,
        repetitions=10,
    )


def memory(programs: Programs) -> Row:
    values = {"method": "barlow-twins", **FULL, "pairs": 256, "threads": programs.threads}
    return Row(
        name="memory",
        what="peak memory of a step, width 64, 32×32, 256 pairs, d = 2048; PyTorch's libraries not counted",
        unit="bytes",
        bound=1,
        at_most=True,
        path="peakBytes",
        peer_path="peakBytes - libraryBytes",
        more_is_better=False,
        ours=programs.ours("step", values),
        peers=[programs.peer("step.py", f"fp32, {form}", values | {"format": form}) for form in FORMATS],
        packages=("torch", "torchvision"),
        expected=values,
        repetitions=2,
        rounds=3,
    )


def views(programs: Programs) -> Row:
    values = {"side": 32, "threads": 1}
    return Row(
        name="views",
        what="views a second a core, the whole policy, 32×32",
        unit="views/s",
        bound=25,
        path="viewsPerSecondPerCore",
        more_is_better=True,
        ours=programs.ours("views", values),
        peers=[
            programs.peer("views.py", label, values | {"input": form})
            for form, label in (
                ("pillow", "Pillow images"),
                ("bytes", "tensors of bytes"),
                ("floats", "tensors of floats"),
            )
        ],
        packages=("torch", "torchvision"),
        expected=values,
    )


def neighbours(programs: Programs) -> Row:
    values = {"bank": 50_000, "queries": 10_000, "dimension": 512, "neighbours": 200, "threads": programs.threads}
    # The OpenBLAS inside faiss-cpu is old: where it does not know a processor it takes a kernel of twenty years ago,
    # so the peer is also tried with the kernels that it does have.
    kernels = (("OpenBLAS's choice", None), ("Haswell kernel", "Haswell"), ("SkylakeX kernel", "SkylakeX"))
    return Row(
        name="knn",
        what="exact cosine neighbours, 10,000 × 50,000 × 512, k = 200",
        unit="s",
        bound=1.2,
        path="seconds.median",
        more_is_better=False,
        ours=programs.ours("knn", values),
        peers=[
            programs.peer("knn.py", f"IndexFlatIP, {label}", values, environment={"OPENBLAS_CORETYPE": kernel})
            for label, kernel in kernels
        ],
        packages=("faiss", "numpy"),
        expected=values,
        repetitions=2,
    )


def eigen(programs: Programs) -> Row:
    values = {"dimension": 2048, "rows": 50_000, "threads": programs.threads}
    return Row(
        name="eigen",
        what="second moment of 50,000 × 2048 and its eigenvalues, float64",
        unit="s",
        bound=1,
        path="secondMomentSeconds.median + valuesSeconds.median",
        more_is_better=False,
        ours=programs.ours("eigen", values),
        peers=[
            programs.peer(
                "eigen.py",
                library,
                values | {"library": library, "precision": "float64"},
                environment={"OPENBLAS_CORETYPE": None},
            )
            for library in ("torch", "numpy", "scipy")
        ],
        packages=("torch", "numpy", "scipy"),
        expected=values | {"precision": "float64"},
        repetitions=2,
    )


def debug(programs: Programs) -> Row:
    values = {"method": "barlow-twins", **SMALL, "threads": programs.threads}
    return Row(
        name="debug",
        what="a step of the debug build, width 16, 16×16, 256 pairs; against the release build",
        unit="s",
        bound=1.05,
        at_most=True,
        path="stepSeconds.median",
        more_is_better=False,
        ours=programs.ours("step", values, build=programs.debug),
        peers=[Setting("release build", programs.ours("step", values).command)],
        expected=values,
        repetitions=10,
    )


def all_rows(programs: Programs) -> list[Row]:
    rows = []
    for method in TITLES:
        rows += [
            full_width(programs, method, "fp32", 2),
            full_width(programs, method, "bf16", 0.9),
            small(programs, method, 2),
        ]
    return [
        *rows,
        packing(programs),
        views(programs),
        neighbours(programs),
        memory(programs),
        eigen(programs),
        debug(programs),
    ]
