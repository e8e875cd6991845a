"""Importers: ONNX and TFLite, and what is no network."""

from __future__ import annotations

import io
import json
import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import scope_mcm as scope
from conftest import ROOT, fails_with, run_scope
from make_tflite import make, make_foreign
from scope_mcm import tools
from scope_mcm._files import is_bytecode
from scope_mcm.importer import _FORMATS, _answers, _converter_command, _run_converter

LIGHT = Path(onnx.__file__).parent / "backend/test/data/light"
# Networks with LRN, which torch-mlir turns into a three-dimensional pooling.
IN_LINALG = {"bvlc_alexnet", "inception_v1", "zfnet512"}


def test_there_are_nine_networks():
    assert len(list(LIGHT.glob("light_*.onnx"))) == 9


@pytest.mark.parametrize("path", sorted(LIGHT.glob("light_*.onnx")), ids=lambda path: path.stem)
def test_networks_of_the_onnx_wheel_are_planned(path, tmp_path):
    program = tmp_path / "model.mlir"
    imported = scope.import_model(path, program)
    if path.stem.removeprefix("light_") in IN_LINALG:
        assert imported.dialect == "linalg"
        assert "torch.aten.avg_pool3d" in imported.notes[-1]
    else:
        assert imported.dialect == "tosa"
        assert is_bytecode(program)
    assert any("weights that are one number throughout" in note for note in imported.notes)
    options = scope.Options(package="simba-6x6", strategy="layer-by-layer")
    planned = scope.plan(program, options).plan
    assert planned.totals.layers > 5
    assert planned.totals.samples_per_second > 0


@pytest.mark.parametrize("name", ["squeezenet", "inception_v1"])
def test_weights_that_stay_aside_change_nothing(name, tmp_path):
    """Big weights are kept from the parts of the importer that do not need them: the
    program is that of the converter alone, which gets all of them everywhere."""
    sys.path.insert(0, str(ROOT / "test/Benchmarks"))
    from frontends import ALONE_ONNX, fill_weights

    model = tmp_path / "model.onnx"
    fill_weights(LIGHT / f"light_{name}.onnx", model)
    scope.import_model(model, tmp_path / "imported.mlir")
    subprocess.run([sys.executable, "-c", ALONE_ONNX, str(model), str(tmp_path / "alone.mlir")], check=True)
    assert (tmp_path / "imported.mlir").read_bytes() == (tmp_path / "alone.mlir").read_bytes()


