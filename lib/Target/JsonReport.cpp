//===- JsonReport.cpp - Plans as versioned JSON ---------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JsonPackage.h"

#include "scope/Analysis/CostAttributes.h"
#include "scope/Analysis/PackageReader.h"
#include "scope/Search/Alternatives.h"
#include "scope/Search/Explain.h"
#include "scope/Search/Placement.h"
#include "scope/Search/TimeParts.h"
#include "scope/Target/ReportWriters.h"

#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace mlir;
using namespace scope;
namespace json = llvm::json;

/// A figure of a cost and the name of its attribute.
using NamedKey = std::pair<StringLiteral, CostKey>;

static void writeCosts(json::OStream &json, CostAttr cost,
                       ArrayRef<NamedKey> keys) {
  for (auto [name, key] : keys)
    writeJsonOptional(json, name, lookupCost(cost, key));
}

/// The energy of a beat of a layer or cluster.
static void writeBeatEnergy(json::OStream &json, CostAttr cost) {
  json.attributeObject("energy", [&] {
    writeCosts(json, cost,
               {{"total_fj", CostKey::Energy},
                {"mac_fj", CostKey::EnergyMac},
                {"sram_fj", CostKey::EnergySram},
                {"nop_fj", CostKey::EnergyNop}});
  });
}

