//===- SimulationReport.cpp - What a simulation saw -----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Target/SimulationReport.h"

#include "FigureText.h"
#include "TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope;
using namespace scope::simulator;

/// `value / of` in percent, with a digit after the point.
static std::string percent(int64_t value, int64_t of) {
  return llvm::formatv("{0:F1} %", of > 0 ? 100.0 * value / of : 0.0);
}

/// What the model says; nothing if it is not asked.
using Said = std::optional<int64_t>;

static std::string ratio(Said model, int64_t simulated) {
  if (!model)
    return kUnknown.str();
  return llvm::formatv(
      "{0:F3}", simulated > 0 ? static_cast<double>(*model) / simulated : 0.0);
}

static std::string nameOf(const search::Package &package, int32_t chiplet) {
  return llvm::formatv("[{0},{1}]", chiplet / package.cols,
                       chiplet % package.cols);
}

static void writeTotals(llvm::raw_ostream &os, const search::PlanCost *model,
                        const SimulationResult &result) {
  constexpr int64_t femtoInPico = 1000;
  TextTable table({{"", ColumnStyle::Word},
                   {"simulated"},
                   {"model"},
                   {"model / simulated"}});
  auto row = [&](llvm::StringRef name, int64_t simulated, int64_t said) {
    Said known = model ? Said(said) : std::nullopt;
    table.addRow({name.str(), number(simulated), number(known),
                  ratio(known, simulated)});
  };
  row("cycles", result.cycles, model ? model->cycles : 0);
  row("energy, pJ", result.energy.total() / femtoInPico,
      model ? model->energy / femtoInPico : 0);
  search::SegmentCost sum;
  for (const search::SegmentCost &segment :
       model ? model->segments : std::vector<search::SegmentCost>()) {
    sum.energyMac += segment.energyMac;
    sum.energySram += segment.energySram;
    sum.energyNop += segment.energyNop;
    sum.energyDram += segment.energyDram;
    sum.energyIdle += segment.energyIdle;
  }
  const Energy &energy = result.energy;
  row("  MACs", energy.mac / femtoInPico, sum.energyMac / femtoInPico);
  row("  SRAM", energy.sram / femtoInPico, sum.energySram / femtoInPico);
  row("  NoP", energy.nop / femtoInPico, sum.energyNop / femtoInPico);
  row("  DRAM", energy.dram / femtoInPico, sum.energyDram / femtoInPico);
  row("  idle", energy.idle / femtoInPico, sum.energyIdle / femtoInPico);
  table.print(os);
}

static void writeSegments(llvm::raw_ostream &os, const search::PlanCost *model,
                          const SimulationResult &result) {
  TextTable table({{"segment"},
                   {"beats"},
                   {"one by one"},
                   {"load"},
                   {"model"},
                   {"first beat"},
                   {"model"},
                   {"period"},
                   {"model"},
                   {"cycles"},
                   {"model"},
                   {"ratio"}});
  for (auto [index, segment] : llvm::enumerate(result.segments)) {
    auto said = [model, at = index](int64_t search::SegmentCost::*figure) {
      return model ? Said(model->segments[at].*figure) : std::nullopt;
    };
    Said cycles = said(&search::SegmentCost::cycles);
    table.addRow(
        {number(static_cast<int64_t>(index)), number(segment.beats),
         number(segment.simulatedBeats), number(segment.load),
         number(said(&search::SegmentCost::load)), number(segment.firstBeat),
         number(said(&search::SegmentCost::latency)), number(segment.period),
         number(said(&search::SegmentCost::pace)), number(segment.cycles),
         number(cycles), ratio(cycles, segment.cycles)});
  }
  table.print(os);
}

static void writeChiplets(llvm::raw_ostream &os, const search::Package &package,
                          const SimulationResult &result) {
  TextTable table({{"chiplet", ColumnStyle::Word},
                   {"computes"},
                   {"waits: data"},
                   {"space"},
                   {"network"},
                   {"DRAM"},
                   {"bytes in"},
                   {"bytes out"}});
  for (const ChipletResult &chiplet : result.chiplets) {
    std::vector<std::string> cells = {nameOf(package, chiplet.chiplet),
                                      percent(chiplet.compute, result.cycles)};
    for (int64_t stall : chiplet.stalls)
      cells.push_back(percent(stall, result.cycles));
    cells.push_back(number(chiplet.bytesIn));
    cells.push_back(number(chiplet.bytesOut));
    table.addRow(std::move(cells));
  }
  table.print(os);
}

static void writeBusiest(llvm::raw_ostream &os, const search::Package &package,
                         const SimulationResult &result) {
  constexpr size_t most = 10;
  std::vector<LinkResult> links = result.links;
  llvm::stable_sort(links, [](const LinkResult &a, const LinkResult &b) {
    return a.busy > b.busy;
  });
  TextTable table({{"busiest links", ColumnStyle::Word}, {"bytes"}, {"busy"}});
  for (const LinkResult &link : llvm::ArrayRef(links).take_front(most))
    table.addRow(
        {nameOf(package, link.from) + " to " + nameOf(package, link.to),
         number(link.bytes), percent(link.busy, result.cycles)});
  table.print(os);
  os << "\n";
  TextTable ports({{"DRAM port", ColumnStyle::Word}, {"bytes"}, {"busy"}});
  for (auto [index, port] : llvm::enumerate(result.ports)) {
    const search::Coordinate &at = package.dramPorts[index].at;
    ports.addRow({nameOf(package, at.row * package.cols + at.col),
                  number(port.bytes), percent(port.busy, result.cycles)});
  }
  ports.print(os);
}

void scope::writeSimulationReport(llvm::raw_ostream &os,
                                  const programs::PackageProgram &program,
                                  const search::Package &package,
                                  const search::PlanCost *model,
                                  const SimulationResult &result) {
  os << "Simulation of " << program.name << " on " << package.name << ", "
     << number(result.events) << " events\n\n";
  writeTotals(os, model, result);
  os << "\n";
  writeSegments(os, model, result);
  os << "\n";
  writeChiplets(os, package, result);
  os << "\n";
  writeBusiest(os, package, result);
}
