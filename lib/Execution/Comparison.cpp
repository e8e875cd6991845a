//===- Comparison.cpp - Whether results are the same ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/Comparison.h"

#include "scope/Execution/RandomData.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

#include <cstring>

using namespace mlir;
using namespace scope;

/// Writes the element of type `type` at `data`, number and bits.
static void write(llvm::raw_ostream &stream, Type type, const char *data) {
  uint64_t bits = 0;
  int64_t bytes = getElementBytes(type);
  std::memcpy(&bits, data, bytes);
  if (auto floatType = dyn_cast<FloatType>(type)) {
    llvm::APFloat value(floatType.getFloatSemantics(),
                        llvm::APInt(floatType.getWidth(), bits));
    SmallString<16> text;
    value.toString(text);
    stream << text << " (bits 0x" << llvm::utohexstr(bits) << ")";
    return;
  }
  unsigned width = 8 * bytes;
  stream << llvm::APInt(width, bits).getSExtValue();
}

std::string scope::describeDifference(const HostTensor &found,
                                      const HostTensor &expected) {
  Type element = expected.type.getElementType();
  int64_t bytes = getElementBytes(element), first = -1, count = 0;
  for (int64_t at = 0; at < expected.bytes(); at += bytes) {
    if (std::memcmp(found.data() + at, expected.data() + at, bytes) == 0)
      continue;
    if (first < 0)
      first = at;
    ++count;
  }
  if (first < 0)
    return "";
  SmallVector<int64_t> position;
  int64_t rest = first / bytes;
  for (int64_t size : llvm::reverse(expected.type.getShape())) {
    position.push_back(rest % size);
    rest /= size;
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << "at [";
  llvm::interleaveComma(llvm::reverse(position), stream);
  stream << "] it is ";
  write(stream, element, found.data() + first);
  stream << " instead of ";
  write(stream, element, expected.data() + first);
  stream << "; " << count << " of " << expected.type.getNumElements()
         << " elements differ";
  return text;
}
