"""The command `scope`."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

import scope_mcm as scope
from conftest import NETWORKS, ROOT, Ended, ended_by, fails_with, processes_of, run_scope
from scope_mcm import cli, tools

RESNET18 = NETWORKS / "resnet18.mlir"
QUICK = ("--package", "simba-4x4", "--assume-bits", "8", "--batch", "4", "--strategy", "sequential")


@pytest.fixture(scope="module")
def planned(tmp_path_factory) -> tuple[Ended, object]:
    folder = tmp_path_factory.mktemp("plan")
    return run_scope("plan", RESNET18, *QUICK, cwd=folder), folder


def test_plan_writes_all(planned):
    ended, folder = planned
    assert ended.code == 0, ended.err
    assert ended.out.startswith("Plan of @resnet18\n")
    assert sorted(path.name for path in folder.iterdir()) == ["plan.html", "plan.json", "plan.mlir"]
    data = json.loads((folder / "plan.json").read_text())
    rate = re.search(r"throughput +([\d.,]+) samples/s", ended.out)[1]
    assert rate == f"{data['functions'][0]['totals']['samples_per_second']:,.1f}"
    assert data["config"]["batch_samples"] == 4 and data["functions"][0]["strategy"] == "sequential"


def test_json_is_the_file(planned):
    _, folder = planned
    ended = run_scope("plan", RESNET18, *QUICK, "-o", "again", "--json", cwd=folder)
    assert json.loads(ended.out) == json.loads((folder / "plan.json").read_text())


def test_explain(planned):
    _, folder = planned
    ended = run_scope("explain", "plan.json", "conv2d_3", cwd=folder)
    assert ended.code == 0
    assert "conv2d_3 (number" in ended.out and "the stage of layers" in ended.out
    data = json.loads((folder / "plan.json").read_text())
    layer = next(
        layer
        for segment in data["functions"][0]["segments"]
        for cluster in segment["clusters"]
        for layer in cluster["layers"]
        if layer["name"] == "conv2d_3"
    )
    assert f"{layer['cost']['cycles']:,} cycles a beat" in ended.out
    cuts = json.loads(run_scope("explain", "plan.json", "--json", cwd=folder).out)
    assert any(line["topic"].startswith("cut ") for line in cuts)
    fails_with(run_scope("explain", "plan.json", "conv2d_77", cwd=folder), "no layer 'conv2d_77'")
    fails_with(run_scope("explain", "plan.mlir", cwd=folder), "plan.mlir is no JSON")
    fails_with(run_scope("explain", "none.json", cwd=folder), "there is no file none.json")


def test_layers_and_report(planned):
    _, folder = planned
    assert "max_pool2d_0" in run_scope("layers", "plan.json", cwd=folder).out
    assert run_scope("report", "plan.json", "-o", "page.html", cwd=folder).code == 0
    assert (folder / "page.html").read_text() == (folder / "plan.html").read_text()


def test_simulate(tmp_path):
    small = ROOT / "test/Inputs/small.mlir"
    ended = run_scope("plan", small, "-p", "simba-2x2", "--simulate", "-o", "net", cwd=tmp_path)
    assert ended.code == 0, ended.err
    names = ["net.html", "net.json", "net.mlir", "net.simulation.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    simulation = scope.Simulation.read(tmp_path / "net.simulation.json")
    simulation.check_is_of(scope.Plan.read(tmp_path / "net.json"))
    report = ("report", "net.json", "--simulation", "net.simulation.json", "-o", "page.html")
    assert run_scope(*report, cwd=tmp_path).code == 0
    assert (tmp_path / "page.html").read_text() == (tmp_path / "net.html").read_text()
    fails_with(run_scope(*report[:3], "net.json", "-o", "b.html", cwd=tmp_path), "net.json is no simulation of Scope")
    text = (tmp_path / "net.simulation.json").read_text().replace('"1.0"', '"7.0"')
    (tmp_path / "new.json").write_text(text)
    fails_with(
        run_scope(*report[:3], "new.json", "-o", "b.html", cwd=tmp_path), "new.json has version 7.0; this reads 1.0"
    )
    assert not (tmp_path / "b.html").exists()


def test_a_simulation_decides(tmp_path):
    small = ROOT / "test/Inputs/small.mlir"
    ended = run_scope("plan", small, "-p", "simba-2x2", "--final", "simulate", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert "chosen by simulation" in " ".join(ended.out.split())
    assert run_scope("plan", small, "--final", "guess", cwd=tmp_path).code == 2


def test_packages(tmp_path):
    assert "hetero-6x6" in run_scope("packages", cwd=tmp_path).out
    names = [preset["name"] for preset in json.loads(run_scope("packages", "--json", cwd=tmp_path).out)]
    assert "tiny-2x2" in names
    assert "published" in run_scope("packages", "scar-3x3", cwd=tmp_path).out
    (tmp_path / "mine.mlir").write_text(run_scope("packages", "simba-4x4", "--mlir", cwd=tmp_path).out)
    quick = ("--package", "mine.mlir", *QUICK[2:], "-o", "mine")
    assert "simba_4x4" in run_scope("plan", RESNET18, *quick, cwd=tmp_path).out
    fails_with(run_scope("packages", "huge", cwd=tmp_path), "no package is called 'huge'; known are")


def test_compare(tmp_path):
    ended = run_scope("compare", RESNET18, *QUICK[:6], "--json", cwd=tmp_path)
    rows = {row["strategy"]: row for row in json.loads(ended.out)}
    assert len(rows) == 6
    assert "error" in rows["full-pipeline"]
    best = rows["merged"]["samples_per_second"]
    assert all(row.get("samples_per_second", 0) <= best for row in rows.values())
    assert "layer-by-layer" in run_scope("compare", RESNET18, *QUICK[:6], cwd=tmp_path).out


def test_help_version_completion(tmp_path):
    assert "--package" in run_scope("plan", "--help", cwd=tmp_path).out
    assert run_scope("--version", cwd=tmp_path).out.startswith("scope ")
    for shell in ("bash", "zsh", "fish"):
        assert "_SCOPE_COMPLETE" in run_scope("completion", shell, cwd=tmp_path).out
    completed = run_scope(
        cwd=tmp_path, env={"_SCOPE_COMPLETE": "complete_bash", "COMP_WORDS": "scope pla", "COMP_CWORD": "1"}
    )
    assert "plan" in completed.out
    for words, expected in (("--strategy se", ["segmented", "sequential"]), ("--package simba", ["simba-6x6"])):
        env = {"_SCOPE_COMPLETE": "complete_bash", "COMP_WORDS": f"scope plan {words}", "COMP_CWORD": "3"}
        assert run_scope(cwd=tmp_path, env=env).out.split() == expected


@pytest.mark.parametrize(
    "arguments",
    [("plan",), ("plan", "x.mlir", "--objective", "speed"), ("plan", "x.mlir", "--assume-bits", "7"), ("nothing",)],
)
def test_wrong_command_lines(arguments, tmp_path):
    ended = run_scope(*arguments, cwd=tmp_path)
    assert ended.code == 2
    assert "Traceback" not in ended.err


def test_bad_input_leaves_nothing(tmp_path):
    fails_with(run_scope("plan", "none.mlir", cwd=tmp_path), "there is no file none.mlir")
    (tmp_path / "text.mlir").write_text("hello")
    fails_with(run_scope("plan", "text.mlir", cwd=tmp_path), "text.mlir")
    fails_with(run_scope("plan", RESNET18, "-p", "tiny-2x2", cwd=tmp_path), "resnet18")
    fails_with(run_scope("plan", RESNET18, "-o", "none/plan", cwd=tmp_path), "there is no folder none")
    assert [path.name for path in tmp_path.iterdir()] == ["text.mlir"]
    assert "Traceback" in run_scope("--debug", "plan", "none.mlir", cwd=tmp_path).err


def test_what_is_not_needed_is_not_loaded(tmp_path):
    """numpy and pydantic take longer to load than all else that an import needs."""
    program = (
        "import sys, scope_mcm.cli, scope_mcm.importer; print([m for m in ('numpy', 'pydantic') if m in sys.modules]);"
        "import scope_mcm; [getattr(scope_mcm, name) for name in [*scope_mcm.__all__, '__version__']];"
        "assert scope_mcm.compare.__name__ == 'compare' and callable(scope_mcm.compare); scope_mcm.nothing"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.stdout == "[]\n", ended
    assert ended.stderr.endswith("AttributeError: module 'scope_mcm' has no attribute 'nothing'\n")


def test_a_package_that_is_not_there_is_known_before_the_import(tmp_path):
    for command in ("plan", "compare"):
        (tmp_path / "broken.onnx").write_bytes(b"no network")
        ended = run_scope(command, "broken.onnx", "-p", "nope", cwd=tmp_path)
        fails_with(ended, "no package is called 'nope'", "is named with its .mlir")
    ended = run_scope("plan", "broken.onnx", "-p", "nope.mlir", cwd=tmp_path)
    fails_with(ended, "there is no file nope.mlir")


def test_a_comparison_without_a_plan(tmp_path):
    model = NETWORKS / "vgg16.mlir"
    ended = run_scope("compare", model, "-p", "tiny-2x2", "--json", cwd=tmp_path)
    rows = json.loads(ended.out)
    assert ended.code == 1 and ended.err.endswith("scope: error: no strategy has a plan; see the lines above\n")
    assert len(rows) == 6 and all(row["error"].startswith(str(model)) for row in rows)


def test_the_model_is_not_overwritten(tmp_path):
    text = RESNET18.read_text()
    (tmp_path / "net.mlir").write_text(text)
    (tmp_path / "link.mlir").symlink_to("net.mlir")
    for arguments in (("plan", "net.mlir", "-o", "net"), ("import", "net.mlir", "-o", "link.mlir", "--elide-weights")):
        fails_with(run_scope(*arguments, cwd=tmp_path), "is the model itself, which would be lost; name another")
    assert (tmp_path / "net.mlir").read_text() == text


def test_outputs_in_a_folder(tmp_path):
    (tmp_path / "out").mkdir()
    ended = run_scope("plan", RESNET18, *QUICK, "-o", "out", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["plan.html", "plan.json", "plan.mlir"]
    ended = run_scope("report", "out/plan.json", "-o", "again.html", "--json", cwd=tmp_path)
    assert json.loads(ended.out) == {"page": "again.html"} and (tmp_path / "again.html").is_file()


def test_a_full_disk(tmp_path, monkeypatch, capsys):
    with pytest.raises(scope.ScopeError, match="there is no space left on the disk; make room"):
        tools.run("scope-opt", [str(RESNET18), "-o", "/dev/full"])

    for error, line in (
        (errno.ENOSPC, "there is no space left on the disk; make room, or write elsewhere"),
        (errno.EROFS, "the system says: Read-only file system (plan.json)"),
    ):

        def fails(error=error, **_):
            raise OSError(error, os.strerror(error), "plan.json")

        monkeypatch.setattr(cli, "app", fails)
        with pytest.raises(SystemExit, match="1"):
            cli.main()
        assert capsys.readouterr().err == f"scope: error: {line}\n"


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_leaves_nothing_behind(name, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "scratch").mkdir()
    number = getattr(signal, name)
    options = ["-p", "simba-16x16", "--search", "exact"]
    process = subprocess.Popen(
        [sys.executable, "-m", "scope_mcm.cli", "plan", NETWORKS / "resnet152.mlir", *options],
        cwd=tmp_path / "work",
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def tools_of_it() -> list[str]:
        listed = subprocess.run(["ps", "-ww", "-eo", "args"], capture_output=True, text=True, check=True).stdout
        return [line for line in listed.splitlines() if "scope-opt" in line and str(tmp_path) in line]

    # Half a minute before the plan is there.
    end = time.monotonic() + 60
    while not tools_of_it() and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + number, said
    assert b"Traceback" not in said
    assert not list((tmp_path / "work").iterdir()) and not list((tmp_path / "scratch").iterdir())
    assert not tools_of_it()


# Runs the command; the signal arrives at one call of the function that is named, before it
# does its work or after.
AT_A_CALL = """
import importlib, os, sys
from scope_mcm import cli

