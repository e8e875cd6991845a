//===- Delivery.h - Messages that are the same for several -----*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A network that can multicast carries equal messages of one sender to several
// receivers as one. This file joins them, and says how many different elements
// of a tensor a load reads in DRAM.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_PROGRAMS_DELIVERY_H
#define SCOPE_PROGRAMS_DELIVERY_H

#include "scope/Programs/Layout.h"

namespace scope::programs {

/// The same elements for some receivers.
struct Delivery {
  /// Number of the chiplet; negative for none, or DRAM.
  int32_t sender = -1;
  /// Ascending in the order of the parts of the receivers' layout.
  llvm::SmallVector<int32_t, 4> receivers;
  /// Elements of one copy.
  int64_t elements = 0;
};

/// The messages between two layouts, equal pieces of one sender joined; ordered
/// by sender, then by first receiver.
std::vector<Delivery> deliveries(const Layout &from, const Layout &to,
                                 llvm::ArrayRef<int64_t> shape);

/// What parts of one layout are equal: their chiplets as receivers, ordered by
/// box. Empty parts are left out.
std::vector<Delivery> equalParts(const Layout &layout);

/// Elements that are in at least one part of `layout`.
int64_t distinctElements(const Layout &layout);

/// Takes `box` out of every box of `rest`.
void subtract(llvm::SmallVectorImpl<Box> &rest, llvm::ArrayRef<Range> box);

/// Elements that are in at least one of `boxes`, all of one rank.
int64_t unionElements(llvm::ArrayRef<Box> boxes);

} // namespace scope::programs

#endif // SCOPE_PROGRAMS_DELIVERY_H
