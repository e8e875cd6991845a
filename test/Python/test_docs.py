"""The documentation does what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

import scope_mcm
from conftest import NETWORKS, ROOT
from scope_mcm import sweep, tools


@pytest.mark.parametrize("page", ["sweeps.md"])
def test_pages_with_commands(page, tmp_path):
    # The environment's own commands, and the tools that the package has.
    folders = [Path(sys.executable).parent, tools.find_tool("scope-opt").parent]
    command = [sys.executable, ROOT / "test/Inputs/run-docs.py", *(f"--path={folder}" for folder in folders)]
    command += [f"--link=test/Networks={NETWORKS}", ROOT / "docs" / page, tmp_path / "scratch"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_notebook_runs():
    path = ROOT / "docs/notebooks/from-pytorch-to-a-sweep.ipynb"
    notebook = nbformat.read(path, as_version=4)
    assert all(not cell.get("outputs") for cell in notebook.cells), "outputs are not committed"
    nbclient.NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}}).execute()
    printed = "".join(
        output.get("text", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if cell.cell_type == "code"
    )
    assert "16 points, 0 without a plan" in printed


def test_the_site_is_built(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", ROOT / "docs", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    reference = (tmp_path / "site/python.html").read_text()
    named = {name for name in scope_mcm.__all__ if name.isidentifier() and not name.isupper()}
    for name in (*named, "run_sweep", "render", "Segment"):
        assert f'<span class="pre">{name}</span>' in reference, name


def test_every_key_of_a_sweep_is_described():
    text = (ROOT / "docs/sweeps.md").read_text()
    for key in sweep.SweepConfig.model_fields:
        assert f"`{key}`" in text, key
