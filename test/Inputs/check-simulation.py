"""Checks that simulations in JSON hold together, beyond what the schema says, and
prints how many beats have no bars because they repeat others.

usage: check-simulation.py FILE
"""

import json
import sys


def check(function):
    repeating = 0
    for segment in function["segments"]:
        beats = {}
        for layer, beat, begin, end in segment["bars"]:
            assert function["layers"][layer]
            assert 0 <= begin < end <= segment["cycles"], (layer, beat, begin, end)
            beats.setdefault(beat, set()).add(layer)
        assert {0, segment["beats"] - 1} <= set(beats)
        # Beats beside those that repeat may have been seen in part only.
        assert beats[0] == beats[segment["beats"] - 1] == set().union(*beats.values())
        assert len(beats) <= segment["beats"]
        assert segment["load_cycles"] <= segment["first_beat_cycles"] <= segment["cycles"]
        repeating += segment["beats"] - len(beats)
    assert sum(segment["cycles"] for segment in function["segments"]) == function["cycles"]
    energy = function["energy"]
    assert sum(value for name, value in energy.items() if name != "total_fj") == energy["total_fj"]
    print(f"{repeating} beats repeat")


with open(sys.argv[1], encoding="utf-8") as stream:
    for one in json.load(stream)["functions"]:
        check(one)
