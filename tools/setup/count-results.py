"""Prints how many tests of a run passed, failed and were skipped.

usage: count-results.py RESULTS, the file that lit's --output or pytest's --junitxml
wrote. A test that failed as expected passed; one that lit could not run to its end
failed. The tests that failed are named on stderr.
"""

import collections
import json
import sys
import xml.etree.ElementTree

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}


def read_lit(path):
    """Names and results of the tests that lit ran."""
    with open(path, encoding="utf-8") as results:
        for test in json.load(results)["tests"]:
            code = test["code"]
            yield test["name"], "passed" if code in PASSED else "skipped" if code in SKIPPED else "failed"


def read_pytest(path):
    """Names and results of the tests that pytest ran."""
    for case in xml.etree.ElementTree.parse(path).iter("testcase"):
        tags = {child.tag for child in case}
        result = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        yield f"{case.get('classname')}.{case.get('name')}", result


counts = collections.Counter()
for name, result in (read_pytest if sys.argv[1].endswith(".xml") else read_lit)(sys.argv[1]):
    counts[result] += 1
    if result == "failed":
        print(f"FAIL: {name}", file=sys.stderr)
print(counts["passed"], counts["failed"], counts["skipped"])
