# Configuration of the unit tests under lit: every GoogleTest case is a test.

import os

import lit.formats

config.name = "Scope-Unit"
config.test_source_root = os.path.join(config.scope_obj_root, "test", "unit")
config.test_exec_root = config.test_source_root
config.test_format = lit.formats.GoogleTest("bin", ".unit")
