//===- SimulationJson.cpp - Simulations as versioned JSON -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A bar is what the chiplets of a layer do for one beat: from the begin of the
// first computation to the end of the last one. Chiplets of one layer work at
// the same time, so that this is enough for a picture of a pipeline, and small.
//
//===----------------------------------------------------------------------===//

#include "scope/Target/SimulationJson.h"

#include "JsonPackage.h"

#include "scope/Lowering/ModulePrograms.h"
#include "scope/Simulator/Simulator.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"

#include <map>

using namespace scope;
using namespace scope::programs;
using namespace scope::simulator;
namespace json = llvm::json;

namespace {
/// A layer and a beat.
using Work = std::pair<int32_t, int64_t>;

/// Ticks from the begin of the segment.
struct Bar {
  int64_t begin = 0;
  int64_t end = 0;
};

/// Collects bars, segment by segment.
class BarRecorder : public EventSink {
public:
  explicit BarRecorder(const PackageProgram &program) : program(program) {}

  void begin(int64_t ticksPerCycle) override { ticks = ticksPerCycle; }

  void compute(const OpRef &op, int64_t beat, int64_t begin,
               int64_t end) override {
    auto [at, isNew] =
        bars.try_emplace({getOp(program, op).layer, beat}, Bar{begin, end});
    if (isNew)
      return;
    at->second.begin = std::min(at->second.begin, begin);
    at->second.end = std::max(at->second.end, end);
  }

  void endSegment(int32_t /*segment*/, int64_t begin,
                  int64_t /*end*/) override {
    for (auto &[work, bar] : bars)
      bar = {bar.begin - begin, bar.end - begin};
    segments.push_back(std::move(bars));
    bars.clear();
  }

  int64_t ticks = 1;
  std::vector<std::map<Work, Bar>> segments;

private:
  const PackageProgram &program;
  std::map<Work, Bar> bars;
};
} // namespace

static void writeEnergy(json::OStream &json, const Energy &energy) {
  json.attributeObject("energy", [&] {
    json.attribute("total_fj", energy.total());
    json.attribute("mac_fj", energy.mac);
    json.attribute("sram_fj", energy.sram);
    json.attribute("nop_fj", energy.nop);
    json.attribute("dram_fj", energy.dram);
    json.attribute("idle_fj", energy.idle);
  });
}

static void writeBars(json::OStream &json, const std::map<Work, Bar> &bars,
                      int64_t ticks) {
  json.attributeArray("bars", [&] {
    for (const auto &[work, bar] : bars)
      json.rawValue(llvm::formatv("[{0},{1},{2},{3}]", work.first, work.second,
                                  bar.begin / ticks,
                                  search::ceilDiv(bar.end, ticks))
                        .str());
  });
}

static void writeFunction(json::OStream &json, const ModulePrograms &of,
                          const SimulationResult &result,
                          const BarRecorder &recorder) {
  json.object([&] {
    json.attribute("name", of.programs.name);
    json.attribute("package", of.package.name);
    json.attribute("cycles", result.cycles);
    writeJsonOptional(json, "model_cycles",
                      of.cost ? std::optional(of.cost->cycles) : std::nullopt);
    writeEnergy(json, result.energy);
    json.attributeArray("layers", [&] {
      for (const std::string &layer : of.programs.layers)
        json.value(layer);
    });
    json.attributeArray("segments", [&] {
      for (auto [index, segment] : llvm::enumerate(result.segments)) {
        std::optional<int64_t> model;
        if (of.cost)
          model = of.cost->segments[index].cycles;
        json.object([&, at = index, &segment = segment] {
          json.attribute("index", static_cast<int64_t>(at));
          json.attribute("beats", segment.beats);
          json.attribute("simulated_beats", segment.simulatedBeats);
          json.attribute("cycles", segment.cycles);
          writeJsonOptional(json, "model_cycles", model);
          json.attribute("load_cycles", segment.load);
          json.attribute("first_beat_cycles", segment.firstBeat);
          json.attribute("period_cycles", segment.period);
          writeBars(json, recorder.segments[at], recorder.ticks);
        });
      }
    });
  });
}

llvm::LogicalResult scope::writeSimulationJsonOf(mlir::ModuleOp module,
                                                 llvm::raw_ostream &os) {
  // Nothing is written of what fails.
  std::string text;
  llvm::raw_string_ostream buffer(text);
  json::OStream json(buffer, 1);
  auto write = [&](const ModulePrograms &of) -> llvm::LogicalResult {
    BarRecorder recorder(of.programs);
    SimulatorOptions options;
    options.sink = &recorder;
    SimulationResult result = simulate(of.programs, of.package, options);
    if (!result.failure.empty())
      return mlir::emitError(of.loc, result.failure);
    writeFunction(json, of, result, recorder);
    return llvm::success();
  };
  llvm::LogicalResult done = llvm::success();
  json.object([&] {
    json.attribute("format", "scope-simulation");
    json.attribute("version", "1.0");
    json.attribute("generator", "scope " SCOPE_VERSION);
    json.attributeArray("functions",
                        [&] { done = forEachPrograms(module, write); });
  });
  if (succeeded(done))
    os << text << "\n";
  return done;
}
