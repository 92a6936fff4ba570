"""The table in Benchmarks/README.md, and the record it is made from."""

import json
from pathlib import Path

FOLDER = Path(__file__).parent
RECORD, README = FOLDER / "results.json", FOLDER / "README.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def quantity(value: float, unit: str) -> str:
    if unit == "bytes":
        return f"{value / 1e9:.2f} GB"
    digits = 0 if value >= 1000 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"


def line(row: dict[str, object]) -> str:
    ratio, bound = row["ratio"], f"{'≤' if row['atMost'] else '≥'} {row['bound']:g}"
    spread = f"**{ratio['median']:.2f}** ({ratio['minimum']:.2f}–{ratio['maximum']:.2f})"
    holds = "yes" if row["holds"] else "**no**"
    return (
        f"| {row['what']} | {quantity(row['ours'], row['unit'])} | {quantity(row['peer'], row['unit'])} "
        f"({row['against']}) | {spread} | {bound} | {holds} | {row['rounds']} | {row['date']}, {row['commit']} |"
    )


def render(record: dict[str, object]) -> str:
    machine, versions = record["machine"], record["versions"]
    lines = [
        f"Machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory']}, {machine['system']}. "
        + "Versions: "
        + ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
        + ".",
        "",
        "| what | ours | peer, its best setting | ratio: median (least–greatest) | held to | holds | rounds | when |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [line(row) for row in record["rows"].values()]
    lines += ["", "Every setting of the peers that was tried, once each, before the rounds:", ""]
    for row in record["rows"].values():
        tried = ", ".join(f"{label}: {quantity(value, row['unit'])}" for label, value in row["tried"].items())
        others = "" if row["disturbance"] is None else f" Others took up to {row['disturbance']:.0%} of the machine."
        lines.append(f"- {row['what']} — {tried}.{others}")
    return "\n".join(lines)


def read(machine: dict[str, object], order: list[str]) -> dict[str, object]:
    """The record so far, or an empty one where it was made on another machine."""
    empty: dict[str, object] = {"machine": machine, "versions": {}, "rows": {}}
    if not RECORD.exists():
        return empty
    record = json.loads(RECORD.read_text())
    if record["machine"] != machine:
        print(f"the table was made on another machine ({record['machine']['cpu']}); it is begun anew")
        return empty
    record["rows"] = {name: record["rows"][name] for name in order if name in record["rows"]}
    return record


def write(record: dict[str, object], order: list[str]) -> None:
    """Writes the record, and the table between the two markers of the README."""
    record["rows"] = {name: record["rows"][name] for name in order if name in record["rows"]}
    text = README.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"{README.name} does not hold the lines “{BEGIN}” and “{END}” once each; put them back")
    head, rest = text.split(BEGIN)
    README.write_text(f"{head}{BEGIN}\n{render(record)}\n{END}{rest.split(END)[1]}")
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
