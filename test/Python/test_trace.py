"""Traces, read by Perfetto's own trace processor."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from conftest import ROOT
from scope_mcm.tools import find_tool

# Rows of a query, every column as text.
QUERY = """async sql => {
  const result = await self.app.trace.engine.query(sql);
  const rows = [];
  for (const row = result.iter({}); row.valid(); row.next())
    rows.push(result.columns().map(column => String(row.get(column))));
  return rows;
}"""


@pytest.fixture(scope="module")
def trace(tmp_path_factory) -> Path:
    """The trace of a pipeline with several beats."""
    folder = tmp_path_factory.mktemp("trace")
    network = ROOT / "test/Execution/Inputs/residual.mlir"
    options = "package=simba-4x4 batch=16 strategy=full-pipeline weights=replicated max-beat=1"
    plan, path = folder / "plan.mlir", folder / "trace.json"
    subprocess.run([find_tool("scope-opt"), f"--scope-merge-pipeline={options}", network, "-o", plan], check=True)
    subprocess.run([find_tool("scope-translate"), "--scope-to-trace", plan, "-o", path], check=True)
    return path


@pytest.fixture(scope="module")
def perfetto(trace, chromium):
    """Answers queries about the trace."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    viewer = Path(sys.executable).with_name("vizviewer")
    server = subprocess.Popen(
        [viewer, "--server_only", "--port", str(port), trace], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            for attempt in range(50):
                try:
                    page.goto(f"http://127.0.0.1:{port}")
                    break
                except Exception:
                    if attempt == 49:
                        raise
                    page.wait_for_timeout(200)
            page.wait_for_function("() => self.app && self.app.trace && self.app.trace.engine", timeout=60_000)
            yield lambda sql: page.evaluate(QUERY, sql)
            browser.close()
    finally:
        server.terminate()
        server.wait()


def test_perfetto_finds_nothing_wrong(perfetto):
    sql = "select name, value from stats where value > 0 and severity in ('error', 'data_loss')"
    assert perfetto(sql) == []


def test_perfetto_sees_every_slice(perfetto, trace):
    events = json.loads(trace.read_text())["traceEvents"]
    processes = {e["pid"]: e["args"]["name"] for e in events if e["name"] == "process_name"}
    threads = {(e["pid"], e["tid"]): e["args"]["name"] for e in events if e["name"] == "thread_name"}
    ticks, counts = Counter(), Counter()
    for event in events:
        if event["ph"] == "X":
            key = (processes[event["pid"]], threads[event["pid"], event["tid"]])
            ticks[key] += round(event["dur"] * 1000)
            counts[key] += 1
    rows = perfetto(
        "select process.name, thread.name, sum(slice.dur), count(*) from slice "
        "join thread_track on slice.track_id = thread_track.id join thread using (utid) "
        "join process using (upid) group by 1, 2"
    )
    assert {(process, thread): (int(dur), int(count)) for process, thread, dur, count in rows} == {
        key: (ticks[key], counts[key]) for key in ticks
    }
    assert any(thread == "wait" for _, thread in ticks)


def test_perfetto_sees_every_link(perfetto, trace):
    events = json.loads(trace.read_text())["traceEvents"]
    bytes_of = {e["name"]: e["args"]["bytes"] for e in events if e["ph"] == "C"}
    rows = perfetto(
        "select process_counter_track.name, max(counter.value) from counter "
        "join process_counter_track on counter.track_id = process_counter_track.id group by 1"
    )
    found = {name.removesuffix(" bytes"): float(value) for name, value in rows if name.endswith(" bytes")}
    assert found == bytes_of
    assert bytes_of
