"""Prints how many tests of a lit run passed, failed and were skipped.

usage: count-results.py RESULTS, the file that lit's --output wrote. A test that
failed as expected passed; one that lit could not run to its end failed. The
tests that failed are named on stderr.
"""

import collections
import json
import sys

PASSED = {"PASS", "FLAKYPASS", "XFAIL"}
SKIPPED = {"UNSUPPORTED", "SKIPPED", "EXCLUDED"}

with open(sys.argv[1], encoding="utf-8") as results:
    tests = json.load(results)["tests"]
counts = collections.Counter()
for test in tests:
    if test["code"] in PASSED:
        counts["passed"] += 1
    elif test["code"] in SKIPPED:
        counts["skipped"] += 1
    else:
        counts["failed"] += 1
        print(f"{test['code']}: {test['name']}", file=sys.stderr)
print(counts["passed"], counts["failed"], counts["skipped"])
