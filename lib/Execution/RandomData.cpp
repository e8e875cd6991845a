//===- RandomData.cpp - Tensors filled from a seed ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/RandomData.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/bit.h"

#include <cstring>

using namespace mlir;
using namespace scope;

int64_t scope::getElementBytes(Type element) {
  if (!element.isIntOrIndexOrFloat())
    return 0;
  int64_t bits = element.isIndex() ? 64 : element.getIntOrFloatBitWidth();
  return bits > 64 ? 0 : llvm::PowerOf2Ceil(llvm::divideCeil(bits, 8));
}

/// The next number of the generator splitmix64.
static uint64_t nextRandom(uint64_t &state) {
  state += 0x9e3779b97f4a7c15;
  uint64_t bits = state;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

/// Bits of `value` as a float of type `type`, rounded to nearest.
static uint64_t toFloatBits(double value, FloatType type) {
  if (type.isF32())
    return llvm::bit_cast<uint32_t>(static_cast<float>(value));
  llvm::APFloat number(value);
  bool losesInfo = false;
  number.convert(type.getFloatSemantics(), llvm::APFloat::rmNearestTiesToEven,
                 &losesInfo);
  return number.bitcastToAPInt().getZExtValue();
}

void scope::fillRandom(MutableArrayRef<char> data, Type element,
                       NumberRange range, uint64_t seed, uint64_t stream) {
  uint64_t state = seed;
  state = nextRandom(state) ^ stream;
  state = nextRandom(state);
  int64_t bytes = getElementBytes(element);
  auto floatType = dyn_cast<FloatType>(element);
  auto low = static_cast<int64_t>(range.low);
  uint64_t count = static_cast<int64_t>(range.high) - low + 1;
  for (size_t at = 0; at < data.size(); at += bytes) {
    uint64_t random = nextRandom(state), bits = 0;
    if (floatType) {
      double unit = static_cast<double>(random >> 11) * 0x1p-53;
      bits =
          toFloatBits(range.low + (range.high - range.low) * unit, floatType);
    } else {
      // The bias of the remainder is below 2^-32 for the ranges in use.
      bits = static_cast<uint64_t>(low) + random % count;
    }
    std::memcpy(data.data() + at, &bits, bytes);
  }
}

NumberRange scope::getInputRange(Type element) {
  if (isa<FloatType>(element))
    return {-1, 1};
  if (element.isInteger(1))
    return {0, 1};
  if (element.isUnsignedInteger())
    return {0, 255};
  return {element.isInteger(8) ? -128.0 : -127.0, 127};
}
