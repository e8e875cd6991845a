//===- CsvReport.cpp - Reports as one line a layer ------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/CostAttributes.h"
#include "scope/Search/TimeParts.h"
#include "scope/Target/ReportWriters.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;

/// The columns that every layer has.
static constexpr StringLiteral kNetworkColumns[] = {
    "function",    "index",           "layer",
    "operations",  "macs_per_sample", "vector_ops_per_call",
    "weight_bytes"};

/// The columns that layers of a plan have; empty for others, as are costs.
static constexpr StringLiteral kPlanColumns[] = {
    "segment",  "cluster", "beat_samples", "beats",
    "chiplets", "weights", "partition",    "limit"};

/// The columns that come from a layer's cost.
static constexpr std::pair<StringLiteral, CostKey> kCosts[] = {
    {"cycles", CostKey::Cycles},
    {"compute_cycles", CostKey::Compute},
    {"internal_cycles", CostKey::Internal},
    {"external_cycles", CostKey::External},
    {"weights_cycles", CostKey::Weights},
    {"send_cycles", CostKey::Send},
    {"overlapped", CostKey::Overlapped},
    {"banded", CostKey::Banded},
    {"used_chiplets", CostKey::Used},
    {"energy_fj", CostKey::Energy},
    {"energy_mac_fj", CostKey::EnergyMac},
    {"energy_sram_fj", CostKey::EnergySram},
    {"energy_nop_fj", CostKey::EnergyNop}};

namespace {
/// Writes the fields of one line.
class Line {
public:
  explicit Line(raw_ostream &os) : os(os) {}
  ~Line() { os << "\n"; }

  void text(StringRef field) {
    separate();
    if (field.find_first_of(",\"\r\n") == StringRef::npos) {
      os << field;
      return;
    }
    os << '"';
    for (char c : field)
      os << (c == '"' ? "\"\"" : StringRef(&c, 1));
    os << '"';
  }
  /// Empty if `field` is nothing.
  void number(std::optional<int64_t> field) {
    separate();
    if (field)
      os << *field;
  }

private:
  void separate() {
    if (!first)
      os << ',';
    first = false;
  }
  raw_ostream &os;
  bool first = true;
};

/// Where a layer stands in its plan.
struct Place {
  size_t segment = 0;
  size_t cluster = 0;
};
} // namespace

static void writeLayer(raw_ostream &os, const FunctionReport &report,
                       int32_t index, std::optional<Place> place) {
  const search::Layer &layer = report.getNetwork().layers[index];
  LayerOp op = report.getSource().layers[index];
  Line line(os);
  line.text(report.getNetwork().name);
  line.number(index);
  line.text(layer.name);
  line.text(llvm::join(operationsIn(op), " "));
  line.number(layer.macs / report.getNetwork().samplesPerCall);
  line.number(vectorOpsOf(layer));
  line.number(search::weightBytes(layer));
  if (!place) {
    for (size_t column = 0;
         column < std::size(kPlanColumns) + std::size(kCosts); ++column)
      line.text("");
    return;
  }
  const PlanReport &plan = *report.plan;
  const search::SegmentPlan &segment = plan.plan.plan.segments[place->segment];
  ClusterOp cluster = plan.plan.clusters[place->segment][place->cluster].op;
  line.number(int64_t(place->segment));
  line.number(int64_t(place->cluster));
  line.number(segment.beatCalls * plan.samplesPerCall());
  line.number(plan.beats(segment));
  line.number(int64_t(cluster.getChiplets()));
  line.text(stringifyWeightMode(cluster.getWeights()));
  line.text(printParameters(op.getPartitionAttr()));
  CostAttr cost = op.getCostAttr();
  line.text(
      lookupCost(cost, CostKey::Cycles)
          ? search::getLimitName(search::timeParts(toLayerCost(cost)).limit())
          : "");
  for (const auto &column : kCosts)
    line.number(lookupCost(cost, column.second));
}

void scope::writeCsvReport(raw_ostream &os, ArrayRef<FunctionReport> reports) {
  {
    Line titles(os);
    for (StringRef title : kNetworkColumns)
      titles.text(title);
    for (StringRef title : kPlanColumns)
      titles.text(title);
    for (const auto &column : kCosts)
      titles.text(column.first);
  }
  for (const FunctionReport &report : reports) {
    if (!report.plan) {
      for (int32_t index = 0; index < report.getNetwork().numLayers(); ++index)
        writeLayer(os, report, index, std::nullopt);
      continue;
    }
    const search::Plan &plan = report.plan->plan.plan;
    for (auto [segment, segmentPlan] : llvm::enumerate(plan.segments))
      for (auto [cluster, clusterPlan] : llvm::enumerate(segmentPlan.clusters))
        for (int32_t layer = clusterPlan.firstLayer;
             layer <= clusterPlan.lastLayer; ++layer)
          writeLayer(os, report, layer, Place{segment, cluster});
  }
}
