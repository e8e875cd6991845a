//===- Repeats.h - Equal runs of layers -------------------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deep networks repeat blocks. Two runs of layers are equal if their layers are
// of the same classes and are connected to each other, to the layers before and
// to those after in the same way; then clusters of them cost the same.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_REPEATS_H
#define SCOPE_LIB_SEARCH_REPEATS_H

#include "LayerClasses.h"

namespace scope::search {

class Repeats {
public:
  Repeats(const CostModel &model, const LayerClasses &classes);

  /// The earlier layer from which the longest run is equal to that from
  /// `layer`; negative if there is none.
  int32_t earlier(int32_t layer) const { return like[layer]; }
  /// The length of that run.
  int32_t length(int32_t layer) const { return common[layer]; }

private:
  std::vector<int32_t> like, common;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_REPEATS_H
