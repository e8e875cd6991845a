"""Plans as objects: they are what the JSON and its schema say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args, get_origin

import pydantic
import pytest

import scope_mcm as scope
from conftest import NETWORKS, ROOT
from scope_mcm import plans

SCHEMA = json.loads((ROOT / "docs/schema/plan-1.4.schema.json").read_text())
NAMES = {"plannedpackage": "package", "energytable": "energy", "functioninput": "input"}


def object_of(annotation):
    """The class of objects in a field's type, or None."""
    if get_origin(annotation) is None:
        is_object = isinstance(annotation, type) and issubclass(annotation, pydantic.BaseModel)
        return annotation if is_object else None
    return next((found for inner in get_args(annotation) if (found := object_of(inner))), None)


def resolve(node):
    """The object's schema behind references, arrays and alternatives."""
    while True:
        if "$ref" in node:
            node = SCHEMA["$defs"][node["$ref"].rpartition("/")[2]]
        elif "oneOf" in node:
            node = next(one for one in node["oneOf"] if one.get("type") != "null")
        elif node.get("type") == "array" and isinstance(node.get("items"), dict):
            node = node["items"]
        else:
            return node


def check_fields(model, node, seen):
    if model in seen:
        return
    seen.add(model)
    assert set(model.model_fields) == set(node["properties"]), model
    for name, field in model.model_fields.items():
        property_ = node["properties"][name]
        inner = object_of(field.annotation)
        if inner:
            check_fields(inner, resolve(property_), seen)
        if "enum" in property_:
            words = {word for word in property_["enum"] if isinstance(word, str)}
            literals = {word for word in flat(field.annotation) if isinstance(word, str)}
            assert words == literals, (model, name)


def flat(annotation):
    for inner in get_args(annotation):
        if get_origin(inner) is None and not get_args(inner):
            yield inner
        else:
            yield from flat(inner)


def test_classes_have_the_fields_of_the_schema():
    seen = set()
    check_fields(scope.Plan, SCHEMA, seen)
    assert len(seen) > 20


def test_the_same_plan_comes_out(resnet18):
    assert json.loads(resnet18.plan.to_json()) == json.loads(resnet18.json)


def test_objects_are_immutable(resnet18):
    with pytest.raises(pydantic.ValidationError):
        resnet18.plan.version = "2.0"


def test_walks(resnet18):
    function = resnet18.plan.function
    assert [layer.index for layer in function.layers] == list(range(function.totals.layers))
    segment, cluster, layer = function.find_layer("conv2d_3")
    assert cluster in segment.clusters and layer in cluster.layers
    assert function.find_layer(layer.index)[2] is layer
    with pytest.raises(scope.ScopeError, match=r"no layer 'conv2d_99'; it has \d+ layers"):
        function.find_layer("conv2d_99")


def test_reasons_and_links(resnet18):
    segments = resnet18.plan.function.segments
    assert len(segments) > 1
    assert all(segment.reason for segment in segments[:-1]) and segments[-1].reason is None
    for segment in segments:
        assert segment.links is not None
        assert len(segment.links.east) == 6 and all(len(row) == 6 for row in segment.links.east)
        # Nothing leaves the grid.
        assert not any(row[-1] for row in segment.links.east) and not any(segment.links.south[-1])
        assert not any(row[0] for row in segment.links.west) and not any(segment.links.north[0])
        assert any(map(any, segment.links.east))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no JSON"),
        ("[]", "is no plan of Scope"),
        ('{"format": "scope-plan", "version": "1.9"}', r"has version 1\.9; this reads 1\.0 to 1\.4"),
        ('{"format": "scope-plan", "version": "2.0"}', r"has version 2\.0"),
        ('{"format": "scope-plan", "version": 1}', "has version 1"),
        ('{"format": "scope-plan", "version": "1.4"}', "required property"),
    ],
)
def test_bad_json(text, message):
    with pytest.raises(scope.ScopeError, match=message):
        scope.Plan.from_json(text, "plan.json")


