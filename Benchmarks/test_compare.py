"""Checks of the comparing itself: python3 -m unittest discover Benchmarks"""

import os
import stat
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import alternate
import compare
import table
from rows import Programs, Row, Setting, all_rows


def row(**changes: object) -> Row:
    setting = Setting("ours", ["true"])
    base = Row("name", "what", "s", setting, [setting], "seconds.median", more_is_better=False, bound=2)
    return replace(base, **changes)


def program(code: str) -> Setting:
    return Setting("ours", [sys.executable, "-c", code])


class Ratios(unittest.TestCase):
    def test_more_than_one_is_better_for_ours(self) -> None:
        self.assertEqual(row().ratio(ours=2, peer=6), 3)
        self.assertEqual(row(more_is_better=True).ratio(ours=6, peer=2), 3)
        self.assertTrue(row().holds(2) and not row().holds(1.99))

    def test_at_most_is_ours_over_peer(self) -> None:
        limited = row(at_most=True, bound=1)
        self.assertEqual(limited.ratio(ours=2, peer=4), 0.5)
        self.assertTrue(limited.holds(1) and not limited.holds(1.01))

    def test_paths(self) -> None:
        report = {"a": {"b": 5}, "c": 3}
        self.assertEqual(alternate.number(report, "a.b - c"), 2)
        self.assertEqual(alternate.number(report, "a.b + c"), 8)
        with self.assertRaisesRegex(alternate.BenchmarkError, "no number a.x"):
            alternate.number(report, "a.x")


class Running(unittest.TestCase):
    def test_processes_start_together_and_are_summed(self) -> None:
        code = "print('ready', flush=True); input(); print('{\"seconds\": {\"median\": 2}}')"
        result = alternate.measure(row(), replace(program(code), processes=3))
        self.assertEqual((result.value, len(result.reports)), (6, 3))

    def test_failures_are_sentences(self) -> None:
        cases = {
            "import sys; sys.exit('out of paper')": "status 1: out of paper",
            "print('hello')": "no JSON object",
            'print(\'{"seconds": {"median": 1}, "threads": 1}\')': "asked for threads 2 and reports 1",
        }
        for code, message in cases.items():
            for processes in (1, 2):
                with self.subTest(code=code), self.assertRaisesRegex(alternate.BenchmarkError, message):
                    alternate.measure(row(expected={"threads": 2}), replace(program(code), processes=processes))
        with self.assertRaisesRegex(alternate.BenchmarkError, "cannot be started"):
            alternate.measure(row(), Setting("ours", ["/nowhere/repro"]))

    def test_what_is_missing_is_named_first(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            fake = Path(folder, "repro")
            fake.write_text("#!/bin/sh\n")
            fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
            programs = Programs(str(fake), str(fake), sys.executable, 2)
            rows = [replace(one, packages=("no_such_peer",)) for one in all_rows(programs) if one.name == "knn"]
            with self.assertRaisesRegex(alternate.BenchmarkError, "lacks no_such_peer, which rows knn need"):
                compare.check(rows, programs)
            with self.assertRaisesRegex(alternate.BenchmarkError, "make bench"):
                compare.check(rows, replace(programs, release=os.path.join(folder, "other")))

    def test_unknown_rows_are_refused(self) -> None:
        with self.assertRaisesRegex(alternate.BenchmarkError, "no row other; there are name"):
            compare.chosen([row()], "name,other")


class Table(unittest.TestCase):
    def test_rows_that_were_not_run_stay(self) -> None:
        line = {
            "what": "a",
            "unit": "s",
            "against": "p",
            "ours": 1.0,
            "peer": 3.0,
            "bound": 2,
            "atMost": False,
            "holds": True,
            "ratio": {"median": 3.0, "minimum": 2.5, "maximum": 3.5},
            "rounds": 5,
            "tried": {"p": 3.0},
            "disturbance": 0.01,
            "date": "2030-01-01",
            "commit": "abc",
        }
        machine = {"cpu": "C", "cores": 2, "memory": "8 GiB", "system": "Linux"}
        with tempfile.TemporaryDirectory() as folder:
            table.RECORD, table.README = Path(folder, "results.json"), Path(folder, "README.md")
            table.README.write_text(f"above\n{table.BEGIN}\nreplaced\n{table.END}\nbelow\n")
            for name in ("second", "first"):
                record = table.read(machine, ["first", "second"])
                record["rows"][name] = line | {"what": name}
                table.write(record, ["first", "second"])
            text = table.README.read_text()
            self.assertTrue(text.startswith("above\n") and text.endswith("\nbelow\n") and "replaced" not in text)
            self.assertLess(text.index("| first |"), text.index("| second |"))
            self.assertIn("**3.00** (2.50–3.50) | ≥ 2 | yes", text)
            self.assertEqual(table.read(machine | {"cores": 3}, ["first"])["rows"], {})


if __name__ == "__main__":
    unittest.main()
