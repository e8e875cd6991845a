"""Figures for people, with the prefixes that the text report uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

if TYPE_CHECKING:
    from .plans import Function

_SMALL = ("", "m", "u", "n", "p", "f")


def _scaled(value: float, unit: str) -> str:
    step = 0
    while 0 < value < 1 and step + 1 < len(_SMALL):
        value *= 1000
        step += 1
    return f"{value:.3f} {_SMALL[step]}{unit}"


def seconds_text(value: float | None) -> str:
    """Seconds, for example `12.025 ms`."""
    return "-" if value is None else _scaled(value, "s")


def joules_text(value: float | None) -> str:
    """Joules, for example `177.214 nJ`."""
    return "-" if value is None else _scaled(value, "J")


def percent(value: float | None) -> str:
    """A share of 1 as percent."""
    return "-" if value is None else f"{100 * value:.1f} %"


def number(value: float | None) -> str:
    """A number with one digit behind the point."""
    return "-" if value is None else f"{value:.1f}"


def whole(value: int | None) -> str:
    """An integer with commas between thousands."""
    return "-" if value is None else f"{value:,}"


def bytes_text(value: float) -> str:
    """Bytes with a binary prefix."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"


def layer_table(function: Function) -> Table:
    """One row a layer."""
    table = Table(box=SIMPLE_HEAD)
    for heading, justify in (
        ("#", "right"),
        ("layer", "left"),
        ("stage", "right"),
        ("partition", "left"),
        ("chiplets", "right"),
        ("cycles", "right"),
        ("limit", "left"),
        ("weights", "right"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for segment in function.segments:
        for cluster in segment.clusters:
            for layer in cluster.layers:
                table.add_row(
                    str(layer.index),
                    layer.name,
                    f"{segment.index}.{cluster.index}",
                    ", ".join(f"{name} {factor}" for name, factor in layer.partition.items()) or "whole",
                    whole(layer.cost.used_chiplets),
                    whole(layer.cost.cycles),
                    layer.limit or "-",
                    bytes_text(layer.weight_bytes),
                )
    return table
