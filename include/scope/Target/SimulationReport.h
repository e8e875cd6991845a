//===- SimulationReport.h - What a simulation saw ---------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Prints the result of a simulation beside what the cost model said.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_TARGET_SIMULATIONREPORT_H
#define SCOPE_TARGET_SIMULATIONREPORT_H

#include "scope/Search/Plan.h"
#include "scope/Simulator/Simulator.h"

#include "llvm/Support/raw_ostream.h"

namespace scope {

/// For people: totals with the model's figures, segments, what chiplets did and
/// waited for, and the busiest links and DRAM ports. `model` may be null.
void writeSimulationReport(llvm::raw_ostream &os,
                           const programs::PackageProgram &program,
                           const search::Package &package,
                           const search::PlanCost *model,
                           const simulator::SimulationResult &result);

} // namespace scope

#endif // SCOPE_TARGET_SIMULATIONREPORT_H
