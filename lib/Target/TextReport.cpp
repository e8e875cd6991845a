//===- TextReport.cpp - Reports for people --------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FigureText.h"
#include "TextTable.h"

#include "scope/Analysis/CostAttributes.h"
#include "scope/Search/Alternatives.h"
#include "scope/Search/TimeParts.h"
#include "scope/Target/ReportWriters.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;
using llvm::formatv;

//===----------------------------------------------------------------------===//
// Figures as text
//===----------------------------------------------------------------------===//

/// `part` of `whole` in percent.
static std::string percent(std::optional<double> part, double whole,
                           int decimals = 1) {
  if (!part || whole <= 0)
    return kUnknown.str();
  double value = *part / whole * 100;
  return decimals == 1 ? formatv("{0:F1} %", value).str()
                       : formatv("{0:F2} %", value).str();
}

/// `value` with the prefix that leaves one to three digits before the point.
static std::string scaled(double value, StringRef unit) {
  constexpr double step = 1000;
  constexpr StringLiteral smaller[] = {"", "m", "u", "n", "p", "f"};
  constexpr StringLiteral larger[] = {"", "k", "M", "G", "T"};
  size_t prefix = 0;
  if (value >= step) {
    while (value >= step && prefix + 1 < std::size(larger)) {
      value /= step;
      ++prefix;
    }
    return formatv("{0:F3} {1}{2}", value, larger[prefix], unit);
  }
  while (value > 0 && value < 1 && prefix + 1 < std::size(smaller)) {
    value *= step;
    ++prefix;
  }
  return formatv("{0:F3} {1}{2}", value, smaller[prefix], unit);
}

static std::string rational(const search::Rational &value) {
  if (value.denominator == 1)
    return number(value.numerator);
  return formatv("{0:F3}", static_cast<double>(value.numerator) /
                               static_cast<double>(value.denominator));
}

/// "1 sample", "2 samples".
static std::string counted(int64_t count, StringRef what) {
  return formatv("{0:N} {1}{2}", count, what, count == 1 ? "" : "s");
}

static std::string layerRange(int32_t first, int32_t last) {
  return first == last ? formatv("{0}", first).str()
                       : formatv("{0}-{1}", first, last).str();
}

/// Width at which elements are counted.
static std::string width(int64_t assumeBits) {
  return assumeBits == 0
             ? "the program's own element types"
             : formatv("every element counted at {0} bits", assumeBits).str();
}

namespace {
/// Lines of a name and a text.
class Header {
public:
  explicit Header(raw_ostream &os) : os(os) {}
  void line(StringRef name, const Twine &text) {
    constexpr size_t indent = 16;
    os << "  " << llvm::left_justify(name, indent - 2);
    printWrapped(os, text.str(), indent);
    os << "\n";
  }

private:
  raw_ostream &os;
};
} // namespace

static std::string describeNetwork(const FunctionReport &report) {
  NetworkFigures figures = figuresOf(report.getNetwork());
  return formatv("{0}, {1} MACs a sample, {2} bytes of weights",
                 counted(figures.layers, "layer"),
                 number(figures.macsPerSample), number(figures.weightBytes));
}

//===----------------------------------------------------------------------===//
// Totals of a plan
//===----------------------------------------------------------------------===//

static std::string describePackage(const search::CostModel &model) {
  const search::Package &package = model.getPackage();
  std::string text = formatv("{0}: {1} x {2} chiplets", package.name,
                             package.rows, package.cols);
  if (!package.disabled.empty())
    text += formatv(" ({0} of them disabled)", package.disabled.size());
  text += formatv(", {0};", scaled(static_cast<double>(package.clockHz), "Hz"));
  bool several = package.kinds.size() > 1;
  for (const search::ChipletKind &kind : package.kinds)
    text += formatv(" {0}{1} x {2} MAC lanes, {3} vector lanes, {4} bytes of "
                    "SRAM;",
                    several ? kind.name + ": " : "", kind.macK, kind.macC,
                    kind.vector, number(kind.sram));
  return text + formatv(" NoP port {0} B/cycle, link {1} B/cycle; DRAM {2} "
                        "B/cycle at {3}",
                        rational(package.port), rational(package.link),
                        rational(search::dramBandwidth(package)),
                        counted(int64_t(package.dramPorts.size()), "port"))
                    .str();
}

