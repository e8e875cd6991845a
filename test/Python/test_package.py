"""Packages that are built, varied and written in Python."""

from __future__ import annotations

import pytest

import scope_mcm as scope
from conftest import NETWORKS


@pytest.mark.parametrize("name", ["simba-6x6", "simba-16x16", "scar-3x3", "wormhole-8x8", "hetero-6x6", "tiny-2x2"])
def test_presets_come_back(name, tmp_path):
    package = scope.Package.preset(name)
    file = tmp_path / "package.mlir"
    package.write(file)
    assert scope.Package.read(file) == package


def test_every_preset_is_listed():
    presets = scope.list_presets()
    assert [preset["name"] for preset in presets][:2] == ["simba-RxC", "scar-3x3"]
    for preset in presets:
        package = scope.Package.preset(preset["example"])
        assert [field["name"] for field in preset["fields"]] == [key for key, _ in package._texts()]
        for field in preset["fields"]:
            assert field["source"]


def test_a_package_is_built_and_planned():
    package = scope.Package.build(
        name="mine",
        rows=2,
        cols=3,
        clock="1 GHz",
        mac_k=32,
        mac_c=32,
        vector=64,
        sram="1 MiB",
        port="32 GB/s",
        hop="20 ns",
        dram=[{"at": "[0,0]-[1,0]", "each": "8 GB/s"}],
        disabled="[1,2]",
        kinds=[{"name": "vector", "mac_k": 16, "mac_c": 16, "vector": 256, "sram": "1 MiB", "at": "[0,2]"}],
    )
    assert scope.Package.parse(package.to_mlir()) == package
    options = scope.Options(package=package, assume_bits=8, batch=2, strategy="layer-by-layer")
    planned = scope.plan(NETWORKS / "resnet18.mlir", options).plan
    assert planned.package.name == "mine"
    assert planned.package.chiplets == 5
    assert planned.package.disabled == [(1, 2)]
    assert [kind.name for kind in planned.package.kinds] == ["default", "vector"]
    assert float(planned.package.nop.port_bytes_per_cycle) == 32


def test_variations():
    base = scope.Package.preset("simba-4x4")
    more = base.vary(name="more", sram="2 MiB")
    assert (more.sram, base.sram, more.rows) == ("2 MiB", "752 KiB", 4)
    with pytest.raises(scope.ScopeError, match="unknown field 'sarm'"):
        base.vary(sarm="2 MiB")
    with pytest.raises(scope.ScopeError, match=r"greater than or equal to 1: 'rows'"):
        base.vary(rows=0)


def test_what_cannot_work_is_refused(tmp_path):
    base = scope.Package.preset("simba-4x4")
    with pytest.raises(scope.ScopeError, match="unknown unit 'KXB'"):
        base.vary(sram="8 KXB").check()
    with pytest.raises(scope.ScopeError, match=r"^the package: .*unknown unit 'KXB'"):
        scope.plan(NETWORKS / "resnet18.mlir", scope.Options(package=base.vary(sram="8 KXB")))
    file = tmp_path / "package.mlir"
    with pytest.raises(scope.ScopeError, match="the DRAM port"):
        base.vary(dram=[{"at": "[0,0]", "each": "800 GB/s"}]).write(file)
    assert not file.exists()
    file.write_text("module {}")
    with pytest.raises(scope.ScopeError, match=r"must hold one 'scope\.package'"):
        scope.Package.read(file)
