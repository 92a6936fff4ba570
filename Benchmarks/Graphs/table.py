"""The build system's table in Benchmarks/README.md, and the record it is made from."""

import json
import os
import platform
from pathlib import Path

FOLDER = Path(__file__).parent
RECORD, README = FOLDER / "results.json", FOLDER.parent / "README.md"
BEGIN, END = "<!-- graphs: begin -->", "<!-- graphs: end -->"


def machine() -> str:
    """Processor, number of cores and system."""
    processor = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}"


def line(row: dict[str, object]) -> str:
    spread = row["spread"]
    value = f"**{row['value']:.3g}{row['unit']}**" + (f" ({spread[0]:.3g}–{spread[1]:.3g})" if spread else "")
    bound = f"{'≤' if row['at_most'] else '≥'} {row['bound']:g}"
    return (
        f"| {row['what']} | {row['ours']} | {row['against']} | {value} | {bound} | "
        f"{'yes' if row['holds'] else '**no**'} | {row['rounds']} | {row['date']} |"
    )


def write(name: str, row: dict[str, object], order: list[str]) -> None:
    """Takes a row into the record, and writes the table between the two markers of the README."""
    record = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    if record.get("machine") != machine():
        record = {"machine": machine(), "rows": {}}
    record["rows"][name] = row
    record["rows"] = {name: record["rows"][name] for name in order if name in record["rows"]}
    lines = [
        f"Machine: {record['machine']}.",
        "",
        "| what | ours | the other | value or ratio: median (least–greatest) | held to | holds | rounds | when |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    lines += [line(row) for row in record["rows"].values()]
    text = README.read_text()
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"error: {README.name} does not hold “{BEGIN}” and “{END}” once each; put them back")
    head, rest = text.split(BEGIN)
    README.write_text(f"{head}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{rest.split(END)[1]}")
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n")
