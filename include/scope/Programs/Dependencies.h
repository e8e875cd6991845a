//===- Dependencies.h - Which operation waits for which ----------*- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The contract of Program.h says that an operation waits for every earlier one
// that uses overlapping bytes of SRAM, and that computations run in order. Said
// for every beat that is a long list. This file gives the short one: for every
// operation of a body the latest operations it waits for, each with the number
// of beats that lie between. The simulator runs by it, and the checks prove
// with it.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_DEPENDENCIES_H
#define SCOPE_PROGRAMS_DEPENDENCIES_H

#include "scope/Programs/Program.h"

#include "llvm/ADT/STLFunctionalExtras.h"

#include <map>

namespace scope::programs {

/// An operation uses bytes of SRAM. Slots count whole: what a place leaves free
/// of its slot is used too.
struct Access {
  int32_t buffer = 0;
  /// What lies there, of which bands are parts.
  int32_t layout = 0;
  bool writes = false;
  /// Band by band, along with a computation or as one that takes bands.
  bool streams = false;
  /// Bytes [begin, begin + size) in slot 0, `stride` further on for each slot.
  int64_t begin = 0;
  int64_t size = 0;
  int64_t stride = 0;
  /// Slots that take turns by beat; 1 for always the same bytes.
  int64_t slots = 1;
};

/// The accesses of `op` in SRAM; reads first. Places with nothing in them are
/// left out. Indices must be valid.
llvm::SmallVector<Access, 6> accesses(const PackageProgram &program,
                                      const ChipletProgram &chiplet,
                                      const Op &op);

/// `after`, in beat b, waits for `before` in beat b - distance, where there is
/// such a beat.
struct Dependency {
  /// Numbers of operations in their list.
  int32_t before = 0;
  int32_t after = 0;
  int32_t distance = 0;
  /// Only in beats b with b % modulus == residue: buffers with different
  /// numbers of slots may meet every few beats.
  int32_t modulus = 1;
  int32_t residue = 0;
  /// All that both do with the bytes they share streams, in the same buffer and
  /// layout:
  /// band k of `after` waits for band k of `before` and not for its end.
  bool inBands = false;

  bool operator==(const Dependency &other) const {
    return before == other.before && after == other.after &&
           distance == other.distance && modulus == other.modulus &&
           residue == other.residue && inBands == other.inBands;
  }
};

/// What orders the operations of one program. Everything that the contract
/// orders follows from these by transitivity, and nothing else does.
struct Dependencies {
  /// Inside the load; distance 0.
  std::vector<Dependency> load;
  /// From an operation of the load to one of the body; distance 0, whole.
  std::vector<Dependency> loadToBody;
  /// Inside the body, ascending by `after`.
  std::vector<Dependency> body;

  /// Visits all of them; `fromLoad` and `toLoad` say which list the operations
  /// `before` and `after` are of.
  void forEach(llvm::function_ref<void(const Dependency &dependency,
                                       bool fromLoad, bool toLoad)>
                   visit) const {
    for (const Dependency &dependency : load)
      visit(dependency, true, true);
    for (const Dependency &dependency : loadToBody)
      visit(dependency, true, false);
    for (const Dependency &dependency : body)
      visit(dependency, false, false);
  }
};

/// Returns the dependencies of `chiplet`. Indices must be valid.
Dependencies findDependencies(const PackageProgram &program,
                              const ChipletProgram &chiplet);

/// Finds dependencies of several chiplets, once for all whose operations use
/// the same bytes.
class DependencyFinder {
public:
  explicit DependencyFinder(const PackageProgram &program) : program(program) {}
  /// Lives as long as the finder.
  const Dependencies &find(const ChipletProgram &chiplet);

private:
  const PackageProgram &program;
  std::map<std::vector<int64_t>, Dependencies> known;
};

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_DEPENDENCIES_H
