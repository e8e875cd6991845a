"""Figures for people, with the prefixes that the text report uses."""

from __future__ import annotations

_SMALL = ("", "m", "u", "n", "p", "f")


def _scaled(value: float, unit: str, digits: int) -> str:
    step = 0
    while 0 < value < 1 and step + 1 < len(_SMALL):
        value *= 1000
        step += 1
    return f"{value:,.{digits}f} {_SMALL[step]}{unit}"


def seconds_text(value: float | None, digits: int = 3) -> str:
    """Seconds, for example `12.025 ms`."""
    return "-" if value is None else _scaled(value, "s", digits)


def joules_text(value: float | None, digits: int = 3) -> str:
    """Joules, for example `177.214 nJ`."""
    return "-" if value is None else _scaled(value, "J", digits)


def percent(value: float | None) -> str:
    """A share of 1 as percent."""
    return "-" if value is None else f"{100 * value:,.1f} %"


def number(value: float | None) -> str:
    """A number with one digit behind the point and commas between thousands."""
    return "-" if value is None else f"{value:,.1f}"


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
