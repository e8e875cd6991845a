# Configuration of the unit tests under lit: every GoogleTest case is a test.

import os

import lit.formats

config.name = "Scope-Unit"
config.test_source_root = os.path.join(config.scope_obj_root, "test", "unit")
config.test_exec_root = config.test_source_root
config.test_format = lit.formats.GoogleTest("bin", ".unit")

# The transport of MPI would patch functions that the sanitizer has replaced.
if "address" in config.scope_sanitize:
    config.environment["UCX_MEM_MMAP_HOOK_MODE"] = "none"
