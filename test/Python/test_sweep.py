"""Sweeps: what is computed, what is kept, and what happens when something dies."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet
import pytest

from conftest import NETWORKS, ended_by, fails_with, processes_of, run_scope
from scope_mcm.pareto import pareto_front
from scope_mcm.sweep import SweepConfig, run_sweep

SMALL = """\
models: [{networks}/resnet18.mlir]
packages:
  - simba-4x4
  - tiny-2x2
  - {{name: big, base: simba-4x4, change: {{sram: 2 MiB}}}}
batches: {batches}
strategies: [layer-by-layer]
assume_bits: 8
"""


def write_config(folder: Path, batches: list[int]) -> Path:
    path = folder / "sweep.yaml"
    path.write_text(SMALL.format(networks=NETWORKS, batches=batches))
    return path


def result_files(folder: Path) -> dict[str, int]:
    """Names of the results, and when they were written."""
    return {path.name: path.stat().st_mtime_ns for path in (folder / "points").glob("*.json")}


def test_a_sweep_and_a_larger_one(tmp_path):
    config = write_config(tmp_path, [1, 2])
    first = run_sweep(config, tmp_path / "out", workers=1)
    assert (first.points, first.computed, first.failed) == (6, 6, 2)
    rows = pyarrow.parquet.read_table(tmp_path / "out/results.parquet").to_pylist()
    assert len(rows) == 6
    refused = [row for row in rows if row["status"] == "refused"]
    assert {row["package"] for row in refused} == {"tiny-2x2"}
    assert all("SRAM" in row["error"] for row in refused)
    # More memory on the same package is never worse.
    rate = {(row["package"], row["batch"]): row["samples_per_second"] for row in rows}
    assert rate["big", 2] >= rate["simba-4x4", 2]
    svg = (tmp_path / "out/pareto.svg").read_text()
    assert svg.lstrip().startswith("<?xml") and "resnet18" in svg
    before = result_files(tmp_path / "out")
    write_config(tmp_path, [1, 2, 4])
    more = run_sweep(config, tmp_path / "out", workers=1)
    assert (more.points, more.computed) == (9, 3)
    after = result_files(tmp_path / "out")
    assert all(after[name] == when for name, when in before.items())
    again = run_sweep(config, tmp_path / "out", workers=1)
    assert (again.points, again.computed) == (9, 0)


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_killed_and_resumed(tmp_path):
    write_config(tmp_path, list(range(1, 9)))
    command = [sys.executable, "-m", "scope_mcm.cli", "sweep", "sweep.yaml", "-o", "out", "--workers", "2"]
    process = subprocess.Popen(command, cwd=tmp_path, start_new_session=True, stderr=subprocess.DEVNULL)
    points = tmp_path / "out" / "points"
    wait_for(lambda: points.is_dir() and len(list(points.glob("*.json"))) >= 6)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    before = result_files(tmp_path / "out")
    assert 6 <= len(before) < 24
    for path in points.glob("*.json"):
        json.loads(path.read_text())
    ended = run_scope("sweep", "sweep.yaml", "-o", "out", "--json", cwd=tmp_path)
    assert ended.code == 0, ended.err
    result = json.loads(ended.out)
    assert (result["points"], result["computed"]) == (24, 24 - len(before))
    after = result_files(tmp_path / "out")
    assert len(after) == 24
    assert all(after[name] == when for name, when in before.items())


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        # A thread may have ended.
        with contextlib.suppress(OSError):
            found += map(int, task.read_text().split())
    return found


def test_a_killed_worker_loses_nothing(tmp_path):
    write_config(tmp_path, list(range(1, 9)))
    command = [sys.executable, "-m", "scope_mcm.cli", "sweep", "sweep.yaml", "-o", "out", "--workers", "2", "--json"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    points = tmp_path / "out" / "points"
    wait_for(lambda: points.is_dir() and len(list(points.glob("*.json"))) >= 3)
    workers = [pid for pid in children(process.pid) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(workers) == 2
    os.kill(workers[0], signal.SIGKILL)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert json.loads(out)["points"] == 24
    assert "Traceback" not in err
    statuses = [json.loads(path.read_text())["status"] for path in points.glob("*.json")]
    assert len(statuses) == 24 and "crashed" not in statuses


def tools_of(session: int) -> list[str]:
    return [line for line in processes_of(session) if "bin/scope-opt" in line]


# Half a minute a point.
LONG = f"models: [{NETWORKS}/resnet152.mlir]\npackages: [simba-16x16]\nbatches: [1, 2, 4, 8]\nsearch: exact\n"


def test_a_killed_worker_ends_its_tool(tmp_path):
    (tmp_path / "sweep.yaml").write_text(LONG)
    process = subprocess.Popen(
        [sys.executable, "-m", "scope_mcm.cli", "sweep", "sweep.yaml", "-o", "out", "--workers", "1"],
        cwd=tmp_path,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def started() -> list[tuple[int, str]]:
        """The workers that run a tool, with it."""
        tools = tools_of(process.pid)
        return [(pid, tool) for pid in children(process.pid) for tool in tools if int(tool.split()[0]) in children(pid)]

    try:
        wait_for(started)
        ((worker, tool),) = started()
        os.kill(worker, signal.SIGKILL)
        # Those of the worker that takes its place are others.
        wait_for(lambda: tool not in tools_of(process.pid), 10)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_stopped_sweep_ends_its_tools(name, tmp_path):
    (tmp_path / "scratch").mkdir()
    number = getattr(signal, name)
    (tmp_path / "sweep.yaml").write_text(LONG)
    process = subprocess.Popen(
        [sys.executable, "-m", "scope_mcm.cli", "sweep", "sweep.yaml", "-o", "out", "--workers", "2"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with ended_by(number, process):
        wait_for(lambda: len(tools_of(process.pid)) == 2)
        # To the command alone, as `kill` sends it.
        process.send_signal(number)
        process.wait(timeout=60)
        # Dask's own end a moment later.
        wait_for(lambda: not processes_of(process.pid), 10)
    assert not list((tmp_path / "scratch").glob("scope-*"))
    # To be computed when it is resumed.
    assert not list((tmp_path / "out" / "points").iterdir())


def test_on_a_running_scheduler(tmp_path):
    from distributed import LocalCluster

    write_config(tmp_path, [1])
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        ended = run_scope("sweep", "sweep.yaml", "-o", "out", "--scheduler", address, "--json", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert json.loads(ended.out)["points"] == 3


def test_nobody_answers(tmp_path):
    write_config(tmp_path, [1])
    ended = run_scope("sweep", "sweep.yaml", "-o", "out", "--scheduler", "tcp://127.0.0.1:9", cwd=tmp_path)
    fails_with(ended, "no Dask scheduler answers at tcp://127.0.0.1:9", "leave --scheduler away")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("models: [a]\npackages: [b]\nmodels: [c]\n", "line 3: the key 'models' is there twice"),
        ("models: [a]\npackages: [{name: x, name: y}]\n", "line 2: the key 'name' is there twice"),
        ("models: " + "[" * 100_000, "brackets within brackets"),
        ("modles: [a]\npackages: [b]\n", "unknown key 'modles'; the keys are models, packages"),
        ("models: [a]\npackages: [{name: x, base: y, chnage: {}}]\n", "unknown key"),
        ("models: [a\n", "is no YAML, line 2"),
        ("models: []\npackages: [a]\n", "models:"),
        ("just text\n", "holds no keys"),
        ("models: [none.mlir]\npackages: [simba-2x2]\n", "there is no file"),
        ("models: [none.mlir]\npackages: [huge]\n", "no package is called 'huge'"),
        ("models: [a]\npackages: [b]\nstrategies: [fastest]\n", "strategies.0"),
        ("models: [a]\npackages: [b]\nbatches: [-1]\n", "batches.0: Input should be greater than or equal to 0"),
        ("models: [sweep.yaml]\npackages: [simba-2x2]\n", "sweep.yaml has the suffix '.yaml'"),
        (
            "models: [cut.onnx]\npackages: [simba-2x2]\n",
            "cut.onnx is no ONNX file, or is cut off; export the model anew",
        ),
        ("models: [a]\npackages: [{name: x, base: simba-2x2, change: {sramm: 1 MiB}}]\n", "unknown field 'sramm'"),
        ("models: [a]\npackages: [{name: x, base: simba-2x2, change: {sram: lots}}]\n", "in `sram = lots`"),
    ],
)
def test_bad_configurations(text, message, tmp_path):
    (tmp_path / "sweep.yaml").write_text(text)
    (tmp_path / "cut.onnx").write_bytes(b"\x08\x03\x12")
    fails_with(run_scope("sweep", "sweep.yaml", cwd=tmp_path), message)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cut.onnx", "sweep.yaml"]


def test_defaults():
    config = SweepConfig(models=["a"], packages=["b"])
    assert (config.batches, config.strategies, config.objectives) == ([0], ["merged"], ["throughput"])


def test_front():
    def row(rate, energy):
        return {"samples_per_second": rate, "joules_per_sample": energy}

    rows = [row(1, 1), row(2, 2), row(2, 3), row(3, 2.5), row(0.5, 1), row(None, None)]
    front = pareto_front(rows, "samples_per_second", "joules_per_sample")
    assert [(one["samples_per_second"], one["joules_per_sample"]) for one in front] == [(1, 1), (2, 2), (3, 2.5)]
