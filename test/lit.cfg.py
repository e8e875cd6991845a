# Configuration of the lit suite. The site configuration that CMake writes into
# the build folder names the tools and loads this file.

import os
import subprocess

import lit.formats
import lit.llvm

lit.llvm.initialize(lit_config, config)
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "Scope"
config.test_format = lit.formats.ShTest(not llvm_config.use_lit_shell)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "Networks"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.scope_obj_root, "test")

tool_dirs = [config.scope_bin_dir, config.llvm_tools_dir]
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)

# LLVM's arenas are poisoned by the instrumented copies of their inline functions
# and not cleared by those in the libraries, which are not instrumented.
if "address" in config.scope_sanitize:
    options = [os.environ["ASAN_OPTIONS"]] if os.environ.get("ASAN_OPTIONS") else []
    llvm_config.with_environment("ASAN_OPTIONS", ":".join(options + ["allow_user_poisoning=0"]))
    # The transport of MPI would patch functions that the sanitizer has replaced.
    llvm_config.with_environment("UCX_MEM_MMAP_HOOK_MODE", "none")

# `--param roundtrip=1` or SCOPE_ROUNDTRIP=1: what scope-opt writes is read and
# written once more, as text and as bytecode, and FileCheck sees the result.
roundtrip = lit_config.params.get("roundtrip", os.environ.get("SCOPE_ROUNDTRIP"))
if roundtrip and roundtrip != "0":
    config.available_features.add("roundtrip")
    wrapper = os.path.join(config.test_source_root, "Inputs", "roundtrip.py")
    command = "{} {}".format(config.python_executable, wrapper)
    scope_opt = ToolSubst("scope-opt", command=command,
                          extra_args=[os.path.join(config.scope_bin_dir, "scope-opt")])
else:
    scope_opt = "scope-opt"

# It is not built where MLIR has no static archives, nor with sanitizers.
if os.path.exists(os.path.join(config.scope_bin_dir, "scope-verify")):
    config.available_features.add("scope-verify")

llvm_config.use_default_substitutions()
llvm_config.add_tool_substitutions(
    [scope_opt, "scope-run", "scope-simulate", "scope-translate", "scope-lsp-server",
     ToolSubst("scope-verify", unresolved="ignore"), "mlir-opt", "mlir-translate"],
    tool_dirs)

# Stock mlir-opt with the plugin. A plugin built for the address sanitizer needs
# its runtime in the process before anything else; only mlir-opt gets it.
plugin = os.path.join(config.scope_lib_dir, "libScopePlugin.so")
mlir_opt_plugin = [os.path.join(config.llvm_tools_dir, "mlir-opt"),
                   "--load-dialect-plugin=" + plugin, "--load-pass-plugin=" + plugin]
if "address" in config.scope_sanitize:
    runtime = subprocess.check_output(
        [config.cxx_compiler, "-print-file-name=libclang_rt.asan-x86_64.so"], text=True)
    mlir_opt_plugin = ["env", "LD_PRELOAD=" + runtime.strip()] + mlir_opt_plugin
config.substitutions.append(("%mlir_opt_plugin", " ".join(mlir_opt_plugin)))
config.substitutions.append(("%scope_plugin", plugin))
networks = os.path.join(config.test_source_root, "Networks")
config.substitutions.append(("%scope_bin", config.scope_bin_dir))
# What lowers every network from TOSA to linalg; upstream's own pipeline refuses
# casts that no profile of TOSA has.
config.substitutions.append(("%lower_to_linalg", "--pass-pipeline='builtin.module(func.func("
    "tosa-make-broadcastable,tosa-to-linalg-named,tosa-to-linalg,tosa-to-tensor,tosa-to-arith))'"))
config.substitutions.append(("%networks", networks))
config.substitutions.append(("%python", config.python_executable))
# Runs a page; it sees what a reader sees from the top of the sources.
config.substitutions.append(("%run_docs", " ".join([
    config.python_executable, os.path.join(config.test_source_root, "Inputs", "run-docs.py"),
    "--path=" + config.scope_bin_dir, "--link=build/bin=" + config.scope_bin_dir,
    "--link=build/lib=" + config.scope_lib_dir, "--link=test/Networks=" + networks])))
config.substitutions.append(("%scope_src_root", config.scope_src_root))
config.substitutions.append(("%scope_obj_root", config.scope_obj_root))
# Configures another project with the compiler and sanitizers of this build.
sanitize = "-fsanitize=" + config.scope_sanitize if config.scope_sanitize else ""
config.substitutions.append(("%cmake_configure", " ".join([
    config.cmake, "-G", config.cmake_generator,
    "-DCMAKE_CXX_COMPILER=" + config.cxx_compiler, "-DCMAKE_CXX_FLAGS=" + sanitize])))
config.substitutions.append(("%cmake", config.cmake))
if config.scope_sanitize:
    config.available_features.add("sanitizer")
if config.mpiexec:
    config.available_features.add("mpi")
    config.substitutions.append(("%mpiexec", config.mpiexec))
