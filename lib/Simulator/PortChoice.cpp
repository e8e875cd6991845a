//===- PortChoice.cpp - Which DRAM port serves a packet -------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "PortChoice.h"

#include "llvm/Support/MathExtras.h"

#include <numeric>

using namespace scope;
using namespace scope::simulator;

PortChoice::PortChoice(const search::Package &package, Routes &routes,
                       Tables &tables)
    : routes(routes), tables(tables) {
  ports.assign(routes.portOrder().begin(), routes.portOrder().end());
  llvm::sort(ports, [&](int32_t a, int32_t b) {
    return std::make_pair(routes.portChiplet(a), a) <
           std::make_pair(routes.portChiplet(b), b);
  });
  ports.erase(llvm::unique(ports), ports.end());
  placeOf.resize(package.dramPorts.size());
  // A port is in the order as often as its bandwidth says.
  weights.resize(ports.size());
  given.resize(ports.size());
  for (auto [place, port] : llvm::enumerate(ports)) {
    placeOf[port] = place;
    weights[place] = llvm::count(routes.portOrder(), port);
  }
}

void PortChoice::give(Flow &flow, int64_t packet, size_t port) {
  tables.packetPorts[flow.firstPort + packet] =
      static_cast<int16_t>(ports[port]);
  given[port] += flow.packetDramBytes(packet);
}

void PortChoice::choose(int32_t begin, int32_t end) {
  for (int32_t flow = begin; flow < end; ++flow) {
    tables.flows[flow].firstPort =
        static_cast<int32_t>(tables.packetPorts.size());
    tables.packetPorts.resize(tables.packetPorts.size() +
                              tables.flows[flow].packets);
  }
  if (begin < end && tables.flows[begin].isStore())
    return chooseByRow(begin, end);
  for (int32_t flow = begin; flow < end; ++flow)
    chooseInTurn(tables.flows[flow]);
}

void PortChoice::chooseInTurn(Flow &flow) {
  llvm::ArrayRef<int32_t> order = routes.portOrder();
  for (int64_t packet = 0; packet < flow.packets; ++packet) {
    give(flow, packet, placeOf[order[nextInTurn]]);
    nextInTurn = (nextInTurn + 1) % static_cast<int64_t>(order.size());
  }
}

std::vector<int64_t> PortChoice::shares(int64_t bytes) const {
  // The first ports, by how busy they are, are filled to the same level.
  std::vector<size_t> order(ports.size());
  std::iota(order.begin(), order.end(), 0);
  auto isLessBusy = [&](size_t a, size_t b) {
    return static_cast<__int128>(given[a]) * weights[b] <
           static_cast<__int128>(given[b]) * weights[a];
  };
  llvm::stable_sort(order, isLessBusy);
  __int128 sum = bytes, weight = 0;
  size_t count = 0;
  while (
      count < order.size() &&
      (count == 0 || sum * weights[order[count]] >
                         static_cast<__int128>(given[order[count]]) * weight)) {
    sum += given[order[count]];
    weight += weights[order[count]];
    ++count;
  }
  std::vector<int64_t> result(ports.size());
  for (size_t port : llvm::ArrayRef(order).take_front(count))
    result[port] =
        static_cast<int64_t>(sum * weights[port] / weight) - given[port];
  return result;
}

void PortChoice::chooseByRow(int32_t begin, int32_t end) {
  // Numbers of chiplets go row by row.
  std::vector<std::pair<int32_t, int32_t>> order;
  int64_t all = 0;
  for (int32_t flow = begin; flow < end; ++flow) {
    order.emplace_back(tables.flows[flow].source, flow);
    all += tables.flows[flow].dramBytes;
  }
  llvm::sort(order);
  std::vector<int64_t> ends = shares(all);
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  int64_t before = 0;
  for (const auto &[chiplet, number] : order) {
    Flow &flow = tables.flows[number];
    int bits = llvm::countr_zero(static_cast<uint32_t>(flow.packets));
    for (int64_t packet = 0; packet < flow.packets; ++packet) {
      // Where a flow has several ports they take turns: the number of a packet
      // with its bits reversed is its place.
      int64_t place = 0;
      for (int bit = 0; bit < bits; ++bit)
        place |= (packet >> bit & 1) << (bits - 1 - bit);
      int64_t middle =
          before + static_cast<int64_t>(static_cast<__int128>(flow.dramBytes) *
                                        (2 * place + 1) / (2 * flow.packets));
      size_t port = llvm::upper_bound(ends, middle) - ends.begin();
      give(flow, packet, std::min(port, ports.size() - 1));
    }
    before += flow.dramBytes;
  }
}
