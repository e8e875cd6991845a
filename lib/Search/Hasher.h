//===- Hasher.h - A hash that is the same on every machine ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Plans remember the network and the package they were made for by a hash of
// the numbers in them, fed in one by one.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_HASHER_H
#define SCOPE_LIB_SEARCH_HASHER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/xxhash.h"

#include <vector>

namespace scope::search {

/// Collects numbers and hashes their little-endian bytes.
class Hasher {
public:
  void add(uint64_t number) {
    uint8_t buffer[8];
    llvm::support::endian::write64le(buffer, number);
    bytes.insert(bytes.end(), buffer, buffer + 8);
  }
  uint64_t finish() const { return llvm::xxh3_64bits(bytes); }

private:
  std::vector<uint8_t> bytes;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_HASHER_H
