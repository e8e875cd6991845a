//===- JsonPackage.cpp - Packages and configurations as JSON --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "JsonPackage.h"

#include "scope/IR/Presets.h"

#include "llvm/ADT/STLExtras.h"

using namespace scope;
namespace json = llvm::json;

void scope::writeJsonCoordinates(
    json::OStream &json, llvm::ArrayRef<search::Coordinate> coordinates) {
  json.array([&] {
    for (search::Coordinate at : coordinates)
      json.value(json::Array{at.row, at.col});
  });
}

static void writeRational(json::OStream &json, llvm::StringRef name,
                          const search::Rational &value) {
  json.attributeObject(name, [&] {
    json.attribute("numerator", value.numerator);
    json.attribute("denominator", value.denominator);
  });
}

/// The enabled chiplets of kind `kind`.
static std::vector<search::Coordinate>
chipletsOfKind(const search::Package &package, size_t kind) {
  std::vector<search::Coordinate> chiplets;
  for (int32_t row = 0; row < package.rows; ++row)
    for (int32_t col = 0; col < package.cols; ++col) {
      size_t of =
          package.kindAt.empty() ? 0 : package.kindAt[row * package.cols + col];
      if (of == kind && search::isEnabled(package, {row, col}))
        chiplets.push_back({row, col});
    }
  return chiplets;
}

static void writeKinds(json::OStream &json, const search::Package &package) {
  json.attributeArray("kinds", [&] {
    for (auto [index, kind] : llvm::enumerate(package.kinds))
      json.object([&, index = index, &kind = kind] {
        json.attribute("name", kind.name);
        json.attribute("mac_k_lanes", kind.macK);
        json.attribute("mac_c_lanes", kind.macC);
        json.attribute("vector_lanes", kind.vector);
        json.attribute("sram_bytes", kind.sram);
        json.attributeBegin("chiplets");
        writeJsonCoordinates(json, chipletsOfKind(package, index));
        json.attributeEnd();
      });
  });
}

void scope::writeJsonPackage(json::OStream &json,
                             const search::Package &package) {
  json.object([&] {
    json.attribute("name", package.name);
    json.attribute("rows", package.rows);
    json.attribute("columns", package.cols);
    json.attribute("clock_hz", package.clockHz);
    writeKinds(json, package);
    json.attributeBegin("disabled");
    writeJsonCoordinates(json, package.disabled);
    json.attributeEnd();
    json.attributeObject("nop", [&] {
      writeRational(json, "port_bytes_per_cycle", package.port);
      writeRational(json, "link_bytes_per_cycle", package.link);
      json.attribute("hop_cycles", package.hop);
      json.attribute("multicast", package.multicast);
    });
    json.attributeObject("dram", [&] {
      json.attribute("latency_cycles", package.dramLatency);
      writeRational(json, "bytes_per_cycle", search::dramBandwidth(package));
      json.attributeArray("ports", [&] {
        for (const search::DramPort &port : package.dramPorts)
          json.object([&] {
            json.attribute("at", json::Array{port.at.row, port.at.col});
            writeRational(json, "bytes_per_cycle", port.bandwidth);
          });
      });
    });
    json.attributeObject("energy", [&] {
      const search::EnergyTable &energy = package.energy;
      writeRational(json, "mac_fj", energy.mac);
      writeRational(json, "sram_read_fj_per_byte", energy.sramRead);
      writeRational(json, "sram_write_fj_per_byte", energy.sramWrite);
      writeRational(json, "hop_fj_per_byte", energy.hop);
      writeRational(json, "dram_fj_per_byte", energy.dram);
      writeRational(json, "idle_fj_per_cycle", energy.idle);
    });
    json.attribute("default_batch_samples", package.batch);
  });
}

void scope::writeJsonConfig(json::OStream &json, ConfigAttr config) {
  json.object([&] {
    json.attribute("batch_samples", config.getBatch());
    json.attribute("assume_bits", config.getAssumeBits());
    json.attribute("objective", stringifyObjective(config.getObjective()));
    json.attribute("strategy", stringifyStrategy(config.getStrategy()));
    json.attribute("space", stringifySpace(config.getSpace()));
    json.attribute("search", stringifySearchKind(config.getSearch()));
    json.attribute("work_budget", config.getWorkBudget());
    json.attribute("time_limit_ms", config.getTimeLimitMs());
    json.attribute("partition_space",
                   stringifyPartitionSpace(config.getPartitionSpace()));
    json.attribute("split_batch", config.getSplitBatch());
    json.attribute("max_beat_samples", config.getMaxBeat());
    json.attribute("weights", stringifyWeightChoice(config.getWeights()));
    json.attribute("max_latency_cycles", config.getMaxLatency());
    json.attribute("max_energy_pj", config.getMaxEnergy());
    json.attribute("samples", config.getSamples());
    json.attribute("seed", config.getSeed());
    std::optional<llvm::StringRef> function;
    if (mlir::FlatSymbolRefAttr symbol = config.getFunction())
      function = symbol.getValue();
    writeJsonOptional(json, "function", function);
  });
}

void scope::writeJsonPresets(llvm::raw_ostream &os) {
  json::OStream json(os, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("default", kDefaultPreset);
    json.attributeArray("presets", [&] {
      for (llvm::StringRef name : getPresetNames()) {
        // The family of simba-RxC shows its original.
        std::optional<Preset> preset = lookupPreset(name);
        if (!preset)
          preset = lookupPreset(kDefaultPreset);
        json.object([&] {
          json.attribute("name", name);
          json.attribute("example", preset->name);
          json.attribute("summary", preset->summary);
          json.attributeArray("fields", [&] {
            for (const PresetField &field : preset->fields)
              json.object([&] {
                json.attribute("name", field.name);
                json.attribute("value", field.value);
                json.attribute("published", field.isPublished);
                json.attribute("source", field.source);
              });
          });
        });
      }
    });
  });
  os << "\n";
}
