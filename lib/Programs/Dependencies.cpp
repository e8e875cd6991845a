//===- Dependencies.cpp - Which operation waits for which -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The SRAM is cut where some slot begins or ends. Inside one cut all bytes have
// the same users, and whoever used them last is known by walking a few beats:
// the users repeat after the least common multiple of their slots.
//
//===----------------------------------------------------------------------===//

#include "scope/Programs/Dependencies.h"

#include "llvm/ADT/STLExtras.h"

#include <algorithm>
#include <numeric>
#include <tuple>

using namespace scope::programs;

llvm::SmallVector<Access, 6>
scope::programs::accesses(const PackageProgram &program,
                          const ChipletProgram &chiplet, const Op &op) {
  llvm::SmallVector<Access, 6> result;
  auto add = [&](const Place &place, bool writes, bool streams) {
    if (place.buffer < 0 || place.layout < 0)
      return;
    const Buffer &buffer = chiplet.buffers[place.buffer];
    if (program.bytes(place.layout, place.part) == 0)
      return;
    Access access;
    access.buffer = place.buffer;
    access.layout = place.layout;
    access.writes = writes;
    access.streams = streams;
    access.begin = buffer.offset;
    access.size = buffer.bytes;
    access.stride = buffer.stride;
    if (place.slot < 0)
      access.slots = buffer.slots;
    else
      access.begin += buffer.stride * place.slot;
    result.push_back(access);
  };
  for (const ComputeArg &arg : op.reads)
    add(arg.place, false, arg.streams);
  if (op.kind == OpKind::Store || op.kind == OpKind::Send)
    add(op.place, false, op.streams);
  if (op.kind == OpKind::Recv || op.kind == OpKind::Load)
    add(op.own, false, op.streams);
  for (const ComputeArg &arg : op.writes)
    add(arg.place, true, arg.streams);
  if (op.kind == OpKind::Load || op.kind == OpKind::Recv)
    add(op.place, true, op.streams);
  return result;
}

namespace {
/// Bytes whose users repeat less often than this are taken to be used in every
/// beat: too many dependencies, never too few.
constexpr int64_t kLongestPeriod = 1024;

/// Someone uses the bytes of a cut in the beats b with b % modulus == residue.
struct User {
  int32_t op = 0;
  int32_t buffer = 0;
  int32_t layout = 0;
  int32_t modulus = 1;
  int32_t residue = 0;
  bool isLoad = false;
  bool writes = false;
  bool streams = false;
};

/// Everything that one operation does with the bytes of a cut in one beat;
/// beats of the load count -1.
struct Use {
  int64_t beat = 0;
  int32_t op = -1;
  int32_t buffer = 0;
  int32_t layout = 0;
  bool isLoad = false;
  bool reads = false;
  bool writes = false;
  bool streams = false;
};

/// Walks the users of the bytes of one cut.
class CutWalk {
public:
  explicit CutWalk(Dependencies &result) : result(result) {}

  /// `users` in program order.
  void walk(llvm::ArrayRef<User> users) {
    last = Use();
    readers.clear();
    period = 1;
    for (const User &user : users)
      if (period <= kLongestPeriod)
        period = std::lcm(period, int64_t(user.modulus));
    always = period > kLongestPeriod;
    period = always ? 1 : period;
    const auto *bodyBegin =
        llvm::find_if(users, [](const User &user) { return !user.isLoad; });
    useAll(users.take_front(bodyBegin - users.begin()), -1);
    llvm::ArrayRef<User> body = users.drop_front(bodyBegin - users.begin());
    for (int64_t beat = 0; beat < 2 * period && !body.empty(); ++beat)
      useAll(body, beat);
  }

private:
  void useAll(llvm::ArrayRef<User> users, int64_t beat) {
    Use current;
    for (const User &user : users) {
      if (beat >= 0 && !always && beat % user.modulus != user.residue)
        continue;
      if (current.op != user.op) {
        use(current);
        current = {beat,        user.op, user.buffer, user.layout,
                   user.isLoad, false,   false,       user.streams};
      }
      current.streams &= user.streams && user.buffer == current.buffer &&
                         user.layout == current.layout;
      current.reads |= !user.writes;
      current.writes |= user.writes;
    }
    use(current);
  }

