# Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
# See LICENSE for license information.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is measured: all of it, a part that takes a minute or two, or next to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

STRATEGIES = ("merged", "segmented", "full-pipeline", "sequential", "layer-by-layer", "data-parallel")
SPACES = ("published", "full")


@dataclass(frozen=True)
class Selection:
    """A choice of networks, packages and sizes."""

    networks: Sequence[str]
    packages: Sequence[str]
    batches: Sequence[int]
    drams: Sequence[Fraction]
    #: Blocks of the generated networks, by kind, whose growth is measured, and
    #: from how many on the exponent is fitted.
    blocks: dict[str, Sequence[int]]
    fit_from: dict[str, int]
    #: Packages with more and more chiplets for one network.
    grids: Sequence[str]
    grid_network: str
    #: Networks whose whole command is timed, and on what.
    timed_networks: Sequence[str]
    timed_package: str
    #: Exact searches that are timed: network and package.
    exact: Sequence[tuple[str, str]]
    #: Measurements of each time; the tables show the median.
    runs: int
    spaces: Sequence[str] = SPACES
    strategies: Sequence[str] = STRATEGIES
    #: The batch where only one is looked at.
    batch: int = 64
    #: The search of strategies and ablations.
    search: str = "auto"
    #: Seconds of each exact search whose plans `linear` is compared with.
    time_limit: float = 60
    #: Seconds of an exact search where that search did not prove its plan; 0: none.
    exact_seconds: float = 0


FULL = Selection(
    networks=(
        "resnet18",
        "resnet50",
        "resnet152",
        "vgg16",
        "vit_b_16",
        "gpt2_2layers",
        "residual-32",
        "inception-9",
        "dense-8",
    ),
    packages=(
        "simba-4x4",
        "simba-8x8",
        "simba-16x16",
        "set-8x8",
        "gemini-6x6",
        "scar-6x6",
        "wormhole-8x8",
        "hetero-6x6",
    ),
    batches=(1, 4, 16, 64, 256),
    drams=(Fraction(1), Fraction(1, 2), Fraction(1, 4)),
    blocks={
        "residual": (50, 100, 200, 400, 800, 1600, 3200),
        "inception": (16, 32, 64, 128, 256, 512),
        "dense": (12, 25, 50, 100, 200, 400),
    },
    fit_from={"residual": 400, "inception": 64, "dense": 50},
    grids=("simba-4x4", "simba-4x8", "simba-8x8", "simba-8x16", "simba-16x16", "simba-16x32", "simba-32x32"),
    grid_network="resnet50",
    timed_networks=("resnet18", "resnet50", "resnet152", "vgg16", "vit_b_16", "gpt2_2layers"),
    timed_package="simba-16x16",
    exact=(
        ("resnet18", "simba-8x8"),
        ("resnet50", "simba-4x4"),
        ("resnet152", "simba-8x8"),
        ("resnet152", "simba-16x16"),
    ),
    runs=5,
)

QUICK = Selection(
    networks=("resnet18", "vgg16", "inception-1"),
    packages=("simba-4x4", "simba-8x8"),
    batches=(1, 64),
    drams=(Fraction(1), Fraction(1, 4)),
    blocks={"residual": (12, 25, 50, 100), "inception": (1, 2, 4), "dense": (2, 4, 8)},
    fit_from={"residual": 12, "inception": 1, "dense": 2},
    grids=("simba-4x4", "simba-8x8", "simba-16x16"),
    grid_network="resnet18",
    timed_networks=("resnet18", "vgg16"),
    timed_package="simba-8x8",
    exact=(("resnet18", "simba-8x8"),),
    runs=1,
    time_limit=1,
)

TINY = Selection(
    networks=("residual-1", "dense-1"),
    packages=("simba-2x2",),
    batches=(1, 4),
    drams=(Fraction(1), Fraction(1, 2)),
    blocks={"residual": (1, 2), "inception": (1, 2), "dense": (1, 2)},
    fit_from={"residual": 1, "inception": 1, "dense": 1},
    grids=("simba-1x2", "simba-2x2"),
    grid_network="residual-1",
    timed_networks=("residual-1",),
    timed_package="simba-2x2",
    exact=(("residual-1", "simba-2x2"),),
    runs=1,
    batch=4,
    time_limit=0.5,
)
