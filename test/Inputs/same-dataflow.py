"""Says whether two modules are the same program.

usage: same-dataflow.py FIRST SECOND

Both files hold a module in the generic form that
`scope-opt --mlir-print-op-generic` prints. Two functions are the same if they
have the same operations with the same attributes and types, as many of each,
and each reads the same values and is read by the same operations. Independent
operations may stand in another order; names of values, locations, and how
attributes are abbreviated make no difference. What has no results, touches
memory, or calls something keeps its order.

Exit status: 0 if they are the same, 1 if they differ (the first differences are
printed), 2 if a file cannot be read.
"""

import collections
import hashlib
import re
import sys

TOKEN = re.compile(
    r'"(?:[^"\\]|\\.)*"'  # strings, names of operations
    r"|//[^\n]*"
    r"|->|[#!^%@]?[\w$.]+(?:-[\w$.]+)*(?:\#\d+)?"  # names of all kinds, numbers
    r"|\S")
VALUE = re.compile(r"%([^#]+)(?:#(\d+))?$")
ALIAS = re.compile(r"^([#!][\w$.-]+) = (.*)$", re.MULTILINE)
RESOURCES = re.compile(r"^\{-#$.*?^#-\}$", re.MULTILINE | re.DOTALL)
SYMBOL = re.compile(r'\bsym_name = ("(?:[^"\\]|\\.)*")')
CLOSING = {"(": ")", "{": "}", "<": ">"}

# What is not only a function of the operands, by its type and by its name.
MEMORY = re.compile(r"\bmemref\b|ptr\b")
STATE = re.compile(r"call|variable")

# How many differences are printed for one side of a function, how much of each.
MAX_DIFFERENCES = 8
MAX_WIDTH = 240


class Unreadable(Exception):
    """The text is not a module in generic form."""


class Op:
    """An operation. Its results are named in the region that it stands in."""

    def __init__(self, name, line):
        self.name = name
        self.line = line
        self.operands = []
        self.successors = []
        self.attributes = ""
        self.regions = []
        self.type = ""
        self.num_results = 0
        self.ordered = False
        self.digest = None
        self.sources = []  # the operations that it reads
        self.readers = collections.defaultdict(list)  # result -> readers' digests

    def symbol(self):
        """Its name as a symbol, or None."""
        found = SYMBOL.search(self.attributes)
        return found and found.group(1)

    def __str__(self):
        text = f'line {self.line}: "{self.name}" {self.attributes} : {self.type}'
        return text if len(text) <= MAX_WIDTH else text[:MAX_WIDTH] + " ..."


class Block:
    def __init__(self):
        self.argument_types = []
        self.ops = []
        self.entries = []  # one (digest, readers) for each operation


class Region:
    def __init__(self):
        self.blocks = []
        self.values = {}  # name -> (operation, first result) or (block, argument)