  void use(const Use &current) {
    if (current.op < 0)
      return;
    if (current.writes)
      for (const Use &reader : readers)
        wait(reader, current);
    if (last.op >= 0 && (current.reads || readers.empty()))
      wait(last, current);
    if (!current.writes) {
      readers.push_back(current);
      return;
    }
    readers.clear();
    last = current;
  }

  /// Notes that `after` waits for `before`.
  void wait(const Use &before, const Use &after) {
    bool bands = before.streams && after.streams &&
                 before.buffer == after.buffer && before.layout == after.layout;
    Dependency found = {before.op, after.op, 0, 1, 0, bands};
    if (after.isLoad) {
      result.load.push_back(found);
      return;
    }
    found.modulus = static_cast<int32_t>(period);
    found.residue = static_cast<int32_t>(after.beat % period);
    if (before.isLoad) {
      found.inBands = false;
      result.loadToBody.push_back(found);
    } else if (after.beat >= period) {
      found.distance = static_cast<int32_t>(after.beat - before.beat);
      result.body.push_back(found);
    }
  }

  Dependencies &result;
  Use last;
  llvm::SmallVector<Use, 16> readers;
  int64_t period = 1;
  bool always = false;
};

/// All slots that operations use, cut into pieces with the same users.
class Cuts {
public:
  Cuts(const PackageProgram &program, const ChipletProgram &chiplet) {
    auto addList = [&](const std::vector<Op> &ops, bool isLoad) {
      for (auto [number, op] : llvm::enumerate(ops))
        for (const Access &access : accesses(program, chiplet, op))
          add(access, static_cast<int32_t>(number), isLoad);
    };
    addList(chiplet.load, true);
    addList(chiplet.body, false);
  }

  void walk(Dependencies &result) {
    std::vector<int64_t> points;
    for (const Slot &slot : slots) {
      points.push_back(slot.begin);
      points.push_back(slot.end);
    }
    llvm::sort(points);
    points.erase(llvm::unique(points), points.end());
    auto numberOf = [&](int64_t point) {
      return llvm::lower_bound(points, point) - points.begin();
    };
    // Users by cut, in program order because slots are.
    std::vector<std::vector<User>> users(points.size());
    for (const Slot &slot : slots)
      for (auto cut = numberOf(slot.begin), end = numberOf(slot.end); cut < end;
           ++cut)
        users[cut].push_back(slot.user);
    CutWalk cutWalk(result);
    for (const std::vector<User> &of : users)
      cutWalk.walk(of);
  }

private:
  struct Slot {
    int64_t begin = 0;
    int64_t end = 0;
    User user;
  };

  void add(const Access &access, int32_t op, bool isLoad) {
    // The load is one beat, the first.
    int64_t count = isLoad ? 1 : access.slots;
    for (int64_t slot = 0; slot < count; ++slot) {
      int64_t begin = access.begin + slot * access.stride;
      slots.push_back(
          {begin, begin + access.size,
           User{op, access.buffer, access.layout,
                static_cast<int32_t>(access.slots), static_cast<int32_t>(slot),
                isLoad, access.writes, access.streams}});
    }
  }

  std::vector<Slot> slots;
};

} // namespace

/// Computations run in program order.
static void addComputeOrder(const ChipletProgram &chiplet,
                            Dependencies &result) {
  int32_t previous = -1, first = -1;
  auto isCompute = [](const Op &op) { return op.kind == OpKind::Compute; };
  for (auto [number, op] : llvm::enumerate(chiplet.load)) {
    if (!isCompute(op))
      continue;
    if (previous >= 0)
      result.load.push_back({previous, static_cast<int32_t>(number)});
    previous = static_cast<int32_t>(number);
  }
  int32_t lastOfLoad = previous;
  previous = -1;
  for (auto [number, op] : llvm::enumerate(chiplet.body)) {
    if (!isCompute(op))
      continue;
    auto at = static_cast<int32_t>(number);
    if (previous >= 0)
      result.body.push_back({previous, at});
    else if (lastOfLoad >= 0)
      result.loadToBody.push_back({lastOfLoad, at});
    first = first < 0 ? at : first;
    previous = at;
  }
  if (first >= 0)
    result.body.push_back({previous, first, 1});
}