def small_model(path: Path, batch: int | str = "N", side: int | str = 8) -> None:
    """A convolution with a batch norm."""
    random = np.random.default_rng(0)

    def weight(name: str, *shape: int) -> onnx.TensorProto:
        return numpy_helper.from_array(random.random(shape, dtype=np.float32) + 0.1, name)

    nodes = [
        helper.make_node("Conv", ["x", "w"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("BatchNormalization", ["c", "s", "b", "m", "v"], ["n"]),
        helper.make_node("Relu", ["n"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 3, side, side])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 4, side, side])],
        [weight("w", 4, 3, 3, 3), *(weight(name, 4) for name in "sbmv")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def operations(program: Path) -> list[str]:
    planned = scope.plan(program, scope.Options(package="simba-2x2", strategy="layer-by-layer")).plan
    return [name for layer in planned.function.layers for name in layer.operations]


def test_batch_norms_are_folded(tmp_path):
    small_model(tmp_path / "small.onnx")
    plain = scope.import_model(tmp_path / "small.onnx", tmp_path / "plain.mlir")
    folded = scope.import_model(tmp_path / "small.onnx", tmp_path / "folded.mlir", fold_batch_norm=True)
    assert "1 of 1 batch norms folded" in folded.notes
    assert "dimension N of input x is open and taken as 1" in plain.notes
    assert "tosa.sub" in operations(tmp_path / "plain.mlir")
    assert "tosa.sub" not in operations(tmp_path / "folded.mlir")


def test_open_dimensions_need_sizes(tmp_path):
    small_model(tmp_path / "small.onnx", side="side")
    fails_with(run_scope("import", "small.onnx", "-o", "a.mlir", cwd=tmp_path), "(side)", "say --dim side=SIZE")
    sizes = ("--dim", "side=16", "--dim", "N=2")
    assert run_scope("import", "small.onnx", "-o", "a.mlir", *sizes, cwd=tmp_path).code == 0
    plan = scope.plan(tmp_path / "a.mlir", scope.Options(package="simba-2x2")).plan
    assert plan.function.samples_per_call == 2
    assert plan.totals.macs_per_sample == 16 * 16 * 4 * 27
    fails_with(run_scope("import", "small.onnx", "-o", "b.mlir", "--dim", "z=1", "--dim", "side=1", cwd=tmp_path), "z")


def test_open_dimensions_of_a_plan(tmp_path):
    small_model(tmp_path / "small.onnx", side="side")
    for command in ("plan", "compare"):
        fails_with(run_scope(command, "small.onnx", cwd=tmp_path), "say --dim side=SIZE")
        ended = run_scope(command, "small.onnx", "--dim", "side=16", "-p", "simba-2x2", cwd=tmp_path)
        assert ended.code == 0, ended.err
    (tmp_path / "sweep.yaml").write_text("models: [small.onnx]\npackages: [simba-2x2]\n")
    pytest.importorskip("distributed")
    fails_with(run_scope("sweep", "sweep.yaml", cwd=tmp_path), "`scope import small.onnx --dim NAME=SIZE")


def test_a_converter_with_a_full_disk(tmp_path):
    small_model(tmp_path / "small.onnx", batch=1)
    request = {"model": str(tmp_path / "small.onnx"), "output": "/dev/full", "outline": ""}
    with pytest.raises(scope.ScopeError, match="there is no space left on the disk"):
        _run_converter(_FORMATS[".onnx"], request, print)


def test_weights_are_elided(tmp_path):
    small_model(tmp_path / "small.onnx", batch=1)
    full = scope.import_model(tmp_path / "small.onnx", tmp_path / "full.mlir")
    elided = scope.import_model(tmp_path / "small.onnx", tmp_path / "elided.mlir", elide_weights=True)
    assert is_bytecode(full.output) and not is_bytecode(elided.output)
    assert "__elided__" in elided.output.read_text()
    options = scope.Options(package="simba-2x2")
    assert scope.plan(full.output, options).plan.totals == scope.plan(elided.output, options).plan.totals


def test_linalg_on_demand(tmp_path):
    small_model(tmp_path / "small.onnx", batch=1)
    ended = run_scope("import", "small.onnx", "-o", "a.mlir", "--dialect", "linalg", "--json", cwd=tmp_path)
    assert json.loads(ended.out)["dialect"] == "linalg"
    assert "linalg.conv" in (tmp_path / "a.mlir").read_text()
    alexnet = LIGHT / "light_bvlc_alexnet.onnx"
    fails_with(
        run_scope("import", alexnet, "-o", "b.mlir", "--dialect", "tosa", cwd=tmp_path),
        "torch.aten.avg_pool3d",
        "the refusal is the importer's, not Scope's",
    )


def odd_model(path: Path, operation: str, domain: str = "") -> None:
    """A network of one operation."""
    graph = helper.make_graph(
        [helper.make_node(operation, ["x"], ["y"], domain=domain)],
        "odd",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["k"])],
    )
    opsets = [helper.make_opsetid("", 17), *([helper.make_opsetid(domain, 1)] if domain else [])]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)


def test_an_operation_that_torch_mlir_does_not_know(tmp_path):
    odd_model(tmp_path / "odd.onnx", "Strange", "com.example")
    ended = run_scope("import", "odd.onnx", "-o", "odd.mlir", cwd=tmp_path)
    fails_with(ended, "torch-mlir cannot convert onnx.Strange", "the refusal is the importer's, not Scope's")


def test_a_converter_that_crashes_takes_nobody_with_it(tmp_path):
    odd_model(tmp_path / "odd.onnx", "Unique")
    ended = run_scope("import", "odd.onnx", "-o", "odd.mlir", cwd=tmp_path)
    fails_with(ended, "odd.onnx", "is the importer's, not Scope's")
    assert [path.name for path in tmp_path.iterdir()] == ["odd.onnx"]