static std::string describeSearch(const PlanReport &report) {
  PlanAttr plan = report.plan.attr;
  if (plan.getCandidates() == 0)
    return "none: the plan was written by hand";
  StringRef by = plan.getAlgorithm() == SearchKind::Auto
                     ? StringRef("a restricted search")
                     : stringifySearchKind(plan.getAlgorithm());
  std::string text = formatv("answered by {0}, {1} candidates; ", by,
                             number(plan.getCandidates()));
  if (plan.getSimulatedPlans() > 0)
    text += formatv("chosen by simulation from {0}, {1} cycles simulated; ",
                    counted(plan.getSimulatedPlans(), "plan"),
                    number(plan.getSimulatedCycles()));
  if (plan.getProved())
    return text + "proved to be the best plan of the space" +
           (plan.getAlgorithm() == SearchKind::Pareto
                ? " that meets the constraints"
                : "");
  text += "not proved to be the best plan of the space";
  if (plan.getReserve() > 0)
    text += formatv("; {0} bytes of every SRAM set aside",
                    number(plan.getReserve()));
  return text;
}

static std::string describeEnergy(const PlanReport &report) {
  const EnergyFigures &energy = report.figures.energy;
  double joules = report.figures.joules;
  auto batch = static_cast<double>(report.model->getConfig().batch);
  auto total = static_cast<double>(energy.total.value_or(0));
  auto share = [&](std::optional<int64_t> part) {
    return percent(
        part ? std::optional(static_cast<double>(*part)) : std::nullopt, total);
  };
  return formatv("{0} a batch, {1} a sample: MACs {2}, SRAM {3}, NoP {4}, DRAM "
                 "{5}, idle {6}",
                 scaled(joules, "J"), scaled(joules / batch, "J"),
                 share(energy.mac), share(energy.sram), share(energy.nop),
                 share(energy.dram), share(energy.idle));
}

static void printTotals(raw_ostream &os, const FunctionReport &function) {
  const PlanReport &report = *function.plan;
  const PlanFigures &figures = report.figures;
  const search::PlanCost &cost = report.plan.cost;
  const search::Bounds &bounds = report.bounds;
  PlanAttr plan = report.plan.attr;
  auto cycles = static_cast<double>(cost.cycles);
  Header header(os);

  header.line("package", describePackage(*report.model));
  header.line("network", describeNetwork(function));
  header.line("batch",
              formatv("{0}, {1} a call; {2}",
                      counted(plan.getBatch(), "sample"),
                      report.samplesPerCall(), width(function.assumeBits)));
  header.line("asked for", formatv("objective {0}, strategy {1}, space {2}",
                                   stringifyObjective(plan.getObjective()),
                                   stringifyStrategy(plan.getStrategy()),
                                   stringifySpace(plan.getSpace())));
  header.line("search", describeSearch(report));
  if (!report.stale.empty())
    header.line("WARNING", "the costs are not those of the plan: " +
                               report.stale + "; run scope-cost");
  os << "\n";
  header.line("throughput",
              formatv("{0} samples/s: {1} cycles, {2} a batch",
                      decimal(figures.samplesPerSecond), number(cost.cycles),
                      scaled(figures.seconds, "s")));
  bool severalSegments = report.plan.segments.size() > 1;
  header.line("latency",
              formatv("{0} cycles, {1}: loads and a first beat{2}",
                      number(cost.latency), scaled(figures.latencySeconds, "s"),
                      severalSegments ? ", if no segment had to wait for the "
                                        "whole batch of the one before"
                                      : ""));
  header.line("energy", describeEnergy(report));
  header.line("EDP", scaled(figures.energyDelay, "J*s"));
  header.line("utilisation", percent(figures.utilisation, 1) +
                                 " of all MAC lanes over the batch");
  auto share = [&](int64_t bound) {
    return percent(static_cast<double>(bound), cycles, 2);
  };
  header.line(
      "bounds",
      formatv("cycles: work {0} ({1} of the plan's), DRAM {2} ({3}), "
              "segments {4} ({5}), ideal {6} ({7}); latency {8} cycles; "
              "energy {9}",
              number(bounds.work), share(bounds.work), number(bounds.dram),
              share(bounds.dram), number(bounds.segments),
              share(bounds.segments), number(bounds.ideal), share(bounds.ideal),
              number(bounds.latency),
              scaled(static_cast<double>(bounds.energy) / kFemtojoulesPerJoule,
                     "J")));
  header.line("gap", formatv("{0}: {1} over its largest bound",
                             stringifyObjective(plan.getObjective()),
                             percent(figures.gapToBound, 1, 2)));
}

