"""Writes wrong variants of MLIR files.

usage: mutate.py [--parsable] SEED COUNT FILE...

Prints COUNT variants of the modules in the files (separated by `// -----`), in
which tokens are missing, doubled, exchanged or replaced. With --parsable, what is
changed is mostly still a program that parses: numbers, names of values and words
become others of their kind, and whole lines go, come twice or change places. The
same seed gives the same text.
"""

import argparse
import random
import re
import sys

TOKEN = re.compile(r'"[^"\n]*"|//[^\n]*|[A-Za-z_#@%!^][\w.$]*|\d+(?:\.\d+)?|\s+|.', re.DOTALL)
NUMBERS = ["0", "-1", "1", "33", "1025", "9223372036854775807", "9223372036854775808",
           "99999999999999999999999", "0.5", "1.0e300", "1.0e999", "0x10"]


def mutate(generator, tokens, corpus):
    """Changes one to three places of `tokens`."""
    solid = [i for i, token in enumerate(tokens) if not token.isspace()]
    for _ in range(generator.randint(1, 3)):
        at = generator.choice(solid)
        kind = generator.randrange(6)
        if kind == 0:
            tokens[at] = ""
        elif kind == 1:
            tokens[at] += " " + tokens[at]
        elif kind == 2:
            other = generator.choice(solid)
            tokens[at], tokens[other] = tokens[other], tokens[at]
        elif kind == 3:
            tokens[at] = generator.choice(corpus)
        elif kind == 4:
            numbers = [i for i in solid if tokens[i][:1].isdigit()] or [at]
            tokens[generator.choice(numbers)] = generator.choice(NUMBERS)
        else:
            for i in range(at, len(tokens)):
                if generator.random() < 0.02:
                    break
                tokens[i] = ""
    return "".join(tokens)


def kind_of(token):
    """What a token can stand for: tokens of one kind often fit each other's place."""
    if token[0].isdigit():
        return "number"
    if token[0] in "%@#!\"":
        return token[0]
    return "word" if token[0].isalpha() else token


def mutate_parsable(generator, tokens, corpus):
    """Changes one to three places of `tokens` into something alike, or lines."""
    if generator.randrange(8) == 0:
        lines = "".join(tokens).split("\n")
        at, other = generator.randrange(len(lines)), generator.randrange(len(lines))
        kind = generator.randrange(3)
        if kind == 0:
            del lines[at]
        elif kind == 1:
            lines.insert(other, lines[at])
        else:
            lines[at], lines[other] = lines[other], lines[at]
        return "\n".join(lines)
    kinds = {}
    for token in corpus:
        kinds.setdefault(kind_of(token), []).append(token)
    places = {}
    for i, token in enumerate(tokens):
        # A number before an x is the first of a shape, which types must agree on.
        shape = token.isdigit() and tokens[i + 1 : i + 2] and tokens[i + 1][0] == "x"
        if not token.isspace() and not shape and len(kinds[kind_of(token)]) > 1:
            places.setdefault(kind_of(token), []).append(i)
    for _ in range(generator.choice([1, 1, 1, 2, 3])):
        kind = generator.choice(["number"] * 6 + ["word", "word", "%", "@"])
        if kind in places:
            others = NUMBERS if kind == "number" else []
            tokens[generator.choice(places[kind])] = generator.choice(kinds[kind] + others)
    return "".join(tokens)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--parsable", action="store_true")
    parser.add_argument("seed", type=int)
    parser.add_argument("count", type=int)
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    generator = random.Random(arguments.seed)
    modules = []
    for file in arguments.files:
        with open(file) as stream:
            text = re.sub(r"^\s*//(?! -----).*\n", "", stream.read(), flags=re.MULTILINE)
        modules += [TOKEN.findall(part) for part in text.split("// -----") if part.strip()]
    corpus = sorted({token for tokens in modules for token in tokens if not token.isspace()})
    change = mutate_parsable if arguments.parsable else mutate
    variants = [change(generator, list(generator.choice(modules)), corpus)
                for _ in range(arguments.count)]
    print("\n// -----\n".join(variants))


main()