def test_tflite(tmp_path):
    (tmp_path / "net.tflite").write_bytes(make())
    (tmp_path / "NET.TFLITE").symlink_to("net.tflite")
    ended = run_scope("plan", "NET.TFLITE", "-p", "simba-2x2", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert is_bytecode(tmp_path / "plan.mlir")
    plan = scope.Plan.read(tmp_path / "plan.json")
    # Two convolutions of 3 x 3 and a matrix of 2048 x 10.
    assert plan.totals.macs_per_sample == 16 * 16 * 9 * (3 * 16 + 16 * 32) + 2048 * 10


@pytest.mark.parametrize("command", ["plan", "import", "compare"])
def test_operations_that_the_converter_leaves(command, tmp_path):
    (tmp_path / "net.tflite").write_bytes(make_foreign())
    output = ["-o", "out.mlir"] if command != "compare" else []
    ended = run_scope(command, "net.tflite", *output, cwd=tmp_path)
    fails_with(ended, "net.tflite: the importer left tfl.local_response_normalization", "not Scope's")
    assert [path.name for path in tmp_path.iterdir()] == ["net.tflite"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("text.onnx", b"this is no model, and long enough to be read as one", "text.onnx is no"),
        ("empty.onnx", b"", "empty.onnx is empty"),
        ("cut.onnx", None, "cut.onnx is no"),
        ("text.tflite", b"no model at all", "text.tflite is no TFLite file"),
        ("cut.tflite", None, "convert the TFLite model to its MLIR representation; the refusal is the importer's"),
        ("text.mlir", b"no network", "text.mlir:1:1: "),
        ("cut.mlirbc", b"ML\xefR\x01\x02", "name a network in MLIR: TOSA or linalg on tensors"),
        ("model", b"x", "model has no suffix; it can be .onnx, .tflite"),
        ("model.h5", b"x", "has the suffix '.h5', which is none of .onnx, .tflite, .pt2, .mlir, .mlirbc"),
    ],
)
def test_what_is_no_network(name, content, message, tmp_path):
    if content is None:
        whole = make() if name.endswith("tflite") else (LIGHT / "light_squeezenet.onnx").read_bytes()
        content = whole[: len(whole) // 2]
    (tmp_path / name).write_bytes(content)
    fails_with(run_scope("import", name, "-o", "out.mlir", cwd=tmp_path), message)
    fails_with(run_scope("plan", name, cwd=tmp_path), message)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_weight_that_is_cut_off(tmp_path):
    small_model(tmp_path / "small.onnx", batch=1)
    model = onnx.load(tmp_path / "small.onnx")
    weight = model.graph.initializer[0]
    weight.raw_data = weight.raw_data[:100]
    onnx.save(model, tmp_path / "small.onnx")
    ended = run_scope("import", "small.onnx", "-o", "out.mlir", cwd=tmp_path)
    fails_with(ended, "small.onnx is no complete ONNX model: weight w has less than the 432 bytes")
    # The same as numbers and not as bytes.
    weight.ClearField("raw_data")
    weight.float_data.extend([0.5] * 100)
    onnx.save(model, tmp_path / "small.onnx")
    ended = run_scope("import", "small.onnx", "-o", "out.mlir", cwd=tmp_path)
    fails_with(ended, "small.onnx is no complete ONNX model: ")
    assert [path.name for path in tmp_path.iterdir()] == ["small.onnx"]


def test_what_a_converter_writes_is_read_without_big_weights(tmp_path):
    weight = np.random.default_rng(0).random((64, 32, 3, 3), dtype=np.float32)
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"])],
        "big",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 32, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 64, 6, 6])],
        [numpy_helper.from_array(weight, "w")],
    )
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), tmp_path / "big.onnx")
    request = {"model": str(tmp_path / "big.onnx"), "output": str(tmp_path / "big.mlir")}
    request["outline"] = str(tmp_path / "outline.mlir")
    for dialect, outline in (("tosa", is_bytecode), ("linalg", lambda path: "__elided__" in path.read_text())):
        request["dialect"] = dialect
        command, environment = _converter_command(_FORMATS[".onnx"])
        subprocess.run(command, env=environment, input=marshal.dumps(request), capture_output=True, check=True)
        assert outline(tmp_path / "outline.mlir")
        assert (tmp_path / "big.mlir").stat().st_size > weight.nbytes
        assert (tmp_path / "outline.mlir").stat().st_size < 4096


