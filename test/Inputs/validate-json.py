"""Checks JSON files against a schema.

usage: validate-json.py SCHEMA FILE...

The schema itself is checked first: it must be valid, every property described,
every object closed. Prints one line for each thing that is wrong, and exits with
1 if there is one.
"""

import json
import sys

import jsonschema


def check_schema(node, path):
    """What is not strict below `node`."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from check_schema(item, f"{path}/{index}")
    elif isinstance(node, dict):
        if node.get("type") == "object":
            if node.get("additionalProperties") is not False:
                yield f"{path}: takes any property"
            if sorted(node.get("required", [])) != sorted(node["properties"]):
                yield f"{path}: does not require every property"
            for name, value in node["properties"].items():
                if not value.get("description"):
                    yield f"{path}: {name} has no description"
        for name, value in node.items():
            yield from check_schema(value, f"{path}/{name}")


def main(schema_file, files):
    with open(schema_file, encoding="utf-8") as stream:
        schema = json.load(stream)
    jsonschema.Draft202012Validator.check_schema(schema)
    wrong = [f"{schema_file}: {line}" for line in check_schema(schema, "")]
    validator = jsonschema.Draft202012Validator(schema)
    for file in files:
        with open(file, encoding="utf-8") as stream:
            data = json.load(stream)
        for error in validator.iter_errors(data):
            path = "/".join(map(str, error.absolute_path))
            wrong.append(f"{file}: {path}: {error.message}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
