"""Writes wrong variants of MLIR files.

usage: mutate.py SEED COUNT FILE...

Prints COUNT variants of the modules in the files (separated by `// -----`), in
which tokens are missing, doubled, exchanged or replaced. The same seed gives the
same text.
"""

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


def main(seed, count, files):
    generator = random.Random(seed)
    modules = []
    for file in files:
        with open(file) as stream:
            text = re.sub(r"^\s*//(?! -----).*\n", "", stream.read(), flags=re.MULTILINE)
        modules += [TOKEN.findall(part) for part in text.split("// -----") if part.strip()]
    corpus = sorted({token for tokens in modules for token in tokens if not token.isspace()})
    variants = [mutate(generator, list(generator.choice(modules)), corpus) for _ in range(count)]
    print("\n// -----\n".join(variants))


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
