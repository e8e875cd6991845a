"""Packages that can be built, varied and written in Python.

A `Package` has the fields of `scope.package` in the IR, under the same names and
written in the same way, with units: `"100 GB/s"`, `"20 ns"`, `"752 KiB"`. `None`
leaves a field to its default. docs/reference/dialect.md describes every field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from . import _files, tools
from .errors import ScopeError

_NAME = r"^[A-Za-z_][A-Za-z0-9_$.]*$"


class _Object(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=False)


class DramPorts(_Object):
    """DRAM ports of one bandwidth.

    `at` is coordinates and rectangles, `"[0,0]-[5,0], [0,5]-[5,5]"`; every chiplet
    in it has one port, which brings `each`, for example `"6 GB/s"`."""

    at: str
    each: str

    def __str__(self) -> str:
        return f"<{self.at} each {self.each}>"


class ChipletKind(_Object):
    """Chiplets `at` some coordinates that differ from the package's usual ones. Lanes
    as in `Package`; `sram` with a unit."""

    name: str
    mac_k: int = Field(ge=1)
    mac_c: int = Field(ge=1)
    vector: int = Field(ge=1)
    sram: str
    at: str

    def __str__(self) -> str:
        return (
            f'<"{self.name}", mac_k = {self.mac_k}, mac_c = {self.mac_c}, vector = {self.vector}, '
            f"sram = <{self.sram}>, at = <{self.at}>>"
        )


class Package(_Object):
    """A multi-chip module: `rows` x `cols` chiplets of `mac_k * mac_c`
    multiply-accumulates and `vector` element-operations a cycle, with `sram` each, on
    a mesh, with DRAM ports.

    >>> small = Package.preset("simba-6x6").vary(name="small", sram="512 KiB")
    >>> small.write("small.mlir")
    """

    name: str = Field(pattern=_NAME)
    rows: int = Field(ge=1)
    cols: int = Field(ge=1)
    clock: str
    mac_k: int = Field(ge=1)
    mac_c: int = Field(ge=1)
    vector: int = Field(ge=1)
    sram: str
    port: str
    link: str | None = None
    hop: str
    multicast: bool | None = None
    dram: list[DramPorts] = Field(min_length=1)
    dram_latency: str | None = None
    batch: int | None = None
    mac_energy: str | None = None
    sram_read_energy: str | None = None
    sram_write_energy: str | None = None
    hop_energy: str | None = None
    dram_energy: str | None = None
    idle: str | None = None
    disabled: str | None = None
    kinds: list[ChipletKind] = []

    @classmethod
    def build(cls, **fields: Any) -> Package:
        """A package with these fields; `dram` and `kinds` may be lists of dictionaries.

        Raises:
            ScopeError: a field is missing, unknown or of the wrong type.
        """
        try:
            return cls(**fields)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            what = "unknown field" if first["type"] == "extra_forbidden" else f"{first['msg']}:"
            raise ScopeError(
                f"package: {what} {where!r}", f"a package has the fields {', '.join(cls.model_fields)}"
            ) from None

    @classmethod
    def preset(cls, name: str) -> Package:
        """The built-in package called `name`, for example `"simba-6x6"`.

        Raises:
            ScopeError: there is none; the message lists the known names.
        """
        return cls.parse(_attach(f"package={name}", name))

    @classmethod
    def read(cls, path: str | Path) -> Package:
        """The package in a file that holds one `scope.package`."""
        _files.read_text(Path(path), "a file that holds one scope.package")
        return cls.parse(_attach(f"package-file={path}", str(path)))

    @classmethod
    def parse(cls, text: str) -> Package:
        """The first `scope.package` in `text`, as the tools print it."""
        match = re.search(r'scope\.package @(?:"([^"]*)"|(\S+)) <\{(.*?)\n\s*\}>', text, re.DOTALL)
        if not match:
            raise ScopeError("there is no scope.package in the text", "write one, or take a preset")
        fields: dict[str, Any] = {"name": match[1] or match[2]}
        for field in _split(match[3]):
            key, _, value = field.partition("=")
            fields[key.strip()] = _parse_value(key.strip(), value.strip())
        return cls.build(**fields)

    def vary(self, **changes: Any) -> Package:
        """The same package but for `changes`. What a change does to the rest is the
        caller's business: a grid of another size needs other DRAM ports."""
        return type(self).build(**{**self.model_dump(), **changes})

    def to_mlir(self) -> str:
        """The package as a `scope.package`, which a package file holds."""
        lines = [f"  {key} = {text}" for key, text in self._texts()]
        return f"scope.package @{self.name} <{{\n" + ",\n".join(lines) + "\n}>\n"

    def _texts(self) -> Iterator[tuple[str, str]]:
        for key in type(self).model_fields:
            value = getattr(self, key)
            if key == "name" or value is None or value == []:
                continue
            if isinstance(value, bool):
                yield key, "true" if value else "false"
            elif isinstance(value, list):
                yield key, "[" + ", ".join(map(str, value)) + "]"
            elif key == "disabled":
                yield key, f"<{value}>"
            else:
                yield key, str(value)

    def write(self, path: str | Path) -> None:
        """Writes a package file, after a check."""
        self.check()
        _files.write_text(Path(path), self.to_mlir())

    def check(self) -> None:
        """Raises `ScopeError` if the package cannot work, with what is wrong."""
        try:
            tools.run("scope-opt", ["--scope-attach-package", "-o", "/dev/null", "-"], stdin=self.to_mlir())
        except ScopeError as error:
            message = f"package {self.name}: {error.message}"
            # The field that does not parse, as it was written.
            place = re.search(r"^(?:-|<stdin>):(\d+):\d+: error: ", error.details, re.MULTILINE)
            lines = self.to_mlir().splitlines()
            if place and 1 < int(place[1]) < len(lines):
                message += f" in `{lines[int(place[1]) - 1].strip().rstrip(',')}`"
            remedy = error.remedy or "`scope packages simba-6x6` shows how the fields are written"
            raise ScopeError(message, remedy, error.details) from None


