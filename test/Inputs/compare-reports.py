"""Checks that the reports on one module in three formats say the same.

usage: compare-reports.py TEXT CSV JSON

Also checks what follows from what inside of the JSON: sums, products, and the
figures in seconds and joules. Prints one line for each thing that does not
agree, and exits with 1 if there is one.
"""

import csv
import json
import math
import re
import sys

WRONG = []


def agree(what, one, other):
    if one != other:
        WRONG.append(f"{what}: {one!r} and {other!r}")


def close(what, one, other):
    if not math.isclose(one, other, rel_tol=1e-12):
        WRONG.append(f"{what}: {one!r} and {other!r}")


def number(text):
    return int(text.replace(",", ""))


def layers_of(segment):
    return [layer for cluster in segment["clusters"] for layer in cluster["layers"]]


def check_sums(package, function):
    """What must add up in the JSON of one function."""
    totals, segments = function["totals"], function["segments"]
    layers = [layer for segment in segments for layer in layers_of(segment)]
    batch, calls = function["batch_samples"], function["samples_per_call"]
    agree("order of layers", [layer["index"] for layer in layers], list(range(len(layers))))
    agree("layers", totals["layers"], len(layers))
    agree("MACs", totals["macs_per_sample"], sum(layer["macs_per_call"] for layer in layers) // calls)
    agree("weights", totals["weight_bytes"], sum(layer["weight_bytes"] for layer in layers))
    agree("cycles", totals["cycles"], sum(s["cost"]["cycles"] for s in segments))
    agree("latency", totals["latency_cycles"], sum(s["cost"]["latency_cycles"] for s in segments))
    agree("DRAM bytes", totals["dram_bytes"], sum(s["cost"]["dram_bytes"] for s in segments))
    for kind in totals["energy"]:
        agree(kind, totals["energy"][kind], sum(s["energy"][kind] for s in segments))
    agree("energy", totals["energy"]["total_fj"],
          sum(totals["energy"][kind] for kind in totals["energy"] if kind != "total_fj"))
    close("seconds", totals["seconds"], totals["cycles"] / package["clock_hz"])
    close("throughput", totals["samples_per_second"], batch / totals["seconds"])
    close("joules", totals["joules"], totals["energy"]["total_fj"] * 1e-15)
    lanes = sum(kind["mac_k_lanes"] * kind["mac_c_lanes"] * len(kind["chiplets"])
                for kind in package["kinds"])
    close("utilisation", totals["utilisation"],
          totals["macs_per_sample"] * batch / totals["cycles"] / lanes)
    for segment in segments:
        cost = segment["cost"]
        stages = [cluster["cost"]["stage_cycles"] for cluster in segment["clusters"]]
        agree("beats", segment["beats"] * segment["beat_samples"], batch)
        agree("slowest stage", cost["slowest_stage_cycles"], max(stages))
        agree("latency", cost["latency_cycles"], cost["load_cycles"] + cost["fill_cycles"] + cost["pace_cycles"])
        agree("pace", cost["pace_cycles"], max(max(stages), cost["dram_beat_cycles"]))
        agree("segment", cost["cycles"],
              cost["load_cycles"] + cost["fill_cycles"] + segment["beats"] * cost["pace_cycles"])
        agree("MAC energy", segment["energy"]["mac_fj"],
              segment["beats"] * sum(layer["energy"]["mac_fj"] for layer in layers_of(segment)))
        for cluster, stage in zip(segment["clusters"], stages):
            agree("stage", stage, sum(layer["cost"]["cycles"] for layer in cluster["layers"]))


def check_csv(rows, function):
    """The lines of one function against its JSON."""
    rows = [row for row in rows if row["function"] == function["name"]]
    expected = [(segment, cluster, layer) for segment in function["segments"]
                for cluster in segment["clusters"] for layer in cluster["layers"]]
    agree("lines of CSV", len(rows), len(expected))
    for row, (segment, cluster, layer) in zip(rows, expected):
        agree("layer", row["layer"], layer["name"])
        agree("operations", row["operations"].split(), layer["operations"])
        agree("weights", row["weights"], cluster["weights"])
        agree("limit", row["limit"], layer["limit"])
        agree("partition", row["partition"], ", ".join(
            f"{dim['name']} = {dim['factor']}" for dim in layer["dims"] if dim["factor"] > 1))
        figures = {
            "index": layer["index"], "segment": segment["index"], "cluster": cluster["index"],
            "beat_samples": segment["beat_samples"], "beats": segment["beats"],
            "chiplets": cluster["chiplets"], "weight_bytes": layer["weight_bytes"],
            "macs_per_sample": layer["macs_per_call"] // function["samples_per_call"],
            "vector_ops_per_call": layer["vector_ops_per_call"],
            "energy_fj": layer["energy"]["total_fj"], "energy_mac_fj": layer["energy"]["mac_fj"],
            "energy_sram_fj": layer["energy"]["sram_fj"],
            "energy_nop_fj": layer["energy"]["nop_fj"]}
        figures.update({name: int(value) for name, value in layer["cost"].items()})
        for name, value in figures.items():
            agree(f"{layer['name']}: {name}", int(row[name]), value)


def check_text(text, function):
    """The report for people against the JSON."""
    totals, segments = function["totals"], function["segments"]
    found = re.search(r"samples/s: ([0-9,]+) cycles", text)
    agree("cycles in the text", number(found.group(1)), totals["cycles"])
    found = re.search(r"latency +([0-9,]+) cycles", text)
    agree("latency in the text", number(found.group(1)), totals["latency_cycles"])
    found = re.search(r"\nTotal: ([0-9]+) layers?, ([0-9,]+) MACs a sample, ([0-9,]+) bytes", text)
    agree("total in the text", list(map(number, found.groups())),
          [totals["layers"], totals["macs_per_sample"], totals["weight_bytes"]])
    found = re.search(r"work ([0-9,]+) [^;]*,\s+DRAM\s+([0-9,]+) [^;]*,\s+ideal\s+([0-9,]+)\s", text)
    agree("bounds in the text", list(map(number, found.groups())),
          [function["bounds"][kind + "_cycles"] for kind in ("work", "dram", "ideal")])
    tables = dict(re.findall(r"\n(Segments|Clusters|Layers) .*\n.*\n((?:  .*\n)*)", text))
    cycles = [line.split()[9] for line in tables["Segments"].splitlines()]
    agree("segments in the text", list(map(number, cycles)),
          [segment["cost"]["cycles"] for segment in segments])
    stages = re.findall(r"\n? +[0-9]+\.[0-9]+ .*?/16 +([0-9,]+) ", tables["Clusters"])
    agree("stages in the text", list(map(number, stages)),
          [cluster["cost"]["stage_cycles"] for s in segments for cluster in s["clusters"]])
    lines = [line for line in tables["Layers"].splitlines() if not line.startswith("  cluster ")]
    agree("layers in the text", [(number(line.split()[-2]), line.split()[-1]) for line in lines],
          [(layer["cost"]["cycles"], layer["limit"]) for s in segments for layer in layers_of(s)])
    for line in text.splitlines():
        if len(line) > 120:
            WRONG.append(f"a line of {len(line)} columns: {line}")


def main(text_file, csv_file, json_file):
    with open(text_file, encoding="utf-8") as stream:
        text = stream.read()
    with open(csv_file, encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with open(json_file, encoding="utf-8") as stream:
        data = json.load(stream)
    parts = re.split(r"(?m)^Plan of @", text)[1:]
    agree("functions", [part.split()[0] for part in parts],
          [function["name"] for function in data["functions"]])
    for function, part in zip(data["functions"], parts):
        check_sums(data["package"], function)
        check_csv(rows, function)
        check_text(part, function)
    for line in WRONG:
        print(line)
    return 1 if WRONG else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
