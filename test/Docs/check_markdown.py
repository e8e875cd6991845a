"""Checks what breaks silently in pages of Markdown.

usage: check_markdown.py FILE...

The rows of a table have as many cells as its head, fences are closed, and
relative links lead to files and headings that exist. Prints one line for each
place where this is not so, and exits with 1 if there is one.
"""

import pathlib
import re
import sys

FENCE = re.compile(r"\s*```")
LINK = re.compile(r"\[[^\]\n]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`+[^`]*`+")
RULE = re.compile(r"\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")


def cells(line):
    """The number of cells of a row. A bar counts inside of code as well, unless
    a backslash stands in front of it."""
    line = line.strip().replace(r"\|", "")
    return line.removeprefix("|").removesuffix("|").count("|") + 1


def prose(text):
    """The lines of a page with their numbers, without what is fenced; None for
    the end of a fence that is missing."""
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            yield number, line
    if inside:
        yield None


def anchors(path):
    """What GitHub calls the headings of a page."""
    headings = (line.lstrip("#").strip() for _, line in filter(None, prose(path.read_text()))
                if re.match("#+ ", line))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def check(path):
    """Yields one line for each thing that is wrong in the page `path`."""
    width, above = 0, ""
    for entry in prose(path.read_text()):
        if entry is None:
            yield f"{path}: a fence is not closed"
            return
        number, line = entry
        if not line.lstrip().startswith("|"):
            width = 0
        elif width and cells(line) != width:
            yield f"{path}:{number}: {cells(line)} cells, where the head has {width}"
        elif not width and RULE.match(line):
            width = cells(line)
            if cells(above) != width:
                yield f"{path}:{number}: a head of {cells(above)} cells over {width}"
        above = line
        for target in LINK.findall(CODE.sub("", line)):
            file, _, anchor = target.partition("#")
            if "://" in target or target.startswith("mailto:"):
                continue
            to = path.parent / file if file else path
            if not to.exists():
                yield f"{path}:{number}: the link leads nowhere: {target}"
            elif anchor and to.suffix == ".md" and anchor not in anchors(to):
                yield f"{path}:{number}: no such heading: {target}"


errors = [error for path in sys.argv[1:] for error in check(pathlib.Path(path))]
for error in errors:
    print(error)
sys.exit(1 if errors else 0)