def list_presets() -> list[dict[str, Any]]:
    """The packages known by name, each with `name`, `example` (a name of the family),
    `summary` and `fields` (`name`, `value`, `published`, `source`)."""
    return list(_presets()["presets"])


def default_preset() -> str:
    """The name of the package of a user who names none."""
    return str(_presets()["default"])


def _presets() -> dict[str, Any]:
    answer = tools.run("scope-translate", ["--scope-presets-to-json", "/dev/null"]).stdout
    presets: dict[str, Any] = json.loads(answer)
    return presets


def _attach(option: str, what: str) -> str:
    if re.search(r"[\s{}\"']", option):
        raise ScopeError(f"the name {what!r} has blanks, quotes or braces in it", "rename it")
    return tools.run("scope-opt", [f"--scope-attach-package={option}", "-"], stdin="module {}").stdout


def _split(text: str) -> list[str]:
    """`text` cut at the commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for at, character in enumerate(text):
        depth += (character in "<[") - (character in ">]")
        if character == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [part.strip() for part in [*parts, text[start:]] if part.strip()]


def _parse_value(key: str, value: str) -> Any:
    if key == "dram":
        return [_parse_ports(ports) for ports in _split(value[1:-1])]
    if key == "kinds":
        return [_parse_kind(kind) for kind in _split(value[1:-1])]
    if key == "disabled":
        return value[1:-1]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"\d+", value) else value


def _parse_ports(text: str) -> dict[str, str]:
    at, _, each = text[1:-1].rpartition(" each ")
    return {"at": at, "each": each}


def _parse_kind(text: str) -> dict[str, Any]:
    name, *fields = _split(text[1:-1])
    kind: dict[str, Any] = {"name": name.strip('"')}
    for field in fields:
        key, _, value = (part.strip() for part in field.partition("="))
        kind[key] = int(value) if value.isdigit() else value[1:-1]
    return kind