/// The plans that no other one beats in all respects; the one of the report is
/// marked.
static void printFront(raw_ostream &os, const PlanReport &report) {
  if (report.front.empty())
    return;
  TextTable table(
      {{"cycles"}, {"latency"}, {"energy"}, {"", ColumnStyle::Word}});
  const search::PlanCost &cost = report.plan.cost;
  for (const search::PlanTotals &point : report.front) {
    bool isChosen = point.cycles == cost.cycles &&
                    point.latency == cost.latency &&
                    point.energy == cost.energy;
    table.addRow(
        {number(point.cycles), number(point.latency),
         scaled(static_cast<double>(point.energy) / kFemtojoulesPerJoule, "J"),
         isChosen ? "this plan" : ""});
  }
  os << "\nFront (plans of which none is better in cycles, latency and "
        "energy)\n";
  table.print(os);
}

//===----------------------------------------------------------------------===//
// Segments, clusters, layers of a plan
//===----------------------------------------------------------------------===//

/// What sets the pace of segment `index`.
static std::string limitOfSegment(const PlanReport &report, size_t index) {
  const search::SegmentCost &cost = report.plan.cost.segments[index];
  if (cost.pace < 0 || cost.slowestStage < 0)
    return kUnknown.str();
  if (cost.dramBeat > cost.slowestStage)
    return "DRAM";
  for (auto [cluster, clusterCost] : llvm::enumerate(cost.clusters))
    if (clusterCost.stage == cost.slowestStage)
      return formatv("cluster {0}.{1}", index, cluster);
  return kUnknown.str();
}

static void printSegments(raw_ostream &os, const PlanReport &report) {
  TextTable table({{"segment"},
                   {"layers"},
                   {"clusters"},
                   {"beat"},
                   {"beats"},
                   {"load"},
                   {"fill"},
                   {"pace"},
                   {"DRAM a beat"},
                   {"cycles"},
                   {"time"},
                   {"limited by", ColumnStyle::Word}});
  auto whole = static_cast<double>(report.plan.cost.cycles);
  for (auto [index, plan] : llvm::enumerate(report.plan.plan.segments)) {
    SegmentOp op = report.plan.segments[index];
    CostAttr cost = op.getCostAttr();
    auto figure = [&](CostKey key) { return number(lookupCost(cost, key)); };
    std::optional<double> cycles;
    if (std::optional<int64_t> known = lookupCost(cost, CostKey::Cycles))
      cycles = static_cast<double>(*known);
    table.addRow({number(int64_t(index)),
                  layerRange(plan.firstLayer(), plan.lastLayer()),
                  number(int64_t(plan.clusters.size())),
                  number(int64_t(op.getBeat())), number(report.beats(plan)),
                  figure(CostKey::Load), figure(CostKey::Fill),
                  figure(CostKey::Pace), figure(CostKey::Dram),
                  figure(CostKey::Cycles), percent(cycles, whole),
                  limitOfSegment(report, index)});
  }
  os << "\nSegments (load, fill, pace and cycles in cycles; a beat in "
        "samples)\n";
  table.print(os);
}

