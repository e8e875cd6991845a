# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tests of what the benchmarks compute themselves: rules, fits, figures."""

import unittest
from fractions import Fraction

import model_vs_simulator
from bench import generate, growth, heuristics, inputs, tables


def layer(name="l", macs=0, weights=0, output=0, splittable=True, index=0, inputs=(), last_reader=-1, **dims):
    roles = [{"name": role, "role": role, "size": size} for role, size in dims.items()]
    return {
        "name": name,
        "index": index,
        "inputs": inputs,
        "last_reader": last_reader,
        "macs": macs,
        "weight_bytes": weights,
        "output_bytes": output,
        "splittable": splittable,
        "dims": roles,
    }


class Rules(unittest.TestCase):
    def test_a_stage_has_one_layer_with_macs(self):
        names = ["pool0", "conv1", "pool2", "add3", "conv4", "conv5"]
        layers = [layer(name, macs="conv" in name) for name in names]
        found = [[one["name"] for one in stage.layers] for stage in heuristics.stages(layers)]
        self.assertEqual(found, [["pool0", "conv1", "pool2", "add3"], ["conv4"], ["conv5"]])

    def test_segments_are_cut_where_chiplets_or_bytes_run_out(self):
        # Two chiplets of 16 bytes, 14 of them for weights at most; outputs of 2 bytes
        # and inputs of 2 (1 with their halo would be more than all of it).
        weights = [4, 4, 4, 40, 1, 1, 1]
        stages = heuristics.stages([layer(index=n, macs=1, weights=weight) for n, weight in enumerate(weights)])
        segments = heuristics.greedy_segments(stages, 2, 16, "macs")
        found = [[one["weight_bytes"] for stage in segment for one in stage.layers] for segment in segments]
        self.assertEqual(found, [[4, 4], [4], [40], [1, 1], [1]])

    def test_what_a_stage_needs(self):
        def fits(sram, size=2, **more):
            (stage,) = heuristics.stages([layer(macs=1, **more)])
            return heuristics.fits(stage, size, sram, chiplets=4)

        # Both chiplets hold all weights, or each half of them and two pieces of all.
        self.assertTrue(fits(16, weights=14, output=20, row=10, inputs=[]) is False)
        self.assertTrue(fits(32, weights=14, output=20, row=10))
        # Two beats wait for the layer after the next two.
        self.assertTrue(fits(28, output=20, row=10, last_reader=1))
        self.assertFalse(fits(28, output=20, row=10, last_reader=4))
        # What comes from outside arrives while the beat before is in use, with its halo.
        self.assertTrue(fits(64, output=20, row=10, inputs=[(40, -1)]))
        self.assertFalse(fits(40, output=20, row=10, inputs=[(40, -1)]))

    def test_chiplets_are_in_proportion(self):
        self.assertEqual(heuristics.proportional([1, 1, 2], 8), [2, 2, 4])
        self.assertEqual(heuristics.proportional([1, 1, 1], 8), [3, 3, 2])
        self.assertEqual(heuristics.proportional([1000, 1, 1], 4), [2, 1, 1])
        self.assertEqual(heuristics.proportional([0, 0], 5), [3, 2])

    def test_partition_by_rule(self):
        sizes = {"row": 7, "column": 7, "channel": 64}
        # Rows and columns while outputs are larger than weights; no tile is empty:
        # 7 rows go into 4 tiles of 2, not into 5 or 6.
        self.assertEqual(heuristics.partition(layer(weights=1, output=2, **sizes), 6), {"row": 3, "column": 2})
        self.assertEqual(heuristics.partition(layer(weights=1, output=2, **sizes), 4), {"row": 4})
        self.assertEqual(heuristics.partition(layer(weights=3, output=2, **sizes), 6), {"channel": 6})
        self.assertEqual(heuristics.partition(layer(weights=1, output=2, row=1, channel=8), 4), {"channel": 4})
        self.assertEqual(heuristics.partition(layer(splittable=False, row=8), 4), {})

    def test_pins(self):
        convolutions = [layer(f"c{n}", macs=1, weights=1, output=2, row=4) for n in range(3)]
        pool = layer("p", output=2, row=4)
        segments = [heuristics.stages([convolutions[0], pool]), heuristics.stages(convolutions[1:])]
        self.assertEqual(
            heuristics.pins(segments, 4, "macs"),
            {
                "c0": "chiplets = 4, partition = <row = 4>",
                "p": "join, chiplets = 4, partition = <row = 4>",
                "c1": "cut, chiplets = 2, partition = <row = 2>",
                "c2": "split, chiplets = 2, partition = <row = 2>",
            },
        )


class Figures(unittest.TestCase):
    def test_exponent(self):
        self.assertAlmostEqual(growth.fitted_exponent([(x, 3 * x**1.5) for x in (1, 2, 4, 100)]), 1.5)

    def test_decimals_are_exact(self):
        self.assertEqual(inputs.decimal(Fraction("4.096") / 4), "1.024")
        self.assertEqual(inputs.decimal(Fraction(6)), "6")
        self.assertEqual(inputs.decimal(Fraction(1, 20)), "0.05")
        with self.assertRaises(ValueError):
            inputs.decimal(Fraction(1, 3))

    def test_significant(self):
        figures = [12345.6, 999.6, 99.96, 9.996, 1.234, 0.01234, 0]
        self.assertEqual([*map(tables.significant, figures)], ["12,346", "1,000", "100", "10.0", "1.23", "0.0123", "0"])

    def test_rows_have_as_many_cells_as_the_head(self):
        section = tables.Section("T", "", ("a", "b"), [["1", "2"]])
        self.assertEqual(section.markdown()[2:5], ["| a | b |", "|---|---|", "| 1 | 2 |"])


class Networks(unittest.TestCase):
    def test_blocks(self):
        for kind, make in generate.KINDS.items():
            with self.subTest(kind):
                self.assertEqual(make(3).count("tosa.conv2d"), 3 * generate.LAYERS_PER_BLOCK[kind])


class Simulations(unittest.TestCase):
    def test_a_table_may_have_one_space_between_its_columns(self):
        found = model_vs_simulator.read_report("""
                   simulated           model  model / simulated
  cycles           6,000,000       5,400,000              0.900
  energy, pJ  80,000,000,000  84,000,000,000              1.050

  segment beats one by one load model first beat model period model cycles model ratio
        0    16          14   11    10        169   173    150   120  2,432 2,393 0.984
        1     1           1  259   184        982   831      0   620    984   831 0.845
""")
        self.assertEqual(found["cycles"], 0.9)
        self.assertEqual(found["energy"], 1.05)
        self.assertEqual(found["slowest"], 0.8)


if __name__ == "__main__":
    unittest.main()
