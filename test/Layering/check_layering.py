"""Checks that the folders of Scope depend on each other one way only.

usage: check_layering.py ROOT

Reads the include directives below include/scope, lib and tools and the
scope_add_library calls of lib/*/CMakeLists.txt, compares both with the table
below and with each other, and prints one line for each thing that does not
agree. Exits with 1 if there is one.
"""

import pathlib
import re
import sys

# Folder -> the folders it may use; what those use, it may use as well.
LAYERS = {
    "Search": [],
    "Programs": ["Search"],
    "Simulator": ["Programs"],
    "Interfaces": [],
    "IR": ["Interfaces"],
    "ExternalModels": ["Interfaces"],
    "Analysis": ["IR", "Interfaces", "Programs", "Search"],
    "Lowering": ["Analysis", "Programs"],
    # Traces are those of lowered programs.
    "Target": ["Analysis", "IR", "Lowering", "Simulator"],
    # The pass scope-report writes what the translations of Target write.
    "Transforms": ["Analysis", "IR", "ExternalModels", "Lowering", "Target"],
    "Pipelines": ["Transforms"],
    # Tools plan what they are given.
    "Execution": ["Lowering", "Pipelines"],
    "RegisterAll": ["ExternalModels", "Pipelines", "Target", "Transforms"],
    "tools": ["Execution", "Pipelines", "RegisterAll"],
}

# Folder -> what it may include that is not Scope's.
FOREIGN = {
    "Search": r"llvm/(ADT|Support)/",
    "Programs": r"llvm/(ADT|Support)/",
    "Simulator": r"llvm/(ADT|Support)/",
    "Interfaces": r"llvm/|mlir/(?!Dialect/)",
    "IR": r"llvm/|mlir/(?!Dialect/)|mlir/Dialect/(Bufferization|Utils)/",
}

INCLUDE = re.compile(r'^\s*#?\s*include\s+"([^"]+)"', re.MULTILINE)
LIBRARY = re.compile(r"^scope_add_library\(([^)]*)\)", re.MULTILINE)


def closure(direct, folder):
    """What `folder` reaches in the map `direct`."""
    reached, todo = set(), [folder]
    while todo:
        for other in direct.get(todo.pop(), []):
            if other not in reached:
                reached.add(other)
                todo.append(other)
    return reached


def folder_of(path):
    """The folder that a path such as scope/IR/ScopeOps.h belongs to."""
    name = path.split("/")[1]
    return name.removesuffix(".h")


def sources(root):
    """Every source file with its folder, in a fixed order."""
    patterns = ("*.h", "*.td", "*.cpp")
    for base in ("include/scope", "lib", "tools"):
        for pattern in patterns:
            for file in sorted((root / base).rglob(pattern)):
                inner = file.relative_to(root / base).as_posix()
                folder = "tools" if base == "tools" else folder_of("scope/" + inner)
                yield file, folder


def links(root, errors):
    """Folder -> the folders whose libraries its CMakeLists.txt links."""
    result = {}
    for file in sorted((root / "lib").glob("*/CMakeLists.txt")):
        folder = file.parent.name
        for call in LIBRARY.findall(file.read_text()):
            name, *words = call.split()
            if name != "Scope" + folder:
                errors.append(f"lib/{folder}/CMakeLists.txt: the library {name} is not Scope{folder}")
            linked = words[words.index("LINK") + 1 :] if "LINK" in words else []
            if "DEPENDS" in linked:
                linked = linked[: linked.index("DEPENDS")]
            result[folder] = [word.removeprefix("Scope") for word in linked]
    return result


def check(root):
    """One line for each thing in the tree `root` that does not agree."""
    errors, used = [], {}
    linked = links(root, errors)

    for file, folder in sources(root):
        where = file.relative_to(root)
        if folder not in LAYERS:
            errors.append(f"{where}: the folder {folder} has no place in the layers")
            continue
        allowed = closure(LAYERS, folder) | {folder}
        if folder == "tools":
            allowed = set(LAYERS["tools"])
        for include in INCLUDE.findall(file.read_text()):
            if include.startswith("scope/"):
                other = folder_of(include)
                used.setdefault(folder, set()).add(other)
                if other not in allowed:
                    errors.append(f"{where}: {folder} may not include {include}")
            elif "/" in include and folder in FOREIGN:
                if not re.match(FOREIGN[folder], include):
                    errors.append(f"{where}: {folder} may not include {include}")

    for folder, others in linked.items():
        where = f"lib/{folder}/CMakeLists.txt"
        for other in others:
            if other not in closure(LAYERS, folder):
                errors.append(f"{where}: {folder} may not link Scope{other}")
            elif other not in used.get(folder, ()):
                errors.append(f"{where}: Scope{other} is linked and not used")
        for other in sorted(used.get(folder, set()) - {folder} - closure(linked, folder)):
            errors.append(f"{where}: Scope{other} is used and not linked")
    return errors


errors = check(pathlib.Path(sys.argv[1]))
for error in errors:
    print(error)
sys.exit(1 if errors else 0)
