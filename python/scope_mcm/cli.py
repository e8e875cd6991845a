"""The command `scope`.

Exit codes: 0 all went well; 1 something that was given is wrong, and one line on
stderr says what and how to put it right; 2 the command line is wrong; 130 the user
stopped it; 128 + N signal N did, which leaves nothing behind either.
"""

from __future__ import annotations

import json
import signal
import sys
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from . import _files
from .choices import OBJECTIVES, STRATEGIES, FinalChoice, Objective, SearchKind, Space, Strategy
from .errors import ScopeError

# Modules that few commands need are loaded in these, which makes the others start sooner.
if TYPE_CHECKING:
    from .compare import Row
    from .planner import Options

app = typer.Typer(
    name="scope",
    help="Plans neural networks on multi-chip modules: from a model file to a plan, a report and a picture.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
# Into a pipe or a file, as wide as the text report.
out = Console(width=None if sys.stdout.isatty() else 120)
err = Console(stderr=True, soft_wrap=True)


def _version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        out.print(f"scope {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback and all that a tool said.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    global _debug
    _debug = debug


_debug = False


def _complete(names: tuple[str, ...]) -> Callable[[str], list[str]]:
    """For a shell that completes the value of an option."""
    return lambda incomplete: [name for name in names if name.startswith(incomplete)]


def _complete_package(incomplete: str) -> list[str]:
    from .package import list_presets

    return _complete(tuple(preset["example"] for preset in list_presets()))(incomplete)


def _choice(what: str, names: tuple[str, ...]) -> Any:
    return typer.Option(help=f"{what}: {', '.join(names)}.", autocompletion=_complete(names))


# Options that several commands have.
ModelArgument = Annotated[
    Path, typer.Argument(help="A network: .onnx, .tflite, .pt2, or MLIR in TOSA or linalg (.mlir, .mlirbc).")
]
PackageOption = Annotated[
    str,
    typer.Option(
        "--package",
        "-p",
        help="A preset (see `scope packages`) or a file with a scope.package.",
        autocompletion=_complete_package,
    ),
]
BatchOption = Annotated[
    int, typer.Option("--batch", "-b", min=0, max=2**31 - 1, help="Samples of a batch; 0: the package's.")
]
ObjectiveOption = Annotated[str, _choice("What the plan is best in", OBJECTIVES)]
StrategyOption = Annotated[str, _choice("Which plans are allowed", STRATEGIES)]
SpaceOption = Annotated[str, _choice("Which schedules are searched", get_args(Space))]
SearchOption = Annotated[str, _choice("The search", get_args(SearchKind))]
BitsOption = Annotated[
    int, typer.Option(help="Width that every element is counted with: 8, 16 or 32; 0: the program's own.")
]
FinalOption = Annotated[
    str, typer.Option(help=f"What decides between good plans: {', '.join(get_args(FinalChoice))} (slow).")
]
TimeOption = Annotated[float, typer.Option(min=0, help="Seconds that the search may take; 0: no limit.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
ElideOption = Annotated[bool, typer.Option("--elide-weights", help="Leave the numbers of the weights out.")]
FoldOption = Annotated[bool, typer.Option("--fold-batch-norm", help="Fold batch norms into convolutions first.")]
DimOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME=SIZE", help="Size of an open dimension of an ONNX input; several times for several."),
]


def _one_of(option: str, value: Any, known: tuple[Any, ...]) -> Any:
    if value not in known:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(map(str, known))}", param_hint=option)
    return value


def _options(
    package: str,
    batch: int,
    objective: str,
    strategy: str,
    space: str,
    search: str,
    assume_bits: int,
    time_limit: float,
    final: str = "model",
) -> Options:
    from .planner import Options

    return Options(
        package=package,
        batch=batch,
        objective=cast(Objective, _one_of("--objective", objective, OBJECTIVES)),
        strategy=cast(Strategy, _one_of("--strategy", strategy, STRATEGIES)),
        space=cast(Space, _one_of("--space", space, get_args(Space))),
        search=cast(SearchKind, _one_of("--search", search, get_args(SearchKind))),
        assume_bits=_one_of("--assume-bits", assume_bits, (0, 8, 16, 32)),
        time_limit=time_limit,
        final=cast(FinalChoice, _one_of("--final", final, get_args(FinalChoice))),
    )


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=1) + "\n")