class Parser:
    def __init__(self, text):
        # Aliases and the section of resources take whole lines; what is left of
        # them keeps the numbers of lines.
        self.resources = sorted(
            line.strip().rstrip(",") for section in RESOURCES.findall(text)
            for line in section.splitlines())
        text = RESOURCES.sub(lambda found: "\n" * found.group().count("\n"), text)
        self.aliases = {}
        for name, value in ALIAS.findall(text):
            self.aliases[name] = " ".join(self.expand(TOKEN.findall(value)))
        text = ALIAS.sub("", text)

        self.tokens, self.lines, line, at = [], [], 1, 0
        for found in TOKEN.finditer(text):
            if found.group().startswith("//"):
                continue
            line += text.count("\n", at, found.start())
            at = found.start()
            self.tokens.append(found.group())
            self.lines.append(line)
        self.tokens.append("")
        self.lines.append(line)
        self.at = 0

    def expand(self, tokens):
        return [self.aliases.get(token, token) for token in tokens]

    def peek(self, token):
        return self.tokens[self.at] == token

    def take(self, token):
        """Whether `token` comes next; if so, goes past it."""
        if not self.peek(token):
            return False
        self.at += 1
        return True

    def expect(self, token):
        if self.peek(""):
            raise Unreadable(f"line {self.lines[self.at]}: the text ends too early")
        if not self.take(token):
            raise Unreadable(f"line {self.lines[self.at]}: expected '{token}', found "
                             f"'{self.tokens[self.at]}'; is this the output of "
                             "--mlir-print-op-generic?")

    def next(self):
        token = self.tokens[self.at]
        self.expect(token)
        return token

    def balanced(self, opening):
        """The text from the bracket `opening` to the one that closes it. Only
        brackets of this kind count, so that `>=` in an attribute closes none."""
        start, depth = self.at, 0
        self.expect(opening)
        self.at = start
        while True:
            token = self.next()
            depth += (token == opening) - (token == CLOSING[opening])
            if depth == 0:
                return " ".join(self.expand(self.tokens[start:self.at]))

    def single_type(self):
        if self.peek("("):
            text = self.balanced("(")
            if self.take("->"):
                text += " -> " + self.single_type()
            return text
        text = " ".join(self.expand([self.next()]))
        return text + self.balanced("<") if self.peek("<") else text

    def location(self):
        if self.take("loc"):
            self.balanced("(")

    def op(self, region):
        names = []
        while self.tokens[self.at].startswith("%"):
            name = self.next()
            count = int(self.next()) if self.take(":") else 1
            names.append((name[1:], count))
            if not self.take(","):
                self.expect("=")
        if not self.tokens[self.at].startswith('"'):
            self.expect('"operation"')
        op = Op(self.tokens[self.at][1:-1], self.lines[self.at])
        self.at += 1
        for name, count in names:
            region.values[name] = (op, op.num_results)
            op.num_results += count

        self.expect("(")
        while not self.take(")"):
            op.operands.append(self.next())
            self.take(",")
        if self.take("["):
            while not self.take("]"):
                op.successors.append(self.next())
                self.take(",")
        if self.take("<"):
            op.attributes += f"<{self.balanced('{')}>"
            self.expect(">")
        if self.take("("):
            while not self.take(")"):
                op.regions.append(self.region())
                self.take(",")
        if self.peek("{"):
            op.attributes += self.balanced("{")
        self.expect(":")
        op.type = self.single_type()
        self.location()
        op.ordered = op.symbol() is None and bool(
            op.num_results == 0 or MEMORY.search(op.type) or STATE.search(op.name)
            or any(inner.ordered for part in op.regions for block in part.blocks
                   for inner in block.ops[:-1]))
        return op

    def region(self):
        region = Region()
        block_ids = {}
        self.expect("{")
        while not self.take("}"):
            block = Block()
            region.blocks.append(block)
            if self.tokens[self.at].startswith("^"):
                block_ids[self.next()] = len(region.blocks) - 1
                if self.take("("):
                    while not self.take(")"):
                        name = self.next()[1:]
                        region.values[name] = (block, len(block.argument_types))
                        self.expect(":")
                        block.argument_types.append(self.single_type())
                        self.location()
                        self.take(",")
                self.expect(":")
            while not self.peek("}") and not self.tokens[self.at].startswith("^"):
                block.ops.append(self.op(region))
        for block in region.blocks:
            for op in block.ops:
                op.successors = [block_ids[name] for name in op.successors]
        return region

    def module(self):
        """The operations of the file, as the region of an operation without a
        name."""
        root = Op("", 1)
        block = Block()
        root.regions.append(Region())
        root.regions[0].blocks.append(block)
        while not self.peek(""):
            block.ops.append(self.op(root.regions[0]))
        if not block.ops:
            self.expect('"operation"')
        return root


def hash_of(*parts):
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


class Digester:
    """Gives every operation a digest of itself and of what it depends on, and
    every block the list of its operations with their readers."""

    def __init__(self):
        self.regions = []  # from the outermost to the one at hand
        self.ordinals = {}  # operation -> its place among those of its block that keep order
        self.active = set()

    def find(self, name, line):
        """The depth at which `name` was defined, and what defined it."""
        for depth in reversed(range(len(self.regions))):
            if name in self.regions[depth].values:
                return depth, *self.regions[depth].values[name]
        raise Unreadable(f"line {line}: there is no value %{name}")

    def op(self, op):
        if op.digest is not None:
            return op.digest
        if op in self.active:
            raise Unreadable(f"line {op.line}: '{op.name}' depends on itself")
        self.active.add(op)
        operands, results = [], []
        for token in op.operands:
            found = VALUE.match(token)
            if not found:
                raise Unreadable(f"line {op.line}: '{token}' is no value")
            depth, source, index = self.find(found.group(1), op.line)
            index += int(found.group(2) or 0)
            if isinstance(source, Block):
                place = self.regions[depth].blocks.index(source)
                operands.append(("argument", depth, place, index))
            else:
                # It may stand further out, or in a block that comes later.
                inner = self.regions[depth + 1:]
                del self.regions[depth + 1:]
                operands.append((self.op(source), index))
                self.regions += inner
                results.append((source, index))
        regions = [self.region(region) for region in op.regions]
        op.digest = hash_of(op.name, op.attributes, op.type, operands, op.successors,
                            regions, self.ordinals.get(op))
        for position, (source, index) in enumerate(results):
            source.readers[index].append((op.digest, position))
        op.sources = [source for source, _ in results]
        self.active.remove(op)
        return op.digest

    def region(self, region):
        self.regions.append(region)
        for block in region.blocks:
            ordered = (op for op in block.ops if op.ordered)
            self.ordinals.update((op, ordinal) for ordinal, op in enumerate(ordered))
        for block in region.blocks:
            for op in block.ops:
                self.op(op)
        self.regions.pop()
        # All readers are inside the region, so they are complete now.
        for block in region.blocks:
            for op in block.ops:
                readers = sorted((index, sorted(readers)) for index, readers in op.readers.items())
                block.entries.append((op.digest, hash_of(readers)))
        return [(block.argument_types, sorted(block.entries)) for block in region.blocks]