def test_a_quick_converter_loads_nothing_else(tmp_path):
    (tmp_path / "net.tflite").write_bytes(make())
    request = marshal.dumps({"model": str(tmp_path / "net.tflite"), "output": str(tmp_path / "net.mlir")})
    command, environment = _converter_command(_FORMATS[".tflite"])
    command[1:1] = ["-X", "importtime"]
    done = subprocess.run(command, input=request, capture_output=True, env=environment, check=True)
    *_, last = _answers(io.BytesIO(done.stdout))
    assert last["dialect"] == "tosa"
    loaded = set(re.findall(r"\| +([\w.]+)$", done.stderr.decode(), re.MULTILINE))
    assert "scope_converters.tflite" in loaded
    assert not loaded & {"scope_mcm", "pydantic", "json", "re", "typing", "site", "os"}


@pytest.mark.parametrize("suffix", [".onnx", ".tflite"])
def test_a_converter_loads_nothing_of_the_working_folder(suffix, tmp_path):
    (tmp_path / f"{_FORMATS[suffix].modules[0]}.py").write_text("raise SystemExit\n")
    small_model(tmp_path / "net.onnx", batch=1)
    (tmp_path / "net.tflite").write_bytes(make())
    request = marshal.dumps({"model": f"net{suffix}", "output": "net.mlir", "outline": ""})
    command, environment = _converter_command(_FORMATS[suffix])
    subprocess.run(command, input=request, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, check=True)
    assert is_bytecode(tmp_path / "net.mlir")


def test_a_converter_that_ends_in_the_middle_of_an_answer():
    whole = marshal.dumps({"step": "reading"})
    for cut in range(len(whole)):
        assert list(_answers(io.BytesIO(whole + whole[:cut]))) == [{"step": "reading"}]


def test_what_a_converter_writes_is_checked(tmp_path, monkeypatch):
    (tmp_path / "net.tflite").write_bytes(make())
    (tmp_path / "odd.tflite").write_bytes(make_foreign())
    asked = []
    run = tools.run
    monkeypatch.setattr(tools, "run", lambda tool, *more, **options: asked.append(tool) or run(tool, *more, **options))
    good = scope.import_model(tmp_path / "net.tflite", tmp_path / "net.mlir").output
    # Where the quick tool is there, it is enough for what is right, and for that only.
    quick = tools.is_valid(good)
    assert asked == ([] if quick else ["scope-opt"])
    with pytest.raises(scope.ScopeError, match="left tfl"):
        scope.import_model(tmp_path / "odd.tflite", tmp_path / "odd.mlir")
    assert asked[-1] == "scope-opt"
    assert not (tmp_path / "odd.mlir").exists()
    (tmp_path / "cut.mlir").write_bytes(good.read_bytes()[:-100])
    (tmp_path / "wrong.mlir").write_text(
        "func.func @f(%a: tensor<2xf32>) -> tensor<3xf32> {\n"
        "  %b = tosa.exp %a : (tensor<2xf32>) -> tensor<3xf32>\n  return %b : tensor<3xf32>\n}\n"
    )
    for name in ("cut.mlir", "wrong.mlir"):
        assert not tools.is_valid(tmp_path / name)
        with pytest.raises(scope.ScopeError):
            run("scope-opt", [str(tmp_path / name)])
    # An installed package has it where LLVM has static archives, as Debian's.
    if Path("/usr/lib/llvm-22/lib/libMLIRTosaDialect.a").exists():
        assert quick
    monkeypatch.setattr(tools, "is_valid", lambda program: False)
    asked.clear()
    scope.import_model(tmp_path / "net.tflite", tmp_path / "net.mlir")
    assert asked == ["scope-opt"]


def test_a_missing_extra_is_named(tmp_path):
    # A Python in which the converter's package cannot be found.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'torch_mlir' else find(name, package)\n"
    )
    (tmp_path / "net.onnx").write_bytes(b"x")
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    ended = run_scope("import", "net.onnx", "-o", "net.mlir", cwd=tmp_path, env={"PYTHONPATH": path})
    fails_with(ended, "needs torch_mlir", "install the extra [onnx]", "pip install onnx onnxscript torch-mlir")


def test_nothing_is_left_when_writing_fails(tmp_path):
    small_model(tmp_path / "small.onnx", batch=1)
    fails_with(run_scope("import", "small.onnx", "-o", "none/a.mlir", cwd=tmp_path), "there is no folder none")
    (tmp_path / "folder.mlir").mkdir()
    fails_with(run_scope("import", "small.onnx", "-o", "folder.mlir", cwd=tmp_path), "it is a folder")
