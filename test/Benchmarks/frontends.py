# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the Python package adds to the programs that it drives, as Markdown tables.

usage: frontends.py [import] [plan] [sweep]

- import: `scope_mcm.import_model` and a program of a few lines that calls the converter:
  the ONNX networks that the `onnx` package carries, with random weights, and
  TFLite files of three sizes. What `scope plan` waits for is measured too: it reads the
  program itself, so that its import does not.
- plan: `scope_mcm.plan`, with its objects, and the run of scope-opt in it.
- sweep: 200 points on one worker process and on two.

Needs the package with its extras onnx, tflite and sweep. Times are the least of
several runs, since what a busy machine adds is never negative, and those of a ratio are
taken in turns.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# What a program has to do that uses torch-mlir and nothing of Scope.
ALONE_ONNX = """
import sys, onnx
from torch_mlir.dialects import torch as torch_dialect
from torch_mlir.extras import onnx_importer
from torch_mlir.ir import Context
from torch_mlir.passmanager import PassManager
model = onnx.version_converter.convert_version(onnx.load(sys.argv[1]), 17)
model = onnx.shape_inference.infer_shapes(model, data_prop=True)
context = Context()
torch_dialect.register_dialect(context)
info = onnx_importer.ModelInfo(model, config=onnx_importer.Config())
module = info.create_module(context=context)
onnx_importer.NodeImporter.define_function(info.main_graph, module.operation).import_all()
to_torch = "torch-onnx-to-torch-backend-pipeline{backend-legal-ops=aten.flatten.using_ints,aten.unflatten.int}"
with context:
    PassManager.parse(f"builtin.module({to_torch})").run(module.operation)
    tosa = module.operation.clone()
    try:
        PassManager.parse("builtin.module(torch-backend-to-tosa-backend-pipeline)").run(tosa)
    except Exception:
        pipeline = "builtin.module(torch-backend-to-linalg-on-tensors-backend-pipeline)"
        PassManager.parse(pipeline).run(module.operation)
        with open(sys.argv[2], "wb") as stream:
            module.operation.print(file=stream, binary=True)
    else:
        with open(sys.argv[2], "wb") as stream:
            tosa.write_bytecode(stream)
"""
ALONE_TFLITE = """
import sys
from tosa_converter_for_tflite import TosaConverterOutputFormat, tflite_flatbuffer_to_tosa_mlir
tflite_flatbuffer_to_tosa_mlir(sys.argv[1], sys.argv[2], TosaConverterOutputFormat.Bytecode)
"""
# Whoever imports has this package loaded already.
WITH_SCOPE = """
import resource, sys, time
from rich.console import Console
from scope_mcm.importer import as_program, import_model
def used():
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)
def for_a_plan(model):
    with as_program(model, elide_weights=False, fold_batch_norm=False, console=Console(quiet=True)):
        return used(), time.perf_counter()
model, output = sys.argv[1:3]
# What the progress of `scope plan` is shown with, for its other steps too.
with Console(quiet=True).status(""):
    pass
before, start = used(), time.perf_counter()
if output:
    import_model(model, output)
    after, end = used(), time.perf_counter()
else:
    after, end = for_a_plan(model)
print(end - start, after - before)
"""


