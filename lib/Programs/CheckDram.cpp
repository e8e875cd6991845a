//===- CheckDram.cpp - What lies in DRAM when it is read ------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Checker.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"

using namespace scope::programs;

namespace {
/// What segments before the current one stored of a tensor.
struct Stored {
  /// The segment that stores it, and one of its stores.
  int32_t segment = -1;
  OpRef store;
  std::vector<Box> parts;
  bool isFlat = false;
  bool isWhole = false;
};
} // namespace

void scope::programs::checkDram(Checker &checker) {
  const PackageProgram &program = checker.program;
  std::vector<Stored> stored(program.tensors.size());
  for (int32_t number = 0, end = static_cast<int32_t>(program.segments.size());
       number < end; ++number) {
    int64_t calls = program.segments[number].beatCalls;
    forEachOp(program, number, [&](const OpRef &ref, const Op &op) {
      if (op.kind != OpKind::Load && op.kind != OpKind::Store)
        return;
      const Tensor &tensor = program.tensors[op.tensor];
      Stored &of = stored[op.tensor];
      if (!tensor.isInDram) {
        checker.report(Finding::Dram, ref, tensor.name + " is not in DRAM");
      } else if (op.kind == OpKind::Store) {
        const Layout &layout = program.layouts[op.place.layout];
        if (tensor.kind != TensorKind::Value)
          checker.report(Finding::Dram, ref,
                         "it overwrites " + tensor.name + ", which was given");
        else if (of.segment >= 0 && of.segment != number)
          checker.report(Finding::Dram, ref,
                         "it writes " + tensor.name + " again after", of.store);
        else if (of.segment >= 0 && of.isFlat != layout.isFlat)
          checker.report(Finding::Dram, ref,
                         "it lays out " + tensor.name + " otherwise than",
                         of.store);
        else {
          of.segment = number;
          of.store = ref;
          of.isFlat = layout.isFlat;
          of.parts.push_back(layout.parts[op.place.part].box);
        }
      } else if (tensor.kind == TensorKind::Value) {
        if (of.segment < 0)
          checker.report(Finding::Dram, ref,
                         "it loads " + tensor.name +
                             ", which no segment before has stored");
        else if (of.segment == number)
          checker.report(Finding::Dram, ref,
                         "it loads " + tensor.name +
                             " in the segment that stores it,",
                         of.store);
        else if (!of.isWhole)
          checker.report(Finding::Dram, ref,
                         "it loads " + tensor.name +
                             ", of which only a part was stored, by",
                         of.store);
      }
    });
    for (auto [index, of] : llvm::enumerate(stored))
      if (of.segment == number)
        of.isWhole =
            unionElements(of.parts) ==
            elements(wholeBox(program.tensors[index].beatShape(calls)));
  }
}
