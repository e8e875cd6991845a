//===- Check.cpp - Whether chiplet programs can work ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Check.h"

#include "Checker.h"
#include "EventGraph.h"

#include "scope/Programs/EqualSegments.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::programs;

void Checker::report(Finding finding, const OpRef &first,
                     const llvm::Twine &text) {
  if (isFull())
    return;
  std::string message = first.isValid()
                            ? (describe(program, first) + ": " + text).str()
                            : text.str();
  found.push_back({finding, first, {}, std::move(message)});
}

void Checker::report(Finding finding, const OpRef &first,
                     const llvm::Twine &text, const OpRef &second) {
  if (isFull())
    return;
  report(finding, first, text + " " + describe(program, second));
  found.back().second = second;
}

std::string Checker::nameOf(int32_t chiplet) const {
  return llvm::formatv("[{0},{1}]", chiplet / program.cols,
                       chiplet % program.cols);
}

void scope::programs::forEachOp(
    const PackageProgram &program, int32_t segment,
    llvm::function_ref<void(const OpRef &, const Op &)> visit) {
  for (auto [index, chiplet] :
       llvm::enumerate(program.segments[segment].chiplets))
    for (bool isLoad : {true, false})
      for (auto [at, op] :
           llvm::enumerate(isLoad ? chiplet.load : chiplet.body))
        visit({segment, static_cast<int32_t>(index), isLoad,
               static_cast<int32_t>(at)},
              op);
}

std::vector<Diagnostic> scope::programs::check(const PackageProgram &program,
                                               const search::Package &package,
                                               size_t limit) {
  Checker checker = {program, package, limit, {}};
  checkStructure(checker);
  if (llvm::any_of(checker.found, [](const Diagnostic &diagnostic) {
        return diagnostic.finding == Finding::Malformed;
      }))
    return std::move(checker.found);
  std::vector<int32_t> firstEqual = firstEqualSegments(program);
  std::vector<bool> isSound(program.segments.size());
  for (auto [number, segment] : llvm::enumerate(program.segments)) {
    auto at = static_cast<int32_t>(number);
    if (firstEqual[number] != at && isSound[firstEqual[number]])
      continue;
    size_t before = checker.found.size();
    std::vector<Transfer> transfers = listTransfers(program, at);
    checkTags(checker, transfers);
    EventGraph events(program, at);
    // What they move is much: it is found, and forgotten, one by one.
    for (Transfer &transfer : transfers) {
      findDeliveries(program, transfer);
      checkTransfer(checker, transfer);
      events.add(transfer);
      transfer = {};
    }
    checkDeadlock(checker, std::move(events));
    for (size_t index = 0; index < segment.chiplets.size(); ++index)
      checkData(checker, {at, static_cast<int32_t>(index), false, -1});
    isSound[number] = checker.found.size() == before;
  }
  checkDram(checker);
  return std::move(checker.found);
}