def run_alone(command: list[str]) -> tuple[float, float]:
    """Seconds by the clock and of the processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run_import(model: str, output: str) -> tuple[float, float]:
    """The same of an import to `output`, or of what `scope plan` imports if that is ""."""
    command = [sys.executable, "-c", WITH_SCOPE, model, output]
    text = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, processor = text.split()
    return float(seconds), float(processor)


def fill_weights(source: Path, target: Path) -> None:
    """Writes the network `source` to `target` with random numbers where it makes its
    weights of one number (ConstantOfShape)."""
    import numpy
    import onnx

    random = numpy.random.default_rng(0)
    model = onnx.load(source)
    graph = model.graph
    known = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    for node in list(graph.node):
        if node.op_type != "ConstantOfShape" or node.input[0] not in known:
            continue
        values = random.standard_normal(known[node.input[0]], dtype=numpy.float32) * 0.05
        # Variances of batch norms are positive.
        graph.initializer.append(onnx.numpy_helper.from_array(abs(values), node.output[0]))
        graph.node.remove(node)
    # From version 4 of the format on, weights need not be inputs too.
    model.ir_version = 8
    onnx.save(model, target)


def models(folder: Path, only: list[str]) -> Iterator[tuple[str, Path]]:
    """Networks with weights in `folder`: a name, and the file. `only` those, if any."""
    import onnx

    for light in sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("light_*.onnx")):
        path = folder / light.name.removeprefix("light_")
        if only and path.stem not in only:
            continue
        fill_weights(light, path)
        yield path.stem, path
    sys.path.insert(0, str(ROOT / "test/Python"))
    from make_tflite import make, make_chain

    for name, content in (
        ("two_convolutions", make()),
        ("chain50", make_chain(50, 64)),
        ("chain24", make_chain(24, 256)),
    ):
        path = folder / f"{name}.tflite"
        if only and path.stem not in only:
            continue
        path.write_bytes(content)
        yield path.name, path


def measure_import(folder: Path, repeats: int, only: list[str]) -> None:
    print(
        "| network | file, MB | alone, CPU s | import, CPU s | more | for a plan, CPU s | more | alone, s | import, s |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    output = str(folder / "output.mlir")
    for name, path in models(folder, only):
        alone = ALONE_TFLITE if path.suffix == ".tflite" else ALONE_ONNX
        # A first run, not counted, for what the system keeps of files.
        run_alone([sys.executable, "-c", alone, str(path), output])
        times = [
            (
                run_alone([sys.executable, "-c", alone, str(path), output]),
                run_import(str(path), output),
                run_import(str(path), ""),
            )
            for _ in range(repeats)
        ]
        clocks, processors = ([min(run[n][kind] for run in times) for n in range(3)] for kind in range(2))
        cells = [name, f"{path.stat().st_size / 1e6:.1f}", f"{processors[0]:.2f}"]
        for seconds in processors[1:]:
            cells += [f"{seconds:.2f}", f"{100 * (seconds / processors[0] - 1):+.0f} %"]
        cells += [f"{clock:.2f}" for clock in clocks[:2]]
        print(f"| {' | '.join(cells)} |", flush=True)
        path.unlink()


def measure_plan(repeats: int) -> None:
    import scope_mcm as scope

    print("| network | package | scope-opt, s | from Python, s | more, s |")
    print("|---|---|---:|---:|---:|")
    for name in ("resnet18", "resnet50", "resnet152", "vgg16", "vit_b_16"):
        for package in ("simba-6x6", "simba-16x16"):
            options = scope.Options(package=package, assume_bits=8, batch=16, search="linear")
            times = []
            for _ in range(repeats):
                start = time.perf_counter()
                planned = scope.plan(ROOT / f"test/Networks/{name}.mlir", options)
                times.append((planned.seconds, time.perf_counter() - start))
            tool, total = min(times, key=lambda pair: pair[1] - pair[0])
            print(f"| {name} | {package} | {tool:.2f} | {total:.2f} | {total - tool:.2f} |", flush=True)


SWEEP = """\
models: [{root}/test/Networks/resnet18.mlir, {root}/test/Networks/resnet50.mlir]
packages: [simba-4x4, simba-6x6, simba-8x8, set-8x8, gemini-6x6]
batches: [1, 2, 4, 8, 16]
strategies: [sequential, layer-by-layer]
objectives: [throughput, energy]
assume_bits: 8
"""


def measure_sweep(folder: Path) -> None:
    from scope_mcm.sweep import run_sweep

    config = folder / "sweep.yaml"
    config.write_text(SWEEP.format(root=ROOT))
    print("| worker processes | points | without a plan | seconds |")
    print("|---:|---:|---:|---:|")
    times = {}
    for workers in (1, 2):
        start = time.perf_counter()
        result = run_sweep(config, folder / f"out{workers}", workers=workers)
        times[workers] = time.perf_counter() - start
        assert result.computed == result.points
        print(f"| {workers} | {result.points} | {result.failed} | {times[workers]:.1f} |", flush=True)
    print(f"\nTwo workers are {times[1] / times[2]:.2f} times as fast as one.")


def main() -> None:
    what = ("import", "plan", "sweep")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*what, []], default=[])
    parser.add_argument("--repeats", type=int, default=3, help="times that each is measured (default: 3)")
    parser.add_argument(
        "--networks", nargs="*", default=[], metavar="NAME", help="import only these, for example resnet50"
    )
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f} before.")
    with tempfile.TemporaryDirectory(prefix="scope-frontends-") as name:
        folder = Path(name)
        for one in arguments.what or what:
            print(f"\n## {one}\n")
            if one == "import":
                measure_import(folder, arguments.repeats, arguments.networks)
            elif one == "plan":
                measure_plan(arguments.repeats)
            else:
                measure_sweep(folder)


if __name__ == "__main__":
    main()
