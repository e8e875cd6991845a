//===- AuditCompare.cpp - Promised costs against right ones ---------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "AuditCosts.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace scope::search;
using namespace scope::search::auditing;

namespace {
/// Compares the figures of one thing.
class Comparison {
public:
  Comparison(std::string subject, Where where, Findings &findings)
      : subject(std::move(subject)), where(where), findings(findings) {}

  void figure(const char *what, int64_t promised, int64_t right) {
    if (promised != right)
      fail(what, std::to_string(promised), std::to_string(right));
  }
  void truth(const char *what, bool promised, bool right) {
    if (promised != right)
      fail(what, promised ? "true" : "false", right ? "true" : "false");
  }

private:
  void fail(const char *what, const std::string &promised,
            const std::string &right) {
    findings.add(FindingKind::Cost, where,
                 llvm::formatv("{0} of {1}: promised {2}, computed again {3}; "
                               "compute the costs anew or undo the edit",
                               what, subject, promised, right));
  }

  std::string subject;
  Where where;
  Findings &findings;
};
} // namespace

static void compareLayer(const Network &network, Where where,
                         const LayerCost &promised, const LayerCost &right,
                         Findings &findings) {
  Comparison compare("layer '" + network.layers[where.layer].name + "'", where,
                     findings);
  compare.figure("the chiplets used", promised.used, right.used);
  compare.figure("the cycles of compute", promised.compute, right.compute);
  compare.figure("the cycles of internal transfers", promised.internal,
                 right.internal);
  compare.figure("the cycles of external transfers", promised.external,
                 right.external);
  compare.figure("the cycles of weight transfers", promised.weights,
                 right.weights);
  compare.figure("the cycles of sending", promised.send, right.send);
  compare.truth("the overlap", promised.overlapped, right.overlapped);
  compare.truth("the use of bands", promised.banded, right.banded);
  compare.figure("the cycles", promised.cycles, right.cycles);
  compare.figure("the femtojoules of the MACs", promised.energyMac,
                 right.energyMac);
  compare.figure("the femtojoules of the SRAM", promised.energySram,
                 right.energySram);
  compare.figure("the femtojoules of the NoP", promised.energyNop,
                 right.energyNop);
}

static void compareCluster(const Network &network, Where where,
                           const ClusterPlan &plan, const ClusterCost &promised,
                           const ClusterCost &right, Findings &findings) {
  std::string subject =
      llvm::formatv("cluster {0} of segment {1}", where.cluster, where.segment);
  if (promised.layers.size() == right.layers.size()) {
    for (size_t index = 0; index < right.layers.size(); ++index) {
      where.layer = plan.firstLayer + static_cast<int32_t>(index);
      compareLayer(network, where, promised.layers[index], right.layers[index],
                   findings);
    }
    where.layer = -1;
  } else {
    findings.add(FindingKind::Cost, where,
                 llvm::formatv("{0} has {1} layers and costs for {2}; compute "
                               "the costs anew",
                               subject, right.layers.size(),
                               promised.layers.size()));
  }
  Comparison compare(subject, where, findings);
  compare.figure("the stage time", promised.stage, right.stage);
  compare.figure("the resident bytes", promised.resident, right.resident);
  compare.figure("the resident bytes of weights", promised.residentWeights,
                 right.residentWeights);
  compare.figure("the delivered bytes of weights", promised.deliveredWeights,
                 right.deliveredWeights);
  compare.figure("the bytes of tiles", promised.tiles, right.tiles);
}

void auditing::compareSegment(const Network &network, int32_t index,
                              const SegmentPlan &plan,
                              const SegmentCost &promised,
                              const SegmentCost &right, Findings &findings) {
  std::string subject = llvm::formatv("segment {0}", index);
  if (promised.clusters.size() == right.clusters.size())
    for (size_t cluster = 0; cluster < right.clusters.size(); ++cluster)
      compareCluster(network, {index, static_cast<int32_t>(cluster), -1},
                     plan.clusters[cluster], promised.clusters[cluster],
                     right.clusters[cluster], findings);
  else
    findings.add(FindingKind::Cost, {index},
                 llvm::formatv(
                     "{0} has {1} clusters and costs for {2}; compute "
                     "the costs anew",
                     subject, right.clusters.size(), promised.clusters.size()));
  Comparison compare(subject, {index}, findings);
  compare.figure("the cycles of the load", promised.load, right.load);
  compare.figure("the cycles to fill the pipeline", promised.fill, right.fill);
  compare.figure("the slowest stage", promised.slowestStage,
                 right.slowestStage);
  compare.figure("the DRAM cycles of a beat", promised.dramBeat,
                 right.dramBeat);
  compare.figure("the pace", promised.pace, right.pace);
  compare.figure("the number of beats", promised.beats, right.beats);
  compare.figure("the cycles", promised.cycles, right.cycles);
  compare.figure("the latency", promised.latency, right.latency);
  compare.figure("the DRAM bytes", promised.dramBytes, right.dramBytes);
  compare.figure("the femtojoules of the MACs", promised.energyMac,
                 right.energyMac);
  compare.figure("the femtojoules of the SRAM", promised.energySram,
                 right.energySram);
  compare.figure("the femtojoules of the NoP", promised.energyNop,
                 right.energyNop);
  compare.figure("the femtojoules of the DRAM", promised.energyDram,
                 right.energyDram);
  compare.figure("the idle femtojoules", promised.energyIdle, right.energyIdle);
}

void auditing::compareTotals(const PlanCost &promised,
                             llvm::ArrayRef<SegmentCost> right,
                             Findings &findings) {
  PlanCost sum;
  for (const SegmentCost &segment : right) {
    sum.cycles += segment.cycles;
    sum.latency += segment.latency;
    sum.energy += segment.energyMac + segment.energySram + segment.energyNop +
                  segment.energyDram + segment.energyIdle;
  }
  Comparison compare("the plan", {}, findings);
  compare.figure("the cycles", promised.cycles, sum.cycles);
  compare.figure("the latency", promised.latency, sum.latency);
  compare.figure("the femtojoules", promised.energy, sum.energy);
}
