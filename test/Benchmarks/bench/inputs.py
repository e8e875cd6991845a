# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is planned and on what: files for scope-opt, made where they are not there."""

from __future__ import annotations

import functools
import hashlib
import re
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from . import generate

ROOT = Path(__file__).resolve().parents[3]
NETWORKS = ROOT / "test/Networks"


@dataclass(frozen=True)
class Network:
    """A network as a file of MLIR."""

    name: str
    path: Path

    @functools.cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Package:
    """A preset, or a preset with DRAM that is `dram` times as fast."""

    name: str
    dram: Fraction = Fraction(1)


def find_network(name: str, folder: Path) -> Network:
    """The network `name`: of test/Networks, or a generated one such as `dense-8`,
    whose file is then written into `folder`."""
    stored = NETWORKS / f"{name}.mlir"
    if stored.exists():
        return Network(name, stored)
    kind, _, blocks = name.rpartition("-")
    if kind not in generate.KINDS or not blocks.isdigit():
        known = sorted(path.stem for path in NETWORKS.glob("*.mlir"))
        raise SystemExit(
            f"no network is called '{name}'; known are {', '.join(known)}, "
            f"and {', '.join(sorted(generate.KINDS))} with a number of blocks, as in dense-8"
        )
    path = folder / f"{name}.mlir"
    path.parent.mkdir(parents=True, exist_ok=True)
    # Others may be reading it.
    text = generate.KINDS[kind](int(blocks))
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
    return Network(name, path)


def package_text(scope_opt: Path, package: Package) -> str:
    """The scope.package of a preset with the bandwidth of its DRAM changed."""
    run = subprocess.run(
        [scope_opt, f"--scope-attach-package=package={package.name}", "-"],
        input="module {}",
        capture_output=True,
        text=True,
    )
    if run.returncode:
        raise SystemExit(run.stderr.strip() or f"scope-opt knows no package {package.name}")
    text = re.search(r"^  scope\.package .*?^  }>\n", run.stdout, re.MULTILINE | re.DOTALL)
    if not text:
        raise SystemExit(f"scope-opt wrote no package {package.name}:\n{run.stdout}")
    ports = re.search(r"dram = \[[^\n]*\]", text[0])
    if not ports:
        raise SystemExit(f"the package {package.name} has no DRAM:\n{text[0]}")
    scaled = re.sub(r"each ([0-9.]+) ", lambda rate: f"each {decimal(Fraction(rate[1]) * package.dram)} ", ports[0])
    return text[0].replace(ports[0], scaled)


def decimal(value: Fraction) -> str:
    """The decimal number that is `value` exactly."""
    for digits in range(16):
        if (value * 10**digits).denominator == 1:
            text = f"{int(value * 10**digits):0{digits + 1}d}"
            return f"{text[:-digits]}.{text[-digits:]}" if digits else text
    raise ValueError(f"{value} is no decimal number")