def without(entries, others):
    """The positions in `entries` of what is not in `others`, as often as it is
    not there."""
    left = collections.Counter(others)
    positions = []
    for position, entry in enumerate(entries):
        if left[entry] > 0:
            left[entry] -= 1
        else:
            positions.append(position)
    return positions


def is_container(op):
    """Whether `op` is a module, a function or the like, compared by its name."""
    return op.regions and (op.symbol() is not None or op.name in ("", "builtin.module"))


def containers(block):
    """The modules and functions of `block` by kind and name, or number."""
    found = [op for op in block.ops if is_container(op)]
    return {(op.name, op.symbol() or number): op for number, op in enumerate(found)}


def compare_blocks(first, second, where):
    """Yields what differs between two blocks of `where`."""
    if first.argument_types != second.argument_types:
        yield f"{where}: arguments {first.argument_types} and {second.argument_types}"

    # Containers are taken apart, each with its namesake.
    inner, other_inner = containers(first), containers(second)
    pairs = inner.keys() & other_inner.keys()
    paired = {side[key] for side in (inner, other_inner) for key in pairs}
    for key, op in inner.items():
        if key in pairs:
            yield from compare(op, other_inner[key], op.symbol() or where)

    alike = True
    for name, block, other in (("first", first, second), ("second", second, first)):
        others = [digest for digest, _ in other.entries]
        ops = [block.ops[at] for at in without([digest for digest, _ in block.entries], others)]
        # What reads something that is not there differs for that reason alone.
        there = set(others)
        ops = [op for op in ops if op not in paired
               and all(source.digest in there for source in op.sources)]
        alike &= not ops
        for op in ops[:MAX_DIFFERENCES]:
            how = "more often" if op.digest in there else "only"
            yield f"{where}: {how} in the {name}: {op}"
        if len(ops) > MAX_DIFFERENCES:
            yield f"{where}: {len(ops) - MAX_DIFFERENCES} more in the {name}"
    if alike:
        for at in without(first.entries, second.entries)[:MAX_DIFFERENCES]:
            if first.ops[at] not in paired:
                yield f"{where}: has other readers in the second: {first.ops[at]}"


def compare(first, second, where):
    """Yields what differs between two containers of the same name."""
    if (first.attributes, first.type) != (second.attributes, second.type):
        yield f"{where}: only in the first: {first}"
        yield f"{where}: only in the second: {second}"
    shapes = [[len(region.blocks) for region in op.regions] for op in (first, second)]
    if shapes[0] != shapes[1]:
        yield f"{where}: regions of {shapes[0]} and of {shapes[1]} blocks"
        return
    for regions in zip(first.regions, second.regions):
        for blocks in zip(*(region.blocks for region in regions)):
            yield from compare_blocks(*blocks, where)


def count(op):
    return sum(1 + count(inner) for region in op.regions for block in region.blocks
               for inner in block.ops)


def read(path):
    try:
        with open(path) as stream:
            parser = Parser(stream.read())
        root = parser.module()
        Digester().op(root)
    except (OSError, UnicodeDecodeError, Unreadable, KeyError) as error:
        print(f"{path}: {error}", file=sys.stderr)
        sys.exit(2)
    return root, parser.resources


def main(arguments):
    if len(arguments) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    (first, resources), (second, other_resources) = map(read, arguments)
    if first.digest == second.digest and resources == other_resources:
        print(f"same: {count(first)} operations")
        return 0
    print(f"different: {arguments[0]} with {count(first)} operations and "
          f"{arguments[1]} with {count(second)}")
    for difference in compare(first, second, "module"):
        print(difference)
    if resources != other_resources:
        print("the resources differ")
    return 1


if __name__ == "__main__":
    sys.setrecursionlimit(100000)
    sys.exit(main(sys.argv[1:]))
