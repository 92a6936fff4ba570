"""That nothing is said to have held that was not run: python3 -m unittest discover Benchmarks/Graphs"""

import argparse
import unittest

import storm

ARGUMENTS = argparse.Namespace(kills=300, flips=1000, graphs=3000, seed=7)
KILLS, FLIPS, GRAPHS = storm.storms(ARGUMENTS)


class Verdicts(unittest.TestCase):
    def judged(self, what: storm.Storm, status: int, output: str) -> str:
        return storm.verdict(what, status, output)[0]

    def test_holds_where_the_tests_say_so(self) -> None:
        self.assertEqual(self.judged(KILLS, 0, "storm: 300 kills of 341 hit, seed 7\n"), "held")
        both = "storm: 1000 flips in the store, seed 7\nstorm: 1000 flips in the ledger, seed 8, 9 hit something\n"
        self.assertEqual(self.judged(FLIPS, 0, both), "held")
        swift = "✔ Test executedSetIsTheOracles(seed:) with 3000 test cases passed after 9 seconds."
        self.assertEqual(self.judged(GRAPHS, 0, swift), "held")

    def test_no_test_is_no_proof(self) -> None:
        for what in (KILLS, FLIPS, GRAPHS):
            self.assertEqual(self.judged(what, 0, "Test run with 0 tests passed."), "NOT RUN")

    def test_other_seeds_and_numbers_are_no_proof(self) -> None:
        self.assertEqual(self.judged(KILLS, 0, "storm: 300 kills of 341 hit, seed 1"), "NOT RUN")
        self.assertEqual(self.judged(KILLS, 0, "storm: 8 kills of 9 hit, seed 7"), "NOT RUN")
        self.assertEqual(self.judged(FLIPS, 0, "storm: 1000 flips in the store, seed 7"), "NOT RUN")
        swift = "✔ Test executedSetIsTheOracles(seed:) with 150 test cases passed after 1 second."
        self.assertEqual(self.judged(GRAPHS, 0, swift), "NOT RUN")

    def test_a_failure_is_one(self) -> None:
        self.assertEqual(self.judged(KILLS, 1, "storm: 300 kills of 341 hit, seed 7"), "FAILED")


if __name__ == "__main__":
    unittest.main()