static void printClusters(raw_ostream &os, const PlanReport &report) {
  TextTable table({{"cluster"},
                   {"layers"},
                   {"chiplets"},
                   {"weights", ColumnStyle::Word},
                   {"level"},
                   {"stage"},
                   {"of pace"},
                   {"resident"},
                   {"tiles"},
                   {"allocated"},
                   {"SRAM"},
                   {"region", ColumnStyle::Word}});
  for (size_t segment = 0; segment < report.plan.segments.size(); ++segment) {
    const search::SegmentCost &segmentCost = report.plan.cost.segments[segment];
    for (auto [index, inIR] : llvm::enumerate(report.plan.clusters[segment])) {
      const search::ClusterPlan &plan =
          report.plan.plan.segments[segment].clusters[index];
      ClusterOp op = inIR.op;
      CostAttr cost = op.getCostAttr();
      auto resident = lookupCost(cost, CostKey::Resident);
      auto tiles = lookupCost(cost, CostKey::Tiles);
      auto stage = lookupCost(cost, CostKey::Stage);
      std::optional<int64_t> allocated = allocatedBytes(inIR);
      std::optional<double> used, stageCycles;
      if (allocated)
        used = static_cast<double>(*allocated);
      else if (resident && tiles)
        used = static_cast<double>(*resident) + static_cast<double>(*tiles);
      if (stage)
        stageCycles = static_cast<double>(*stage);
      table.addRow(
          {formatv("{0}.{1}", segment, index),
           layerRange(plan.firstLayer, plan.lastLayer), number(plan.size),
           stringifyWeightMode(op.getWeights()).str(),
           formatv("{0}/16{1}", plan.level, plan.ahead ? " ahead" : ""),
           number(stage),
           percent(stageCycles, static_cast<double>(segmentCost.pace)),
           number(resident), number(tiles), number(allocated),
           percent(used, static_cast<double>(report.model->sram(plan.kinds))),
           op.getRegionAttr() ? printParameters(op.getRegionAttr())
                              : "not placed"});
    }
  }
  os << "\nClusters (stage in cycles a beat; resident, tiles at least and "
        "allocated in "
        "bytes of each chiplet)\n";
  table.print(os);
}

/// A letter a dimension with its factor: r4 k8.
static std::string printPartition(LayerOp layer) {
  constexpr StringLiteral letters[] = {"b", "o", "r", "c", "k"};
  std::string text;
  for (const DimFactor &dim : layer.getPartitionAttr().getFactors()) {
    if (!text.empty())
      text += " ";
    text += letters[static_cast<size_t>(dim.role)];
    if (dim.index > 0)
      text += formatv("'{0}:", dim.index);
    text += formatv("{0}", dim.factor);
  }
  return text.empty() ? "whole" : text;
}

static void printLayers(raw_ostream &os, const PlanReport &report) {
  TextTable table({{"#"},
                   {"layer", ColumnStyle::Name},
                   {"partition", ColumnStyle::Name},
                   {"used"},
                   {"MACs"},
                   {"compute"},
                   {"internal"},
                   {"external"},
                   {"weights"},
                   {"send"},
                   {"cycles"},
                   {"limit", ColumnStyle::Word}});
  const search::Network &network = report.model->getNetwork();
  int32_t index = 0;
  for (size_t segment = 0; segment < report.plan.segments.size(); ++segment)
    for (auto [cluster, inIR] :
         llvm::enumerate(report.plan.clusters[segment])) {
      ClusterOp op = inIR.op;
      table.addHeading(formatv("cluster {0}.{1}", segment, cluster));
      for (auto layer : op.getBody().getOps<LayerOp>()) {
        CostAttr cost = layer.getCostAttr();
        auto figure = [&](CostKey key) {
          return number(lookupCost(cost, key));
        };
        StringRef limit = kUnknown;
        if (lookupCost(cost, CostKey::Cycles))
          limit = search::getLimitName(
              search::timeParts(toLayerCost(cost)).limit());
        table.addRow(
            {number(index), layer.getName().str(), printPartition(layer),
             figure(CostKey::Used),
             number(network.layers[index].macs / network.samplesPerCall),
             figure(CostKey::Compute), figure(CostKey::Internal),
             figure(CostKey::External), figure(CostKey::Weights),
             figure(CostKey::Send), figure(CostKey::Cycles), limit.str()});
        ++index;
      }
    }
  os << "\nLayers (cycles a beat; MACs of a sample; partition: b batch, o "
        "other, r row, c column, k channel)\n";
  table.print(os);
}

//===----------------------------------------------------------------------===//
// Networks without a plan
//===----------------------------------------------------------------------===//

