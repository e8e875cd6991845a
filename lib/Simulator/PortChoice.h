//===- PortChoice.h - Which DRAM port serves a packet -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs do not say where in DRAM a tensor lies. It may lie where it is made:
// what a transfer stores is spread over all ports as their bandwidths say, and
// its packets and the ports are matched row by row, so that ways along the
// outer columns, where all stores meet, are as short as they can be. What is
// read comes from all ports in turn: every flow then has the bandwidth of all
// of them.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SIMULATOR_PORTCHOICE_H
#define SCOPE_LIB_SIMULATOR_PORTCHOICE_H

#include "Routes.h"
#include "Tables.h"

#include "llvm/ADT/STLExtras.h"

namespace scope::simulator {

class PortChoice {
public:
  PortChoice(const search::Package &package, Routes &routes, Tables &tables);

  /// Chooses for the flows `begin` to `end` of one transfer, whose packets are
  /// known.
  void choose(int32_t begin, int32_t end);
  /// What follows is no longer at the same time as what was before.
  void restart() { llvm::fill(given, 0); }

private:
  void chooseInTurn(Flow &flow);
  void chooseByRow(int32_t begin, int32_t end);
  /// How many of `bytes` each port takes, so that all are as busy as can be
  /// with what they were given before.
  std::vector<int64_t> shares(int64_t bytes) const;
  void give(Flow &flow, int64_t packet, size_t port);

  Routes &routes;
  Tables &tables;
  /// Those that serve, row by row, with their bandwidths over a common
  /// denominator and the bytes that they have got.
  std::vector<int32_t> ports;
  std::vector<int64_t> weights, given;
  /// By port of the package: its place among `ports`.
  std::vector<size_t> placeOf;
  int64_t nextInTurn = 0;
};

} // namespace scope::simulator

#endif // SCOPE_LIB_SIMULATOR_PORTCHOICE_H