@app.command()
def plan(
    model: ModelArgument,
    package: PackageOption = "",
    batch: BatchOption = 0,
    objective: ObjectiveOption = "throughput",
    strategy: StrategyOption = "merged",
    space: SpaceOption = "full",
    search: SearchOption = "auto",
    assume_bits: BitsOption = 0,
    time_limit: TimeOption = 0,
    final: FinalOption = "model",
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Beginning of the names of the files to write, or a folder for them.")
    ] = Path("plan"),
    elide_weights: ElideOption = False,
    fold_batch_norm: FoldOption = False,
    dim: DimOption = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Simulate the plan too, for the timeline of the page (slow).")
    ] = False,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Plan a network: print the report, write plan.mlir, plan.json and plan.html; with
    --simulate also plan.simulation.json."""
    from .importer import needs_converter
    from .planner import plan as plan_network
    from .report import render

    options = _options(package, batch, objective, strategy, space, search, assume_bits, time_limit, final)
    suffixes = (".mlir", ".json", ".html", *([".simulation.json"] if simulate else []))
    if output.is_dir():
        output /= "plan"
    files = [output.with_name(output.name + suffix) for suffix in suffixes]
    _files.check_apart(model, files)
    if needs_converter(model):
        # Not after a long import.
        options.check_package()
    with (
        _files.replacing(*files) as (mlir_file, json_file, html_file, *simulation_file),
        _imported(model, elide_weights, fold_batch_norm, dim) as program,
    ):
        with err.status("planning"):
            planned = plan_network(program, options, output=mlir_file)
        json_file.write_text(planned.json, encoding="utf-8")
        simulation = None
        if simulation_file:
            from .simulation import simulate as simulate_plan

            with err.status("simulating"):
                simulation = simulate_plan(mlir_file)
            simulation_file[0].write_text(simulation.to_json(), encoding="utf-8")
        html_file.write_text(render(planned.plan, simulation=simulation), encoding="utf-8")
    if as_json:
        sys.stdout.write(planned.json)
    else:
        _print_report(planned.report, files[1])
        err.print(f"written: {', '.join(map(str, files))}", highlight=False)
    if open_page:
        webbrowser.open(files[2].resolve().as_uri())


def _print_report(report: str, json_file: Path) -> None:
    """As it is into pipes and files, and so that it fits on a terminal."""
    if not sys.stdout.isatty():
        sys.stdout.write(report)
        return
    from ._tables import fit_report

    fitting, is_cut = fit_report(report, out.width)
    sys.stdout.write(fitting)
    if is_cut:
        err.print(
            f"note: the tables are cut at {out.width} columns, and {max(map(len, report.splitlines()))} have room for "
            f"them; `scope layers {json_file}` and the page have all of it",
            markup=False,
            highlight=False,
        )


@app.command()
def compare(
    model: ModelArgument,
    package: PackageOption = "",
    batch: BatchOption = 0,
    objective: ObjectiveOption = "throughput",
    space: SpaceOption = "full",
    assume_bits: BitsOption = 0,
    time_limit: TimeOption = 0,
    dim: DimOption = None,
    as_json: JsonOption = False,
) -> None:
    """Plan a network with every strategy and print them side by side."""
    from .compare import compare as compare_strategies
    from .importer import of_model
    from .package import default_preset

    options = _options(package, batch, objective, "merged", space, "auto", assume_bits, time_limit)
    options.check_package()
    with _imported(model, True, False, dim) as program, err.status("planning") as status:
        rows = compare_strategies(program, options, progress=lambda text: status.update(f"planning: {text}"))
        rows = [replace(row, error=of_model(row.error, program, model)) for row in rows]
    if as_json:
        _print_json([row.as_dict() for row in rows])
    else:
        batches = {row.planned.plan.function.batch_samples for row in rows if row.planned}
        of_batch = "".join(f", batch of {samples:,}" for samples in batches)
        _print_comparison(rows, f"{model.name} on {package or default_preset()}{of_batch}, best in {objective}")
    if all(row.planned is None for row in rows):
        for row in rows if as_json else []:
            err.print(f"{row.strategy}: {row.error}", markup=False, highlight=False)
        raise ScopeError("no strategy has a plan", "see the lines above")


def _print_comparison(rows: list[Row], title: str) -> None:
    from ._tables import comparison_table

    out.print(comparison_table(rows, title, out.width), highlight=False)
    for row in rows:
        if row.error:
            err.print(f"{row.strategy}: {row.error}", markup=False, highlight=False)


@app.command()
def packages(
    name: Annotated[str, typer.Argument(help="Show the fields of this preset, and where they come from.")] = "",
    mlir: Annotated[bool, typer.Option("--mlir", help="Print it as a file that can be changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the packages known by name, or show one."""
    from ._tables import presets_table
    from .package import Package, default_preset, list_presets

    presets = list_presets()
    if not name:
        if as_json:
            _print_json(presets)
            return
        out.print(presets_table(presets, out.width), highlight=False)
        out.print(f"Without --package: {default_preset()}. R and C of simba-RxC are 1 to 32.", highlight=False)
        return
    package = Package.preset(name)
    if as_json:
        _print_json(package.model_dump())
    elif mlir:
        sys.stdout.write(package.to_mlir())
    else:
        known = {preset["name"]: preset for preset in presets} | {preset["example"]: preset for preset in presets}
        sources = {field["name"]: field for field in known.get(name, {"fields": []})["fields"]}
        table = Table(box=SIMPLE_HEAD)
        for heading in ("field", "value", "origin", "source or reason"):
            table.add_column(heading)
        for key, value in package._texts():
            field = sources.get(key)
            origin = "" if field is None else "published" if field["published"] else "chosen"
            table.add_row(key, value, origin, field["source"] if field else "")
        out.print(table, markup=False)