/// The parallel dimensions of `layer` but for the batch: r56 c56 k64.
static std::string printDims(const search::Layer &layer) {
  constexpr StringLiteral letters[] = {"b", "o", "r", "c", "k"};
  std::string text;
  for (const search::ParallelDim &dim : ArrayRef(layer.dims).drop_front())
    text += formatv("{0}{1}{2}", text.empty() ? "" : " ",
                    letters[static_cast<size_t>(dim.role)], dim.size);
  return text;
}

/// The operations in `layer` without their dialects, by first appearance, with
/// counts.
static std::string countOperations(LayerOp layer) {
  llvm::MapVector<StringRef, int64_t> counts;
  for (StringRef name : operationsIn(layer))
    ++counts[name.split('.').second];
  std::string text;
  for (auto [name, count] : counts) {
    text += formatv("{0}{1}", text.empty() ? "" : ", ", name);
    if (count > 1)
      text += formatv("*{0}", count);
  }
  return text;
}

static void printNetwork(raw_ostream &os, const FunctionReport &report) {
  TextTable table({{"#"},
                   {"layer", ColumnStyle::Name},
                   {"dimensions", ColumnStyle::Word},
                   {"MACs"},
                   {"vector ops"},
                   {"weights"},
                   {"input"},
                   {"output"},
                   {"operations", ColumnStyle::Word}});
  const NetworkOfFunction &source = report.getSource();
  for (auto [index, layer] : llvm::enumerate(source.network.layers)) {
    int64_t input = 0, output = 0;
    for (const search::Operand &operand : layer.operands)
      if (operand.kind == search::OperandKind::Activation)
        input += touchedBytes(operand);
    for (const search::Output &result : layer.outputs)
      output += source.network.values[result.value].bytes;
    table.addRow({number(int64_t(index)), layer.name, printDims(layer),
                  number(layer.macs), number(vectorOpsOf(layer)),
                  number(search::weightBytes(layer)), number(input),
                  number(output), countOperations(source.layers[index])});
  }
  os << "\nLayers (figures of a call; weights, input and output in bytes; "
        "dimensions: o other, r row, c column, k channel)\n";
  table.print(os);
}

/// What else the plan could be, and what that would cost. Nothing where the
/// costs are not those of the plan.
static void printNextBest(raw_ostream &os, const PlanReport &report) {
  if (!report.cost)
    return;
  const search::Plan &plan = report.plan.plan;
  search::Objective objective = report.model->getConfig().objective;
  auto print = [&](const std::string &what,
                   const search::Alternative &alternative) {
    std::string start = "  " + what + ": ";
    os << start;
    printWrapped(os, search::describeAlternative(alternative, objective),
                 start.size());
    os << "\n";
  };
  os << "\nOther choices (one at a time, and what the objective has then)\n";
  for (size_t segment = 0; segment < plan.segments.size(); ++segment) {
    print(formatv("segment {0}", segment),
          search::nextBestSegment(*report.model, plan, *report.cost, segment));
    for (size_t cluster = 0; cluster < plan.segments[segment].clusters.size();
         ++cluster)
      print(formatv("cluster {0}.{1}", segment, cluster),
            search::nextBestStage(*report.model, plan, *report.cost, segment,
                                  cluster));
  }
}

void scope::writeTextReport(raw_ostream &os, ArrayRef<FunctionReport> reports) {
  for (const FunctionReport &report : reports) {
    if (&report != reports.begin())
      os << "\n";
    const search::Network &network = report.getNetwork();
    if (report.plan) {
      os << "Plan of @" << network.name << "\n";
      printTotals(os, report);
      printFront(os, *report.plan);
      printSegments(os, *report.plan);
      printClusters(os, *report.plan);
      printLayers(os, *report.plan);
      printNextBest(os, *report.plan);
    } else {
      os << "Network of @" << network.name << " (not planned)\n";
      Header header(os);
      header.line("network", describeNetwork(report));
      header.line("call",
                  formatv("{0}; {1}", counted(network.samplesPerCall, "sample"),
                          width(report.assumeBits)));
      printNetwork(os, report);
    }
    os << "\nTotal: " << describeNetwork(report) << "\n";
  }
}
