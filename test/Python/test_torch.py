"""PyTorch's networks, with random weights. Needs PyTorch: tools/check.sh --heavy."""

from __future__ import annotations

import json
import sys

import pytest

import scope_mcm as scope
from conftest import fails_with, run_scope
from scope_mcm._files import is_bytecode

pytestmark = pytest.mark.heavy

try:
    import torch
    import torchvision
    import transformers
except ImportError:
    torch = None


@pytest.fixture(autouse=True)
def seeded():
    if torch is None:
        pytest.fail("PyTorch is not installed; run tools/check.sh --heavy")
    torch.manual_seed(1)


IMAGE = (1, 3, 224, 224)


def bert():
    config = transformers.BertConfig(attn_implementation="eager", use_cache=False)
    return transformers.BertModel(config), (torch.zeros(1, 128, dtype=torch.int64),)


def llama():
    config = transformers.LlamaConfig(
        num_hidden_layers=2,
        hidden_size=2048,
        intermediate_size=5504,
        num_attention_heads=16,
        vocab_size=32000,
        attn_implementation="eager",
        use_cache=False,
    )
    return transformers.LlamaModel(config), (torch.zeros(1, 128, dtype=torch.int64),)


def vision(name):
    return lambda: (getattr(torchvision.models, name)(), (torch.zeros(IMAGE),))


# What a sample takes, in 1e9 multiply-accumulates of convolutions and matrices.
NETWORKS = {
    "resnet50": (vision("resnet50"), 4.09),
    "resnet152": (vision("resnet152"), 11.5),
    "mobilenet_v2": (vision("mobilenet_v2"), 0.30),
    "vit_b_16": (vision("vit_b_16"), 17.5),
    "bert": (bert, 11.2),
    "llama": (llama, 13.0),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_are_imported_and_planned(name, tmp_path):
    make, billions = NETWORKS[name]
    module, inputs = make()
    steps = []
    imported = scope.import_module(module, inputs, tmp_path / "model.mlir", progress=steps.append)
    print(
        f"{name}: {imported.dialect}, converter {imported.converter_seconds:.1f} s, import {imported.seconds:.1f} s, "
        f"{imported.output.stat().st_size / 1e6:.0f} MB",
        file=sys.stderr,
    )
    assert imported.dialect == "tosa", imported.notes
    assert is_bytecode(imported.output)
    assert "lowering to TOSA" in steps
    options = scope.Options(package="simba-16x16", assume_bits=8, batch=4, strategy="layer-by-layer")
    plan = scope.plan(imported.output, options).plan
    assert plan.totals.macs_per_sample / 1e9 == pytest.approx(billions, rel=0.06)


def test_batch_norms_of_a_module_are_folded(tmp_path):
    module = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.ReLU())
    inputs = (torch.zeros(1, 3, 16, 16),)
    names = {}
    for fold in (False, True):
        program = tmp_path / f"{fold}.mlir"
        scope.import_module(module, inputs, program, fold_batch_norm=fold)
        plan = scope.plan(program, scope.Options(package="simba-2x2")).plan
        names[fold] = [name for layer in plan.function.layers for name in layer.operations]
    assert "tosa.sub" in names[False] and "tosa.sub" not in names[True]


def test_what_tosa_has_not_comes_in_linalg(tmp_path):
    module = torch.nn.Sequential(torch.nn.Conv2d(8, 8, 3), torch.nn.LocalResponseNorm(4))
    imported = scope.import_module(module, (torch.zeros(1, 8, 16, 16),), tmp_path / "model.mlir")
    assert imported.dialect == "linalg"
    assert "cannot convert torch.aten.avg_pool3d to TOSA" in imported.notes[-1]
    assert scope.plan(imported.output, scope.Options(package="simba-2x2")).plan.totals.macs_per_sample > 0


def test_exported_programs(tmp_path):
    module = torchvision.models.squeezenet1_1().eval()
    torch.export.save(torch.export.export(module, (torch.zeros(IMAGE),)), tmp_path / "net.pt2")
    ended = run_scope("import", "net.pt2", "-o", "net.mlir", "--elide-weights", "--json", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["dialect"] == "tosa"
    assert (tmp_path / "net.mlir").stat().st_size < 200_000
    whole = (tmp_path / "net.pt2").read_bytes()
    (tmp_path / "cut.pt2").write_bytes(whole[: len(whole) // 2])
    fails_with(run_scope("import", "cut.pt2", "-o", "cut.mlir", cwd=tmp_path), "cut.pt2 is no program")
    assert not (tmp_path / "cut.mlir").exists()


def test_what_torch_mlir_refuses(tmp_path):
    with pytest.raises(scope.ScopeError, match="the refusal is the importer's, not Scope's"):
        scope.import_module(torchvision.models.swin_t(), (torch.zeros(IMAGE),), tmp_path / "model.mlir")
    assert list(tmp_path.iterdir()) == []