@app.command()
def explain(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that `scope plan` wrote.")],
    layer: Annotated[str, typer.Argument(help="Name or number of a layer; without it, the cuts and stages.")] = "",
    function: Annotated[str, typer.Option(help="The function, if the plan has several.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Say why a layer is planned as it is."""
    from .explain import explain_function, explain_layer
    from .plans import Plan

    plan = Plan.read(plan_file)
    planned = plan.function
    if function:
        named = {candidate.name: candidate for candidate in plan.functions}
        if function not in named:
            raise ScopeError(f"{plan_file} has no function {function!r}", f"it has {', '.join(named)}")
        planned = named[function]
    lines = explain_layer(plan, planned, layer) if layer else explain_function(planned)
    if as_json:
        _print_json([{"topic": topic, "text": text} for topic, text in lines])
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for topic, text in lines:
        table.add_row(topic, text)
    out.print(table, markup=False, highlight=False)


@app.command()
def layers(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that `scope plan` wrote.")],
    as_json: JsonOption = False,
) -> None:
    """Print the layers of a plan."""
    from ._tables import layer_table
    from .plans import Plan

    plan = Plan.read(plan_file)
    if as_json:
        _print_json([layer.model_dump() for layer in plan.function.layers])
    else:
        out.print(layer_table(plan.function), highlight=False)


@app.command("report")
def report_(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.json", help="A plan that `scope plan` wrote.")],
    other: Annotated[Path | None, typer.Option("--with", help="A second plan, for a comparison.")] = None,
    simulation: Annotated[
        Path | None, typer.Option(help="What `scope plan --simulate` saw of the plan, for its timeline.")
    ] = None,
    other_simulation: Annotated[
        Path | None, typer.Option("--with-simulation", help="The same of the second plan.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The page; by default beside the plan.")] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open the page in a browser.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the page of a plan: one HTML file that needs no network."""
    from .plans import Plan
    from .report import render

    page = output or plan_file.with_suffix(".html")
    if other_simulation and not other:
        raise typer.BadParameter("there is no second plan", param_hint="--with-simulation")
    from .simulation import Simulation

    text = render(
        Plan.read(plan_file),
        Plan.read(other) if other else None,
        simulation=Simulation.read(simulation) if simulation else None,
        other_simulation=Simulation.read(other_simulation) if other_simulation else None,
        # Of one plan, the file says no more than where the page is.
        names=[str(plan_file), str(other)] if other else [],
    )
    _files.write_text(page, text)
    if as_json:
        _print_json({"page": str(page)})
    else:
        err.print(f"written: {page}", highlight=False)
    if open_page:
        webbrowser.open(page.resolve().as_uri())


@app.command("import")
def import_(
    model: ModelArgument,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    elide_weights: ElideOption = False,
    fold_batch_norm: FoldOption = False,
    dialect: Annotated[str, typer.Option(help="tosa or linalg; auto: TOSA, and linalg where it refuses.")] = "auto",
    dim: DimOption = None,
    as_json: JsonOption = False,
) -> None:
    """Import a network from ONNX, TFLite or PyTorch."""
    from ._show import bytes_text
    from .importer import import_model

    with err.status("importing") as status:
        result = import_model(
            model,
            output,
            elide_weights=elide_weights,
            fold_batch_norm=fold_batch_norm,
            dialect=_one_of("--dialect", dialect, ("auto", "tosa", "linalg")),
            dims=_sizes(dim or []),
            progress=lambda text: status.update(f"importing: {text}"),
        )
    if as_json:
        _print_json(result.as_dict())
        return
    err.print(f"written: {output} ({result.dialect}, {bytes_text(output.stat().st_size)})", highlight=False)
    for note in result.notes:
        err.print(f"note: {note}", markup=False, highlight=False)


def _sizes(texts: list[str]) -> dict[str, int]:
    sizes = {}
    for text in texts:
        name, _, size = text.rpartition("=")
        if not name or not size.isdigit() or int(size) == 0:
            raise typer.BadParameter(f"{text!r} is not like batch=1", param_hint="--dim")
        sizes[name] = int(size)
    return sizes


@app.command()
def sweep(
    config: Annotated[Path, typer.Argument(metavar="SWEEP.yaml", help="What to vary; see docs/sweeps.md.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The folder of the results.")] = Path("sweep"),
    scheduler: Annotated[str, typer.Option(help="A running Dask scheduler, tcp://HOST:PORT.")] = "",
    workers: Annotated[int, typer.Option(min=0, help="Worker processes; 0: one a core.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Plan models x packages x batches x strategies x objectives."""
    from .sweep import run_sweep

    result = run_sweep(config, output, scheduler=scheduler, workers=workers, console=err)
    if as_json:
        _print_json(result.as_dict())
    else:
        out.print(result.summary(), highlight=False)


@app.command()
def completion(
    shell: Annotated[str, typer.Argument(help="bash, zsh or fish.")],
) -> None:
    """Print the completion script of a shell: `scope completion bash >> ~/.bashrc`."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    _one_of("SHELL", shell, ("bash", "zsh", "fish"))
    sys.stdout.write(get_completion_script(prog_name="scope", complete_var="_SCOPE_COMPLETE", shell=shell) + "\n")


def _imported(model: Path, elide_weights: bool, fold_batch_norm: bool, dim: list[str] | None) -> Any:
    from .importer import as_program

    return as_program(
        model, elide_weights=elide_weights, fold_batch_norm=fold_batch_norm, console=err, dims=_sizes(dim or [])
    )


def _clean_up_on_signals() -> None:
    """Lets what `kill`, `timeout` and a closed terminal send end the command as Ctrl-C
    does: with the tools that it runs, and without what they have half written."""

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        # Under nohup one is ignored, and stays so.
        if signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, stop)


def main() -> None:
    """The entry point: runs the command and turns `ScopeError` into one line."""
    _clean_up_on_signals()
    try:
        app(prog_name="scope")
    except ScopeError as error:
        if _debug:
            if error.details:
                sys.stderr.write(error.details.rstrip() + "\n")
            raise
        sys.stderr.write(f"scope: error: {error}\n")
        sys.exit(1)
    except OSError as error:
        if _debug:
            raise
        where = f" ({error.filename})" if error.filename else ""
        known = _files.full_disk(str(error)) or ScopeError(f"the system says: {error.strerror or error}{where}")
        sys.stderr.write(f"scope: error: {known}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("scope: stopped\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
