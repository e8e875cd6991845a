//===- ProgramBuilder.h - Chiplet programs by hand ---------------*- C++
//-*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes down programs of a package in few lines, for the tests of whatever
// reads them.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TEST_UNIT_PROGRAMS_PROGRAMBUILDER_H
#define SCOPE_TEST_UNIT_PROGRAMS_PROGRAMBUILDER_H

#include "scope/Programs/Program.h"
#include "scope/Search/Package.h"

namespace scope::programs {

class ProgramBuilder {
public:
  PackageProgram program;

  /// A grid with one layer and one kernel.
  ProgramBuilder(int32_t rows, int32_t cols);

  /// A tensor of bytes.
  int32_t tensor(llvm::StringRef name, TensorKind kind,
                 llvm::ArrayRef<int64_t> shape);
  /// Boxes by chiplet.
  int32_t boxes(int32_t tensor, std::vector<std::pair<int32_t, Box>> parts);
  /// All of `calls` calls of `tensor` on each of `chiplets`.
  int32_t copies(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                 int64_t calls = 1);
  /// `calls` calls of `tensor`, even shares of their elements.
  int32_t shares(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                 int64_t calls = 1);
  /// One call, the first dimension of `tensor` in even bands with `halo` more
  /// on both sides.
  int32_t bands(int32_t tensor, llvm::ArrayRef<int32_t> chiplets,
                int64_t halo = 0);

  void segment(int64_t beats, int64_t beatCalls = 1);
  /// The program of `chiplet` in the last segment.
  ChipletProgram &at(int32_t chiplet);

  /// A new buffer of `chiplet` after those it has, for its part of `layout`;
  /// returns a place in it: a slot, or with -1 all in turn.
  Place place(int32_t chiplet, int32_t layout, int64_t slots = 1,
              int32_t slot = 0,
              search::BufferRole role = search::BufferRole::Input);

  /// Operations of the body of `chiplet`; those of the load with `isLoad`.
  Op &load(int32_t chiplet, int32_t tag, const Place &to, bool isLoad = false);
  Op &store(int32_t chiplet, int32_t tag, const Place &from);
  Op &send(int32_t chiplet, int32_t tag, const Place &what, int32_t to,
           bool isLoad = false);
  Op &recv(int32_t chiplet, int32_t tag, const Place &where, int32_t from,
           const Place &own = {}, bool isLoad = false);
  Op &compute(int32_t chiplet, int64_t cycles, llvm::ArrayRef<Place> reads,
              const Place &write);

private:
  Op &add(int32_t chiplet, OpKind kind, int32_t tag, const Place &place,
          bool isLoad);
  Part *partOf(int32_t chiplet, int32_t layout);
};

/// A package of bytes and cycles: port and link as given, a hop of one cycle,
/// a DRAM port of `dram` bytes a cycle at the top left, no latency.
search::Package testPackage(int32_t rows, int32_t cols, int64_t port,
                            int64_t link, int64_t dram, bool multicast = false);

/// Two clusters on a grid of 2 x 2. Chiplets 0 and 1 load shares of x, exchange
/// them for bands with halo, and make y with the weights w; 2 and 3 get shares
/// of y, exchange them for bands, make z, and store it. Layers: first, second.
PackageProgram twoStages(int64_t beats);

} // namespace scope::programs

#endif // SCOPE_TEST_UNIT_PROGRAMS_PROGRAMBUILDER_H
