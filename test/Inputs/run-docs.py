"""Runs the commands of a page of Markdown and compares what they print.

usage: run-docs.py [--update] [--path FOLDER]... [--link NAME=TARGET]...
                   PAGE SCRATCH

Empties the folder SCRATCH, in which the commands run one after another, each in
a shell of its own. --path puts a folder in front of PATH. --link makes
SCRATCH/NAME a symbolic link to TARGET. Blocks of these kinds count, in the
order of the page:

    ```console
    $ command
    what it prints
    ```

The command ends with its line, or, after a backslash, with the next one (a `> `
in front of that is left out). What it prints, on both streams, must be the lines
up to the next command; spaces at the ends of lines and empty lines at the end do
not matter. A line `...` stands for any lines, or none; `...` inside of a line
for any text in it. The command must succeed, but in a block that begins with
```console fails, where it must fail without a crash.

    ```mlir NAME
    text
    ```

is the file NAME in SCRATCH from here on; so is a block in any other language with
a name.

Prints what differs and exits with 1; with 2 if the page has no command or cannot
be understood. --update writes what the commands print into the page where it
differs; that is then no error.
"""

import argparse
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys

FENCE = re.compile(r"(`{3,})\s*(\S*)\s*(.*?)\s*$")


class Command:
    """A command of a page, and the lines from `first` to before `last` that it
    must print."""

    def __init__(self, line, text):
        self.line = line
        self.text = text
        self.first = self.last = line
        self.fails = False


class File:
    """A block that is a file."""

    def __init__(self, name, lines):
        self.name = name
        self.lines = lines


class WrongPage(Exception):
    """The page has something that cannot be run."""


def read_commands(lines, begin, end):
    """The commands of the block whose inside is `lines[begin:end]`."""
    at = begin
    while at < end:
        if not lines[at].startswith("$ "):
            raise WrongPage(f"line {at + 1}: a block of commands begins with '$ '")
        command = Command(at + 1, lines[at][2:])
        at += 1
        while command.text.endswith("\\") and at < end:
            command.text += "\n" + lines[at].removeprefix("> ")
            at += 1
        command.first = at
        while at < end and not lines[at].startswith("$ "):
            at += 1
        command.last = at
        yield command


def read_page(lines):
    """The commands and files of a page, in order."""
    steps, at = [], 0
    while at < len(lines):
        opening = FENCE.match(lines[at])
        at += 1
        if not opening:
            continue
        begin = at
        while at < len(lines) and lines[at].rstrip() != opening.group(1):
            at += 1
        if at == len(lines):
            raise WrongPage(f"line {begin}: the fence is not closed")
        language, name = opening.group(2), opening.group(3)
        if language == "console":
            if name not in ("", "fails"):
                raise WrongPage(f"line {begin}: 'console {name}'; known is 'console fails'")
            commands = list(read_commands(lines, begin, at))
            for command in commands:
                command.fails = name == "fails"
            steps += commands
        elif name:
            steps.append(File(name, lines[begin:at]))
        at += 1
    return steps


def trim(lines):
    """`lines` without what does not matter."""
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def pattern(lines):
    """What matches the lines that `lines`, with dots, stand for."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append("[^\n]*".join(map(re.escape, line.split("..."))) + r"\n")
    return re.compile("".join(parts))


def fits(expected, actual):
    """Whether what was printed is what was expected."""
    return pattern(expected).fullmatch("".join(line + "\n" for line in actual)) is not None


def run(command, folder, environment):
    """What `command` prints, and what it exits with."""
    result = subprocess.run(["bash", "-c", command], cwd=folder, env=environment,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    return trim(result.stdout.decode(errors="replace").split("\n")), result.returncode


def ended_well(command, code):
    """Whether `command` may exit with `code`. From 126 on, bash could not run
    it or it was ended by a signal."""
    return 1 <= code < 126 if command.fails else code == 0


def make_scratch(folder, links):
    """Makes `folder` anew, with the links."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for link in links:
        name, _, target = link.partition("=")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(pathlib.Path(target).resolve())


def write_file(file, folder):
    """Writes `file` below `folder`, and not where a link leads out of it."""
    path = folder / file.name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise WrongPage(f"the file {file.name} would not lie in the scratch folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in file.lines))


def run_page(lines, options):
    """Runs the page, prints what is wrong, and returns the commands that ended
    otherwise than they should, and pairs of a command that printed something
    else, and what it printed."""
    steps = read_page(lines)
    if not any(isinstance(step, Command) for step in steps):
        raise WrongPage("there is no command in it")
    make_scratch(options.scratch, options.link)
    path = [str(pathlib.Path(folder).resolve()) for folder in options.path]
    environment = dict(os.environ, LC_ALL="C.UTF-8", TERM="dumb", COLUMNS="80",
                       PATH=os.pathsep.join(path + [os.environ["PATH"]]))
    ended, printed = [], []
    for step in steps:
        if isinstance(step, File):
            write_file(step, options.scratch)
            continue
        expected = trim(lines[step.first:step.last])
        actual, code = run(step.text, options.scratch, environment)
        where = f"{options.page}:{step.line}: $ {step.text}"
        if not ended_well(step, code):
            ended.append(step)
            print(f"{where}\nexits with {code}, and should "
                  f"{'fail' if step.fails else 'succeed'}")
        if not fits(expected, actual):
            printed.append((step, actual))
            print(f"{where}\nprints something else:")
            for line in difflib.unified_diff(expected, actual, "page", "printed", lineterm=""):
                print(line)
    return ended, printed


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--path", action="append", default=[])
    parser.add_argument("--link", action="append", default=[])
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("scratch", type=pathlib.Path)
    options = parser.parse_args(arguments)

    lines = options.page.read_text().split("\n")
    try:
        ended, printed = run_page(lines, options)
    except WrongPage as error:
        print(f"{options.page}: {error}")
        return 2
    if options.update:
        for command, actual in reversed(printed):
            lines[command.first:command.last] = actual
        options.page.write_text("\n".join(lines))
        printed = []
    return 1 if ended or printed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