place, attribute, when, calls, number, *arguments = sys.argv[1:]
calls = int(calls)
module, *names = place.split(":")
owner = importlib.import_module(module)
for name in names:
    owner = getattr(owner, name)
real = getattr(owner, attribute)
def call(*positional, **named):
    global calls
    calls -= 1
    if calls == 0 and when == "before":
        os.kill(os.getpid(), int(number))
    result = real(*positional, **named)
    if calls == 0 and when == "after":
        os.kill(os.getpid(), int(number))
    return result
setattr(owner, attribute, call)
sys.argv = ["scope", *arguments]
cli.main()
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize(
    ("step", "left"),
    [
        ("subprocess:Popen __init__ after 1", []),
        ("tempfile mkdtemp after 1", []),
        ("os rmdir before 1", []),
        # The first of three files that take their names together; one call was the planner's.
        ("pathlib:Path replace after 2", ["plan.html", "plan.json", "plan.mlir"]),
    ],
)
def test_a_signal_when_something_begins_or_ends(name, step, left, tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "scratch").mkdir()
    number = getattr(signal, name)
    # A plan of half a minute where it is to be ended, of no time where it is to be written.
    network = NETWORKS / "resnet152.mlir" if "Popen" in step else ROOT / "test/Inputs/small.mlir"
    options = ["-p", "simba-16x16" if "Popen" in step else "simba-2x2", "--search", "exact"]
    process = subprocess.Popen(
        [sys.executable, "-c", AT_A_CALL, *step.split(), str(int(number)), "plan", network, *options],
        cwd=tmp_path / "work",
        env={**os.environ, "TMPDIR": str(tmp_path / "scratch")},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    with ended_by(number, process):
        # Its own end, and not that of a tool that holds the pipes.
        process.wait(timeout=60)
        assert processes_of(process.pid) == []
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == left
    assert not list((tmp_path / "scratch").iterdir())


def test_json_without_end(tmp_path):
    (tmp_path / "deep.json").write_text("[" * 100_000)
    fails_with(run_scope("layers", "deep.json", cwd=tmp_path), "deep.json is no JSON")
    plan = scope.plan(ROOT / "test/Inputs/small.mlir", scope.Options(package="simba-2x2"))
    (tmp_path / "plan.json").write_text(plan.json)
    ended = run_scope("report", "plan.json", "--simulation", "deep.json", "-o", "page.html", cwd=tmp_path)
    fails_with(ended, "deep.json is no JSON")


def test_packages_that_are_none(tmp_path):
    small = ROOT / "test/Inputs/small.mlir"
    (tmp_path / "mine.mlir").write_text("module {")
    ended = run_scope("plan", small, "-p", "huge", cwd=tmp_path)
    fails_with(ended, "scope: error: no package is called 'huge'; known are")
    ended = run_scope("plan", small, "-p", "mine.mlir", cwd=tmp_path)
    fails_with(ended, "mine.mlir:1:", "name a file that holds one scope.package")
    assert run_scope("plan", small, "-b", 2**64, cwd=tmp_path).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.mlir"]
