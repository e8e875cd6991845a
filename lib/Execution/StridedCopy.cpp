//===- StridedCopy.cpp - Copies between parts of a tensor -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StridedCopy.h"

#include <cstring>

using namespace scope;
using namespace scope::programs;

Extent Extent::of(const Layout &layout, int32_t part) {
  return {layout.isFlat ? Kind::Flat : Kind::Box, layout.parts[part].box};
}

Extent Extent::all() { return {Kind::Flat, {Range{0, 0}}}; }

namespace {
/// Finds elements in memory that holds an extent.
class Locator {
public:
  Locator(const Extent &extent, llvm::ArrayRef<int64_t> shape)
      : extent(extent), strides(shape.size(), 1) {
    for (size_t dim = shape.size(); dim > 1; --dim)
      strides[dim - 2] = strides[dim - 1] * shape[dim - 1];
  }

  /// Where in the memory element number `element` is, the first of `length`.
  int64_t find(int64_t element, int64_t length) {
    switch (extent.kind) {
    case Extent::Kind::Packed:
      packed += length;
      return packed - length;
    case Extent::Kind::Flat:
      return element - extent.box.front().begin;
    case Extent::Kind::Box:
      break;
    }
    int64_t place = 0;
    for (size_t dim = 0; dim < strides.size(); ++dim) {
      int64_t coordinate = element / strides[dim];
      element -= coordinate * strides[dim];
      place =
          place * extent.box[dim].size() + coordinate - extent.box[dim].begin;
    }
    return place;
  }

private:
  const Extent &extent;
  llvm::SmallVector<int64_t, 5> strides;
  int64_t packed = 0;
};
} // namespace

/// Adds a copy to `list`, as one more step of the last entry if it continues
/// it.
static void append(CopyList &list, int64_t from, int64_t to, int64_t bytes) {
  if (!list.empty()) {
    StridedCopy &last = list.back();
    if (last.count == 1 && last.from + last.bytes == from &&
        last.to + last.bytes == to) {
      last.bytes += bytes;
      return;
    }
    if (last.count == 1 && last.bytes == bytes) {
      last.fromStep = from - last.from;
      last.toStep = to - last.to;
    }
    if (last.bytes == bytes && from == last.from + last.count * last.fromStep &&
        to == last.to + last.count * last.toStep) {
      ++last.count;
      return;
    }
  }
  list.push_back({from, to, bytes, 1, 0, 0});
}

CopyList scope::planCopies(const Piece &piece, llvm::ArrayRef<int64_t> shape,
                           const Extent &from, const Extent &to,
                           int64_t elementBytes) {
  CopyList list;
  Locator source(from, shape), target(to, shape);
  forEachRun(piece, shape, [&](int64_t first, int64_t length) {
    append(list, source.find(first, length) * elementBytes,
           target.find(first, length) * elementBytes, length * elementBytes);
  });
  list.shrink_to_fit();
  return list;
}

/// Copies with a size that the compiler knows.
template <size_t Bytes>
static void copySteps(const StridedCopy &steps, const char *from, char *to) {
  for (int64_t step = 0; step < steps.count; ++step)
    std::memcpy(to + step * steps.toStep, from + step * steps.fromStep, Bytes);
}

void scope::copy(const CopyList &list, const char *from, char *to) {
  for (const StridedCopy &steps : list) {
    const char *source = from + steps.from;
    char *target = to + steps.to;
    switch (steps.bytes) {
    case 4:
      copySteps<4>(steps, source, target);
      break;
    case 16:
      copySteps<16>(steps, source, target);
      break;
    case 32:
      copySteps<32>(steps, source, target);
      break;
    case 64:
      copySteps<64>(steps, source, target);
      break;
    default:
      for (int64_t step = 0; step < steps.count; ++step)
        std::memcpy(target + step * steps.toStep,
                    source + step * steps.fromStep, steps.bytes);
    }
  }
}
