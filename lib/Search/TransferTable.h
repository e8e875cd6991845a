//===- TransferTable.h - Transfers that are known ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Searches ask for the same transfers millions of times, and from several
// threads. Nothing is ever taken out of this table, so that looking something
// up needs no lock.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_TRANSFERTABLE_H
#define SCOPE_LIB_SEARCH_TRANSFERTABLE_H

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace scope::search {

/// What transfers along the edges of one class cost, by the partitions of their
/// producers and consumers.
class TransferTable {
public:
  struct Cost {
    int64_t cycles = -1;
    int64_t energy = 0;
  };

  /// What the partitions with these numbers are found by; never 0.
  static uint64_t keyOf(int32_t consumer, int32_t producer) {
    return (uint64_t(uint32_t(producer)) << 32 | uint32_t(consumer)) + 1;
  }

  /// The cost that was put in; cycles are negative if none was.
  Cost find(uint64_t key) const {
    const Slots *slots = current.load(std::memory_order_acquire);
    if (!slots)
      return {};
    for (size_t at = slots->start(key);; at = slots->next(at)) {
      const Slot &slot = slots->slots[at];
      uint64_t found = slot.key.load(std::memory_order_acquire);
      if (found == key)
        return slot.cost;
      if (found == 0)
        return {};
    }
  }

  /// Puts a cost in. Returns false if it was there already.
  bool insert(uint64_t key, Cost cost);

  /// Frees memory that threads which looked something up might still have used.
  /// None may do so now.
  void settle();

private:
  struct Slot {
    /// 0 if the slot is empty; written last.
    std::atomic<uint64_t> key;
    Cost cost;
  };
  /// Open addressing with linear probing, at most half full.
  struct Slots {
    explicit Slots(unsigned bits)
        : shift(64 - bits), slots(size_t(1) << bits) {}
    size_t start(uint64_t key) const {
      return (key * 0x9e3779b97f4a7c15u) >> shift;
    }
    size_t next(size_t at) const { return (at + 1) & (slots.size() - 1); }
    void put(uint64_t key, Cost cost);

    unsigned shift;
    std::vector<Slot> slots;
  };

  std::atomic<Slots *> current = nullptr;
  /// All tables of slots so far, the current one last.
  std::vector<std::unique_ptr<Slots>> tables;
  size_t size = 0;
  std::mutex lock;
};

} // namespace scope::search

#endif // SCOPE_LIB_SEARCH_TRANSFERTABLE_H
