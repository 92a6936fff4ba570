"""Checks of the grouping of functions: python3 -m unittest discover Benchmarks"""

import unittest

import shares

REPORT = """
# Overhead  Symbol
    30.00%  [.] $s8Numerics16RegisterProductsO9rows6by64_5panel6panels_
    20.00%  [.] tiles_32by32
    10.00%  [.] tiles_blocks
     5.00%  [.] tiles_pack_lines
     4.00%  [.] $s8Numerics15TileConvolutionV7forward5input10activation7weightsySPySfG_AA15InputActivationV
     3.00%  [.] $s8Numerics20WinogradConvolutionV7forward5input10activation7weightsySPySfG_AA15InputActivationV
     2.00%  [.] $s8Numerics14SlidingKernelsO9columns16
     1.00%  [k] clear_page_erms
"""


class Shares(unittest.TestCase):
    def test_functions_are_grouped_by_what_they_do(self) -> None:
        found = {group: share for group, share in shares.shares(REPORT).items() if share > 0}
        self.assertEqual(
            found,
            {
                "products: Winograd's, projector, samples": 30.0,
                "products by tile registers: convolutions": 20.0,
                "products by tile registers: projector, predictor, samples": 10.0,
                "packing for tile registers": 9.0,
                "direct convolutions: strided, 1×1, stem, small images": 2.0,
                "transforms and padding": 3.0,
                shares.REST: 26.0,
            },
        )

    def test_every_group_has_a_function_of_the_sources(self) -> None:
        sources = shares.ROOT / "Sources"
        files = [*sources.rglob("*.swift"), *sources.rglob("*.h")]
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        for pattern in shares.GROUPS.values():
            for name in pattern.split("|"):
                with self.subTest(name=name):
                    self.assertIn(name, text)


if __name__ == "__main__":
    unittest.main()