/// The energy of a batch.
static void writeBatchEnergy(json::OStream &json, const EnergyFigures &energy) {
  json.attributeObject("energy", [&] {
    writeJsonOptional(json, "total_fj", energy.total);
    writeJsonOptional(json, "mac_fj", energy.mac);
    writeJsonOptional(json, "sram_fj", energy.sram);
    writeJsonOptional(json, "nop_fj", energy.nop);
    writeJsonOptional(json, "dram_fj", energy.dram);
    writeJsonOptional(json, "idle_fj", energy.idle);
  });
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

namespace {
/// A layer and what stands around it in the plan.
struct LayerInPlan {
  const PlanReport &report;
  const search::SegmentPlan &segment;
  int32_t index;
  LayerOp op;

  const search::Network &network() const { return report.model->getNetwork(); }
  const search::Layer &layer() const { return network().layers[index]; }
};
} // namespace

static void writeLayerReferences(json::OStream &json, StringRef name,
                                 ArrayRef<int32_t> layers) {
  json.attributeArray(name, [&] {
    for (int32_t layer : layers)
      json.value(layer);
  });
}

static void writeDims(json::OStream &json, const LayerInPlan &at) {
  const search::Layer &layer = at.layer();
  const search::Partition &factors = at.report.plan.plan.partitions[at.index];
  json.attributeArray("dims", [&] {
    std::map<search::DimRole, int64_t> ofRole;
    for (auto [dim, factor] : llvm::zip_equal(layer.dims, factors)) {
      int64_t number = ofRole[dim.role]++;
      StringRef role = search::getRoleName(dim.role);
      int64_t size =
          dim.role == search::DimRole::Batch ? at.segment.beatCalls : dim.size;
      json.object([&, factor = factor] {
        json.attribute(
            "name", number == 0 ? role.str()
                                : llvm::formatv("{0}{1}", role, number).str());
        json.attribute("role", role);
        json.attribute("size", size);
        json.attribute("factor", factor);
        json.attribute("tile", search::ceilDiv(size, factor));
      });
    }
  });
}

static StringRef nameOf(search::OperandKind kind) {
  switch (kind) {
  case search::OperandKind::Activation:
    return "activation";
  case search::OperandKind::Weight:
    return "weight";
  case search::OperandKind::Table:
    return "table";
  }
  llvm_unreachable("unknown kind of operand");
}

static void writeOperands(json::OStream &json, const LayerInPlan &at) {
  const search::Network &network = at.network();
  json.attributeArray("operands", [&] {
    for (const search::Operand &operand : at.layer().operands)
      json.object([&] {
        json.attribute("kind", nameOf(operand.kind));
        std::optional<int64_t> value;
        int32_t producer = -1;
        if (operand.kind == search::OperandKind::Activation) {
          value = operand.value;
          producer = network.values[operand.value].producer;
        }
        writeJsonOptional(json, "value", value);
        json.attribute("element_bytes", operand.elementBytes);
        json.attribute("bytes", touchedBytes(operand));
        if (producer < 0) {
          json.attribute("producer", nullptr);
          return;
        }
        json.attributeObject("producer", [&] {
          json.attribute("layer", producer);
          json.attribute("name", network.layers[producer].name);
        });
      });
  });
}

static void writeOutputs(json::OStream &json, const LayerInPlan &at) {
  json.attributeArray("outputs", [&] {
    for (const search::Output &output : at.layer().outputs) {
      const search::Value &value = at.network().values[output.value];
      json.object([&] {
        json.attribute("value", output.value);
        json.attribute("element_bytes", output.elementBytes);
        json.attribute("bytes", value.bytes);
        writeLayerReferences(json, "consumers", value.consumers);
        json.attribute("network_output", value.isNetworkOutput);
      });
    }
  });
}

static void writeLayerCost(json::OStream &json, CostAttr cost) {
  auto flag = [&](CostKey key) -> std::optional<bool> {
    if (std::optional<int64_t> value = lookupCost(cost, key))
      return *value != 0;
    return std::nullopt;
  };
  json.attributeObject("cost", [&] {
    writeCosts(json, cost,
               {{"cycles", CostKey::Cycles},
                {"compute_cycles", CostKey::Compute},
                {"internal_cycles", CostKey::Internal},
                {"external_cycles", CostKey::External},
                {"weights_cycles", CostKey::Weights},
                {"send_cycles", CostKey::Send},
                {"used_chiplets", CostKey::Used}});
    writeJsonOptional(json, "overlapped", flag(CostKey::Overlapped));
    writeJsonOptional(json, "banded", flag(CostKey::Banded));
  });
}

static void writeBuffers(json::OStream &json, LayerOp layer) {
  if (!layer.getBuffersAttr())
    return json.attribute("buffers", nullptr);
  json.attributeArray("buffers", [&] {
    for (auto buffer : layer.getBuffersAttr().getAsRange<BufferAttr>())
      json.object([&] {
        bool ofLayer = buffer.getRole() == BufferRole::Weights ||
                       buffer.getRole() == BufferRole::WeightChunk;
        auto unless = [](bool missing, int64_t value) {
          return missing ? std::nullopt : std::optional(value);
        };
        json.attribute("role", stringifyBufferRole(buffer.getRole()));
        writeJsonOptional(json, "index", unless(ofLayer, buffer.getIndex()));
        json.attribute("offset_bytes", buffer.getOffset());
        json.attribute("bytes", buffer.getBytes());
        json.attribute("copies", buffer.getCopies());
        writeJsonOptional(json, "first_step",
                          unless(buffer.getFirst() < 0, buffer.getFirst()));
        writeJsonOptional(json, "last_step",
                          unless(buffer.getLast() < 0, buffer.getLast()));
      });
  });
}

static std::string printLocation(Location loc) {
  if (auto file = loc->findInstanceOf<FileLineColLoc>())
    return llvm::formatv("{0}:{1}:{2}", file.getFilename().getValue(),
                         file.getLine(), file.getColumn());
  std::string text;
  llvm::raw_string_ostream(text) << loc;
  return text;
}

static void writeLayer(json::OStream &json, const LayerInPlan &at) {
  const search::Layer &layer = at.layer();
  LayerOp op = at.op;
  CostAttr cost = op.getCostAttr();
  json.object([&] {
    json.attribute("index", at.index);
    json.attribute("name", layer.name);
    json.attribute("location", printLocation(op.getLoc()));
    json.attributeArray("operations", [&] {
      for (StringRef name : operationsIn(op))
        json.value(name);
    });
    json.attribute("splittable", layer.splittable);
    json.attribute("streamed", op.getStreamed());
    writeDims(json, at);
    json.attribute("macs_per_call", layer.macs);
    json.attribute("vector_ops_per_call", vectorOpsOf(layer));
    json.attribute("weight_bytes", search::weightBytes(layer));
    writeOperands(json, at);
    writeOutputs(json, at);
    writeLayerCost(json, cost);
    std::optional<StringRef> limit;
    if (lookupCost(cost, CostKey::Cycles))
      limit =
          search::getLimitName(search::timeParts(toLayerCost(cost)).limit());
    writeJsonOptional(json, "limit", limit);
    writeBeatEnergy(json, cost);
    writeBuffers(json, op);
  });
}

//===----------------------------------------------------------------------===//
// Clusters, segments, functions
//===----------------------------------------------------------------------===//

static void writeCluster(json::OStream &json, const PlanReport &report,
                         size_t segment, size_t index) {
  const search::SegmentPlan &segmentPlan = report.plan.plan.segments[segment];
  const search::ClusterPlan &plan = segmentPlan.clusters[index];
  const ClusterInIR &inIR = report.plan.clusters[segment][index];
  ClusterOp op = inIR.op;
  json.object([&] {
    json.attribute("index", static_cast<int64_t>(index));
    json.attribute("first_layer", plan.firstLayer);
    json.attribute("last_layer", plan.lastLayer);
    json.attribute("chiplets", plan.size);
    json.attributeBegin("region");
    if (inIR.region.empty())
      json.value(nullptr);
    else
      writeJsonCoordinates(json, inIR.region);
    json.attributeEnd();
    json.attribute("weights", stringifyWeightMode(op.getWeights()));
    json.attribute("level_sixteenths", plan.level);
    json.attribute("dram_ahead", plan.ahead);
    json.attributeObject("memory", [&] {
      json.attribute("sram_bytes", report.model->sram(plan.kinds));
      json.attribute("resident_budget_bytes",
                     report.model->budget(plan.kinds, plan.level));
      writeCosts(json, op.getCostAttr(),
                 {{"resident_bytes", CostKey::Resident},
                  {"resident_weight_bytes", CostKey::ResidentWeights},
                  {"least_tile_bytes", CostKey::Tiles},
                  {"delivered_weight_bytes", CostKey::DeliveredWeights}});
      writeJsonOptional(json, "allocated_bytes", allocatedBytes(inIR));
    });
    json.attributeObject("cost", [&] {
      writeCosts(json, op.getCostAttr(), {{"stage_cycles", CostKey::Stage}});
    });
    writeBeatEnergy(json, op.getCostAttr());
    std::optional<std::string> reason;
    if (report.cost)
      reason = search::explainStage(*report.model, report.plan.plan,
                                    *report.cost, segment, index);
    writeJsonOptional(json, "reason", reason);
    std::optional<std::string> alternative;
    if (report.cost)
      alternative = search::describeAlternative(
          search::nextBestStage(*report.model, report.plan.plan, *report.cost,
                                segment, index),
          report.model->getConfig().objective);
    writeJsonOptional(json, "alternative", alternative);
    json.attributeArray("layers", [&] {
      int32_t layer = plan.firstLayer;
      for (auto layerOp : op.getBody().getOps<LayerOp>())
        writeLayer(json, {report, segmentPlan, layer++, layerOp});
    });
  });
}

/// What the links of a segment carry in a beat, if its clusters are placed and
/// the plan is known to be feasible.
static void writeLinks(json::OStream &json, const PlanReport &report,
                       size_t index) {
  std::vector<std::vector<search::Coordinate>> regions;
  for (const ClusterInIR &cluster : report.plan.clusters[index])
    regions.push_back(cluster.region);
  bool placed =
      llvm::none_of(regions, [](const auto &region) { return region.empty(); });
  if (!report.cost || !placed)
    return json.attribute("links", nullptr);
  std::vector<int64_t> loads =
      search::computeLinkLoads(*report.model, report.plan.plan, index, regions);
  static constexpr StringLiteral kNames[] = {"east", "west", "south", "north"};
  int64_t cols = report.model->getPackage().cols;
  json.attributeObject("links", [&] {
    for (auto [direction, name] : llvm::enumerate(kNames))
      json.attributeArray(name, [&, direction = direction] {
        for (size_t row = 0; row < loads.size();
             row += search::kLinkDirections * cols)
          json.array([&] {
            for (int64_t col = 0; col < cols; ++col)
              json.value(
                  loads[row + col * search::kLinkDirections + direction]);
          });
      });
  });
}

static void writeSegment(json::OStream &json, const PlanReport &report,
                         size_t index) {
  const search::SegmentPlan &plan = report.plan.plan.segments[index];
  SegmentOp op = report.plan.segments[index];
  CostAttr cost = op.getCostAttr();
  json.object([&] {
    json.attribute("index", static_cast<int64_t>(index));
    json.attribute("first_layer", plan.firstLayer());
    json.attribute("last_layer", plan.lastLayer());
    json.attribute("beat_samples", static_cast<int64_t>(op.getBeat()));
    json.attribute("beats", report.beats(plan));
    json.attributeObject("cost", [&] {
      writeCosts(json, cost,
                 {{"cycles", CostKey::Cycles},
                  {"latency_cycles", CostKey::Latency},
                  {"load_cycles", CostKey::Load},
                  {"fill_cycles", CostKey::Fill},
                  {"pace_cycles", CostKey::Pace},
                  {"slowest_stage_cycles", CostKey::SlowestStage},
                  {"dram_beat_cycles", CostKey::Dram},
                  {"dram_bytes", CostKey::DramBytes}});
    });
    writeBatchEnergy(json, energyOf(cost));
    std::optional<std::string> reason;
    if (report.cost && index + 1 < report.plan.segments.size())
      reason = search::explainCut(*report.model, report.plan.plan, *report.cost,
                                  index);
    writeJsonOptional(json, "reason", reason);
    std::optional<std::string> alternative;
    if (report.cost)
      alternative = search::describeAlternative(
          search::nextBestSegment(*report.model, report.plan.plan, *report.cost,
                                  index),
          report.model->getConfig().objective);
    writeJsonOptional(json, "alternative", alternative);
    writeLinks(json, report, index);
    json.attributeArray("clusters", [&] {
      for (size_t cluster = 0; cluster < plan.clusters.size(); ++cluster)
        writeCluster(json, report, index, cluster);
    });
  });
}

static void writeTotals(json::OStream &json, const PlanReport &report) {
  const search::PlanCost &cost = report.plan.cost;
  const PlanFigures &figures = report.figures;
  NetworkFigures network = figuresOf(report.model->getNetwork());
  auto batch = static_cast<double>(report.model->getConfig().batch);
  json.attributeObject("totals", [&] {
    json.attribute("layers", network.layers);
    json.attribute("macs_per_sample", network.macsPerSample);
    json.attribute("weight_bytes", network.weightBytes);
    json.attribute("cycles", cost.cycles);
    json.attribute("seconds", figures.seconds);
    writeJsonOptional(json, "samples_per_second", figures.samplesPerSecond);
    json.attribute("latency_cycles", cost.latency);
    json.attribute("latency_seconds", figures.latencySeconds);
    writeBatchEnergy(json, figures.energy);
    json.attribute("joules", figures.joules);
    json.attribute("joules_per_sample", figures.joules / batch);
    json.attribute("energy_delay_joule_seconds", figures.energyDelay);
    writeJsonOptional(json, "utilisation", figures.utilisation);
    writeJsonOptional(json, "dram_bytes", figures.dramBytes);
  });
}

static void writeBounds(json::OStream &json, const PlanReport &report) {
  const search::Bounds &bounds = report.bounds;
  json.attributeObject("bounds", [&] {
    json.attribute("work_cycles", bounds.work);
    json.attribute("dram_cycles", bounds.dram);
    json.attribute("segments_cycles", bounds.segments);
    json.attribute("ideal_cycles", bounds.ideal);
    json.attribute("latency_cycles", bounds.latency);
    json.attribute("energy_fj", bounds.energy);
    writeJsonOptional(json, "gap_to_bound", report.figures.gapToBound);
  });
}

/// The plans that no other one beats in all respects; none were asked for: an
/// empty list.
static void writeFront(json::OStream &json, const FunctionReport &function) {
  json.attributeArray("front", [&] {
    for (const search::PlanTotals &point : function.plan->front)
      json.object([&] {
        json.attribute("cycles", point.cycles);
        json.attribute("latency_cycles", point.latency);
        json.attribute("energy_fj", point.energy);
      });
  });
}

/// The values that the function is given.
static void writeInputs(json::OStream &json, const search::Network &network) {
  json.attributeArray("inputs", [&] {
    for (auto [index, value] : llvm::enumerate(network.values))
      if (value.producer < 0)
        json.object([&, index = index, &value = value] {
          json.attribute("value", static_cast<int64_t>(index));
          json.attribute("bytes", value.bytes);
          writeLayerReferences(json, "consumers", value.consumers);
        });
  });
}

static void writeFunction(json::OStream &json, const FunctionReport &function) {
  const PlanReport &report = *function.plan;
  PlanAttr plan = report.plan.attr;
  json.object([&] {
    json.attribute("name", function.getNetwork().name);
    json.attribute("plan_version", plan.getVersion());
    json.attribute("network_hash", plan.getNetworkHash());
    json.attribute("package_hash", plan.getPackageHash());
    json.attribute("batch_samples", plan.getBatch());
    json.attribute("samples_per_call", report.samplesPerCall());
    std::optional<int64_t> bits;
    if (plan.getAssumeBits() != 0)
      bits = plan.getAssumeBits();
    writeJsonOptional(json, "assume_bits", bits);
    json.attribute("objective", stringifyObjective(plan.getObjective()));
    json.attribute("strategy", stringifyStrategy(plan.getStrategy()));
    json.attribute("space", stringifySpace(plan.getSpace()));
    json.attribute("algorithm", stringifySearchKind(plan.getAlgorithm()));
    json.attribute("proved", plan.getProved());
    json.attribute("candidates", plan.getCandidates());
    json.attribute("reserve_bytes", plan.getReserve());
    json.attribute("costs_are_current", report.stale.empty());
    writeTotals(json, report);
    writeBounds(json, report);
    writeFront(json, function);
    writeInputs(json, function.getNetwork());
    json.attributeArray("segments", [&] {
      for (size_t index = 0; index < report.plan.segments.size(); ++index)
        writeSegment(json, report, index);
    });
  });
}

void scope::writeJsonReport(raw_ostream &os, ModuleOp module,
                            ArrayRef<FunctionReport> reports) {
  json::OStream json(os, /*IndentSize=*/1);
  const auto *planned = llvm::find_if(
      reports, [](const FunctionReport &report) { return bool(report.plan); });
  assert(planned != reports.end() && "nothing to write");
  json.object([&] {
    json.attribute("format", "scope-plan");
    json.attribute("version",
                   llvm::formatv("{0}.{1}", kJsonMajor, kJsonMinor).str());
    json.attribute("generator", "scope " SCOPE_VERSION);
    json.attributeBegin("package");
    writeJsonPackage(json, planned->plan->model->getPackage());
    json.attributeEnd();
    json.attributeBegin("config");
    writeJsonConfig(json, getConfig(module));
    json.attributeEnd();
    json.attributeArray("functions", [&] {
      for (const FunctionReport &report : reports)
        if (report.plan)
          writeFunction(json, report);
    });
  });
  os << "\n";
}