static auto pairOf(const Dependency &d) {
  return std::make_tuple(d.after, d.before, d.distance);
}

/// Joins what is said for every residue of a modulus, and drops what is said
/// twice.
static void unite(std::vector<Dependency> &list) {
  llvm::sort(list, [](const Dependency &a, const Dependency &b) {
    return std::make_tuple(pairOf(a), a.inBands, a.modulus, a.residue) <
           std::make_tuple(pairOf(b), b.inBands, b.modulus, b.residue);
  });
  list.erase(llvm::unique(list), list.end());
  std::vector<Dependency> result;
  for (size_t begin = 0, end = 0; begin < list.size(); begin = end) {
    // Entries of a pair: those that are whole come first.
    while (end < list.size() && pairOf(list[end]) == pairOf(list[begin]))
      ++end;
    bool wholeAlways = false, bandsAlways = false;
    size_t keepFrom = result.size();
    for (size_t at = begin, next = at; at < end; at = next) {
      while (next < end && list[next].inBands == list[at].inBands &&
             list[next].modulus == list[at].modulus)
        ++next;
      bool always = static_cast<int64_t>(next - at) == list[at].modulus;
      (list[at].inBands ? bandsAlways : wholeAlways) |= always;
      result.insert(result.end(), list.begin() + at, list.begin() + next);
    }
    Dependency whole = list[begin];
    whole.modulus = 1;
    whole.residue = 0;
    whole.inBands = false;
    Dependency bands = whole;
    bands.inBands = true;
    if (wholeAlways || bandsAlways) {
      auto covered = [&](const Dependency &d) {
        return wholeAlways || d.inBands;
      };
      result.erase(
          std::remove_if(result.begin() + keepFrom, result.end(), covered),
          result.end());
      result.push_back(wholeAlways ? whole : bands);
    }
  }
  list = std::move(result);
}

/// Of the computations that an operation waits for in every beat, keeps the
/// latest: the others end before it.
static void keepLatestCompute(const ChipletProgram &chiplet,
                              std::vector<Dependency> &body) {
  auto isCandidate = [&](const Dependency &d) {
    return d.modulus == 1 && !d.inBands &&
           chiplet.body[d.before].kind == OpKind::Compute;
  };
  auto isLater = [](const Dependency &a, const Dependency &b) {
    return a.distance != b.distance ? a.distance < b.distance
                                    : a.before > b.before;
  };
  std::vector<int32_t> latest(chiplet.body.size(), -1);
  for (auto [index, d] : llvm::enumerate(body))
    if (isCandidate(d) &&
        (latest[d.after] < 0 || isLater(d, body[latest[d.after]])))
      latest[d.after] = static_cast<int32_t>(index);
  std::vector<Dependency> result;
  for (auto [index, d] : llvm::enumerate(body))
    if (!isCandidate(d) || latest[d.after] == static_cast<int32_t>(index))
      result.push_back(d);
  body = std::move(result);
}

Dependencies scope::programs::findDependencies(const PackageProgram &program,
                                               const ChipletProgram &chiplet) {
  Dependencies result;
  Cuts(program, chiplet).walk(result);
  addComputeOrder(chiplet, result);
  unite(result.load);
  unite(result.loadToBody);
  unite(result.body);
  keepLatestCompute(chiplet, result.body);
  return result;
}

const Dependencies &DependencyFinder::find(const ChipletProgram &chiplet) {
  std::vector<int64_t> key = {static_cast<int64_t>(chiplet.load.size())};
  for (const std::vector<Op> *ops : {&chiplet.load, &chiplet.body})
    for (const Op &op : *ops) {
      llvm::SmallVector<Access, 6> used = accesses(program, chiplet, op);
      key.push_back(static_cast<int64_t>(used.size()) * 2 +
                    (op.kind == OpKind::Compute));
      for (const Access &access : used)
        key.insert(key.end(), {int64_t(access.buffer) * 4 + access.writes * 2 +
                                   access.streams,
                               access.layout, access.begin, access.size,
                               access.stride, access.slots});
    }
  auto [at, isNew] = known.try_emplace(std::move(key));
  if (isNew)
    at->second = findDependencies(program, chiplet);
  return at->second;
}
