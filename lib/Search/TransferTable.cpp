//===- TransferTable.cpp - Transfers that are known -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TransferTable.h"

using namespace scope::search;

/// Binary logarithm of the slots of a new table.
static constexpr unsigned kFirstBits = 6;

void TransferTable::Slots::put(uint64_t key, Cost cost) {
  size_t at = start(key);
  while (slots[at].key.load(std::memory_order_relaxed) != 0)
    at = next(at);
  slots[at].cost = cost;
  slots[at].key.store(key, std::memory_order_release);
}

bool TransferTable::insert(uint64_t key, Cost cost) {
  std::lock_guard<std::mutex> guard(lock);
  if (find(key).cycles >= 0)
    return false;
  Slots *slots = current.load(std::memory_order_relaxed);
  if (!slots || 2 * ++size > slots->slots.size()) {
    // Others may look something up in the old slots meanwhile.
    auto larger =
        std::make_unique<Slots>(slots ? 64 - slots->shift + 1 : kFirstBits);
    if (slots)
      for (const Slot &slot : slots->slots)
        if (uint64_t known = slot.key.load(std::memory_order_relaxed))
          larger->put(known, slot.cost);
    slots = larger.get();
    tables.push_back(std::move(larger));
    current.store(slots, std::memory_order_release);
  }
  slots->put(key, cost);
  return true;
}

void TransferTable::settle() {
  if (tables.size() > 1)
    tables.erase(tables.begin(), tables.end() - 1);
}