def test_wrong_values_are_found_by_the_schema(resnet18):
    data = json.loads(resnet18.json)
    data["functions"][0]["segments"][0]["beats"] = 0
    with pytest.raises(scope.ScopeError, match="functions/0/segments/0/beats"):
        scope.Plan.from_json(json.dumps(data))


def test_an_older_minor_version_is_read(resnet18):
    data = json.loads(resnet18.json)
    data["version"] = "1.0"
    del data["functions"][0]["front"], data["functions"][0]["bounds"]["segments_cycles"]
    for name in ("max_latency_cycles", "max_energy_pj", "samples", "seed"):
        del data["config"][name]
    for segment in data["functions"][0]["segments"]:
        del segment["reason"], segment["links"], segment["alternative"]
        for cluster in segment["clusters"]:
            del cluster["reason"], cluster["alternative"], cluster["dram_ahead"]
    old = scope.Plan.from_json(json.dumps(data))
    assert old.function.segments[0].reason is None
    data["version"] = "1.4"
    with pytest.raises(scope.ScopeError, match="required property"):
        scope.Plan.from_json(json.dumps(data))


def test_the_text_report_has_the_same_figures(resnet18):
    totals, report = resnet18.plan.totals, resnet18.report
    function = resnet18.plan.function
    rate = re.search(r"throughput +([\d.,]+) samples/s: ([\d,]+) cycles", report)
    assert rate[1] == f"{totals.samples_per_second:,.1f}" and rate[2] == f"{totals.cycles:,}"
    assert re.search(r"latency +([\d,]+) cycles", report)[1] == f"{totals.latency_cycles:,}"
    assert re.search(r"utilisation +([\d.]+) %", report)[1] == f"{100 * totals.utilisation:.1f}"
    assert re.search(r"gap +throughput: ([\d.]+) %", report)[1] == f"{100 * function.bounds.gap_to_bound:.2f}"
    assert f"{totals.layers} layers, {totals.macs_per_sample:,} MACs a sample" in report
    stages = re.findall(r"^ +(\d+)\.(\d+) +\d+(?:-\d+)? +(\d+) .*?/16( ahead)? +([\d,]+)", report, re.MULTILINE)
    found = [
        (
            str(segment.index),
            str(cluster.index),
            str(cluster.chiplets),
            " ahead" if cluster.dram_ahead else "",
            f"{cluster.cost.stage_cycles:,}",
        )
        for segment in function.segments
        for cluster in segment.clusters
    ]
    assert stages == found


def test_errors_of_the_tool():
    with pytest.raises(scope.ScopeError, match=r"there is no file nowhere\.mlir"):
        scope.plan("nowhere.mlir")
    with pytest.raises(scope.ScopeError, match="no package is called 'huge'"):
        scope.plan(NETWORKS / "resnet18.mlir", scope.Options(package="huge"))
    with pytest.raises(scope.ScopeError, match="blanks"):
        scope.plan(NETWORKS / "resnet18.mlir", scope.Options(package="a b"))


def test_the_planned_program_is_written_whole_or_not_at_all(tmp_path: Path):
    output = tmp_path / "plan.mlir"
    with pytest.raises(scope.ScopeError, match=r"bytes of SRAM"):
        scope.plan(NETWORKS / "resnet18.mlir", scope.Options(package="tiny-2x2"), output=output)
    assert list(tmp_path.iterdir()) == []
    options = scope.Options(package="simba-4x4", assume_bits=8, strategy="layer-by-layer")
    scope.plan(NETWORKS / "resnet18.mlir", options, output=output)
    assert "scope.segment" in output.read_text()
    assert list(tmp_path.iterdir()) == [output]


def test_versions_of_reader_and_schemas_agree():
    versions = sorted(path.name for path in (ROOT / "docs/schema").glob("plan-*.json"))
    assert versions[-1] == f"plan-{plans.FORMAT_MAJOR}.{plans.FORMAT_MINOR}.schema.json"
