//===- Presets.cpp - Packages known by name -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/Presets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace scope;
using llvm::formatv;

//===----------------------------------------------------------------------===//
// The table
//===----------------------------------------------------------------------===//

static PresetField published(StringRef name, std::string value,
                             StringRef source) {
  return {name.str(), std::move(value), true, source.str()};
}

static PresetField chosen(StringRef name, std::string value, StringRef reason) {
  return {name.str(), std::move(value), false, reason.str()};
}

static constexpr StringLiteral kSimba =
    "Simba, MICRO 2019 (secondary, several sources agree)";
static constexpr StringLiteral kScar = "SCAR, MICRO 2024, table II";
static constexpr StringLiteral kSet = "SET, ISCA 2023, its code";
static constexpr StringLiteral kGemini = "Gemini, HPCA 2024, its code";
static constexpr StringLiteral kWormhole = "Tenstorrent's documentation";

static constexpr StringLiteral kUsualClock = "the presets' usual clock";
static constexpr StringLiteral kUsualVector = "the presets' usual vector unit";
static constexpr StringLiteral kLinkAsPort =
    "no source gives both; as the port";
static constexpr StringLiteral kPortAsLink =
    "no source gives both; as the link";
static constexpr StringLiteral kUsualMulticast =
    "a router copies a flit to several outputs";
static constexpr StringLiteral kUsualHop = "Simba's";
static constexpr StringLiteral kUsualLatency =
    "the order of a DRAM's access time";
static constexpr StringLiteral kUsualBatch = "the presets' usual batch";
static constexpr StringLiteral kSetEnergy = "the figure of SET's code";
static constexpr StringLiteral kUsualIdle =
    "40 mW a chiplet, of the order of a small die's leakage";

/// Ports on the left and right columns of a grid; one column counts once.
static std::string edgePorts(int64_t rows, int64_t cols, StringRef each) {
  auto column = [&](int64_t col) {
    std::string last =
        rows == 1 ? std::string() : formatv("-[{0},{1}]", rows - 1, col).str();
    return formatv("[0,{0}]{1}", col, last).str();
  };
  if (cols == 1)
    return formatv("[<{0} each {1}>]", column(0), each);
  return formatv("[<{0}, {1} each {2}>]", column(0), column(cols - 1), each);
}

/// Idle power of `chiplets` chiplets at 40 mW each.
static std::string idlePower(int64_t chiplets) {
  return formatv("{0} mW", 40 * chiplets);
}

static Preset makeSimba(int64_t rows, int64_t cols) {
  Preset preset;
  preset.name = formatv("simba-{0}x{1}", rows, cols);
  preset.summary = "Simba's chiplets (16 nm), 36 of them in the original.";
  auto grid = rows == 6 && cols == 6 ? published : chosen;
  StringRef why = rows == 6 && cols == 6
                      ? StringRef(kSimba)
                      : StringRef("the same chiplets on another grid");
  // 2 bytes a cycle for each chiplet, over 2 * rows ports (or rows of them).
  int64_t perPort = cols == 1 ? 2 : cols;
  StringRef lanes = "Simba: 16 elements of 8 units of 8 lanes are 1,024 "
                    "multiply-accumulates a cycle; square (chosen)";
  preset.fields = {
      grid("rows", formatv("{0}", rows), why),
      grid("cols", formatv("{0}", cols), why),
      chosen("clock", "1 GHz", "inside the published 0.48 to 1.8 GHz"),
      published("mac_k", "32", lanes),
      published("mac_c", "32", lanes),
      chosen("vector", "64", kUsualVector),
      published("sram", "752 KiB",
                "Simba: 16 elements of 32 + 8 + 3 KiB, and 64 KiB for all"),
      published("port", "100 GB/s", kSimba),
      chosen("link", "100 GB/s", kLinkAsPort),
      published("hop", "20 ns", kSimba),
      chosen("multicast", "true", kUsualMulticast),
      chosen("dram", edgePorts(rows, cols, formatv("{0} GB/s", perPort).str()),
             "2 bytes a cycle for each chiplet, spread over the edge columns"),
      chosen("dram_latency", "100 ns", kUsualLatency),
      chosen("batch", "64", kUsualBatch),
      chosen("mac_energy", "0.018 pJ/mac", kSetEnergy),
      chosen("sram_read_energy", "0.132 pJ/bit", kSetEnergy),
      chosen("sram_write_energy", "0.234 pJ/bit", kSetEnergy),
      chosen("hop_energy", "1.285 pJ/bit",
             "the middle of the published 0.82 to 1.75 pJ/bit"),
      chosen("dram_energy", "7.5 pJ/bit", kSetEnergy),
      chosen("idle", idlePower(rows * cols), kUsualIdle),
  };
  return preset;
}

static Preset makeScar(int64_t side) {
  Preset preset;
  preset.name = formatv("scar-{0}x{0}", side);
  preset.summary = "The chiplets of SCAR (28 nm, 500 MHz).";
  StringRef lanes = "SCAR: 4,096 elements a chiplet; square (chosen)";
  preset.fields = {
      published("rows", formatv("{0}", side), kScar),
      published("cols", formatv("{0}", side), kScar),
      published("clock", "500 MHz", kScar),
      published("mac_k", "64", lanes),
      published("mac_c", "64", lanes),
      chosen("vector", "64", kUsualVector),
      published("sram", "10 MB", "SCAR: 10 MB of L2"),
      published("port", "100 GB/s", kScar),
      chosen("link", "100 GB/s", kLinkAsPort),
      published("hop", "35 ns", kScar),
      chosen("multicast", "true", kUsualMulticast),
      published(
          "dram",
          formatv("[<[0,0], [0,{0}], [{0},0], [{0},{0}] each 16 GB/s>]",
                  side - 1),
          "SCAR: 64 GB/s in all; at the corners (chosen), so that it divides"),
      published("dram_latency", "200 ns", kScar),
      chosen("batch", "64", kUsualBatch),
      chosen("mac_energy", "0.018 pJ/mac", kSetEnergy),
      chosen("sram_read_energy", "0.132 pJ/bit", kSetEnergy),
      chosen("sram_write_energy", "0.234 pJ/bit", kSetEnergy),
      published("hop_energy", "2.04 pJ/bit", kScar),
      published("dram_energy", "14.8 pJ/bit", kScar),
      chosen("idle", idlePower(side * side), kUsualIdle),
  };
  return preset;
}

static Preset makeSet() {
  Preset preset;
  preset.name = "set-8x8";
  preset.summary = "The accelerator of SET.";
  StringRef lanes = "SET: 1,024 multiply-accumulates a cycle; square (chosen)";
  preset.fields = {
      published("rows", "8", kSet),
      published("cols", "8", kSet),
      chosen("clock", "1 GHz", kUsualClock),
      published("mac_k", "32", lanes),
      published("mac_c", "32", lanes),
      chosen("vector", "64", kUsualVector),
      published("sram", "1 MiB", "SET: 1 MB"),
      chosen("port", "24 GB/s", kPortAsLink),
      published("link", "24 GB/s", kSet),
      chosen("hop", "20 ns", kUsualHop),
      chosen("multicast", "true", kUsualMulticast),
      published("dram", edgePorts(8, 8, "4.096 GB/s"),
                "SET: 0.5 GB/s for each of 131.072 TOPS; on the edge columns "
                "(chosen)"),
      chosen("dram_latency", "100 ns", kUsualLatency),
      chosen("batch", "64", kUsualBatch),
      published("mac_energy", "0.018 pJ/mac", kSet),
      published("sram_read_energy", "0.132 pJ/bit", kSet),
      published("sram_write_energy", "0.234 pJ/bit", kSet),
      published("hop_energy", "0.7 pJ/bit", kSet),
      published("dram_energy", "7.5 pJ/bit", kSet),
      chosen("idle", idlePower(64), kUsualIdle),
  };
  return preset;
}

static Preset makeGemini() {
  Preset preset;
  preset.name = "gemini-6x6";
  preset.summary = "The accelerator of Gemini (12 nm), one core a chiplet.";
  StringRef lanes =
      "Gemini: 1,024 multiply-accumulates a cycle; square (chosen)";
  preset.fields = {
      published("rows", "6", kGemini),
      published("cols", "6", kGemini),
      published("clock", "1 GHz", kGemini),
      published("mac_k", "32", lanes),
      published("mac_c", "32", lanes),
      chosen("vector", "64", kUsualVector),
      published("sram", "1 MiB", "Gemini: 1 MB"),
      published("port", "16 GB/s", kGemini),
      chosen("link", "16 GB/s", kLinkAsPort),
      chosen("hop", "20 ns", kUsualHop),
      chosen("multicast", "true", kUsualMulticast),
      published("dram", edgePorts(6, 6, "12 GB/s"),
                "Gemini: 144 GB/s in all; on the edge columns (chosen)"),
      chosen("dram_latency", "100 ns", kUsualLatency),
      chosen("batch", "64", kUsualBatch),
      chosen("mac_energy", "0.018 pJ/mac", kSetEnergy),
      chosen("sram_read_energy", "0.132 pJ/bit", kSetEnergy),
      chosen("sram_write_energy", "0.234 pJ/bit", kSetEnergy),
      chosen("hop_energy", "1.75 pJ/bit",
             "0.4 on the chip, and the middle of 0.3 to 2.4 between dies (both "
             "published)"),
      published("dram_energy", "10.5 pJ/bit", "GDDR6X; Gemini, HPCA 2024"),
      chosen("idle", idlePower(36), kUsualIdle),
  };
  return preset;
}

static Preset makeWormhole() {
  Preset preset;
  preset.name = "wormhole-8x8";
  preset.summary = "The compute tiles of a Wormhole chip, taken as chiplets.";
  StringRef lanes = "published are 262 FP8 TFLOPS on 72 tiles, 1,820 "
                    "multiply-accumulates a tile and cycle; 64 x 32 is near";
  preset.fields = {
      chosen("rows", "8", "64 of the published 72 tiles, for a square grid"),
      chosen("cols", "8", "64 of the published 72 tiles, for a square grid"),
      published("clock", "1 GHz", kWormhole),
      chosen("mac_k", "64", lanes),
      chosen("mac_c", "32", lanes),
      chosen("vector", "64", kUsualVector),
      published("sram", "1499136 B", "Tenstorrent: the usable part of 1.5 MB"),
      chosen("port", "32 GB/s", "32 bytes a cycle"),
      chosen("link", "32 GB/s", kLinkAsPort),
      chosen("hop", "9 cycles", "a router on one chip, no package in between"),
      chosen("multicast", "true", kUsualMulticast),
      published("dram", "[<[1,0]-[6,0], [1,7]-[6,7] each 24 GB/s>]",
                "Tenstorrent: 288 GB/s on 12 channels; on the edge columns "
                "(chosen)"),
      chosen("dram_latency", "100 ns", kUsualLatency),
      chosen("batch", "64", kUsualBatch),
      chosen("mac_energy", "0.018 pJ/mac", kSetEnergy),
      chosen("sram_read_energy", "0.132 pJ/bit", kSetEnergy),
      chosen("sram_write_energy", "0.234 pJ/bit", kSetEnergy),
      chosen("hop_energy", "0.7 pJ/bit", kSetEnergy),
      chosen("dram_energy", "7.5 pJ/bit", kSetEnergy),
      chosen("idle", idlePower(64), kUsualIdle),
  };
  return preset;
}

static Preset makeHetero() {
  Preset preset = makeSimba(6, 6);
  preset.name = "hetero-6x6";
  preset.summary = "Two kinds of chiplets on Simba's network: wide MAC arrays, "
                   "and vector-heavy ones in the last two rows.";
  StringRef reason = "a package of two kinds";
  auto replace = [&](StringRef name, std::string value) {
    auto field = llvm::find_if(preset.fields, [&](const PresetField &other) {
      return other.name == name;
    });
    *field = chosen(name, std::move(value), reason);
  };
  replace("rows", "6");
  replace("cols", "6");
  replace("mac_k", "64");
  replace("mac_c", "32");
  replace("vector", "32");
  preset.fields.push_back(chosen("kinds",
                                 "[<\"vector\", mac_k = 16, mac_c = 16, "
                                 "vector = 256, sram = <752 KiB>, "
                                 "at = <[4,0]-[5,5]>>]",
                                 reason));
  return preset;
}

static Preset makeTiny() {
  Preset preset;
  preset.name = "tiny-2x2";
  preset.summary = "Small and round numbers, for tests and for examples that "
                   "are computed by hand.";
  StringRef reason = "easy to compute with";
  const std::pair<StringRef, StringRef> values[] = {
      {"rows", "2"},
      {"cols", "2"},
      {"clock", "1 GHz"},
      {"mac_k", "4"},
      {"mac_c", "4"},
      {"vector", "4"},
      {"sram", "4 KiB"},
      {"port", "8 B/cycle"},
      {"link", "8 B/cycle"},
      {"hop", "2 cycles"},
      {"multicast", "false"},
      {"dram", "[<[0,0]-[1,1] each 2 B/cycle>]"},
      {"dram_latency", "10 cycles"},
      {"batch", "4"},
      {"mac_energy", "1 pJ/mac"},
      {"sram_read_energy", "1 pJ/byte"},
      {"sram_write_energy", "2 pJ/byte"},
      {"hop_energy", "4 pJ/byte"},
      {"dram_energy", "64 pJ/byte"},
      {"idle", "0 W"}};
  for (auto [name, value] : values)
    preset.fields.push_back(chosen(name, value.str(), reason));
  return preset;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static constexpr StringLiteral kNames[] = {
    "simba-RxC",  "scar-3x3",     "scar-6x6",   "set-8x8",
    "gemini-6x6", "wormhole-8x8", "hetero-6x6", "tiny-2x2"};

ArrayRef<StringLiteral> scope::getPresetNames() { return kNames; }

/// Reads a side of a grid: 1 to kMaxGrid, without leading zeros.
static std::optional<int64_t> parseSide(StringRef text) {
  int64_t side = 0;
  if (text.starts_with("0") || text.getAsInteger(10, side) || side < 1 ||
      side > kMaxGrid)
    return std::nullopt;
  return side;
}

std::optional<Preset> scope::lookupPreset(StringRef name) {
  if (StringRef grid = name; grid.consume_front("simba-")) {
    auto [rowText, colText] = grid.split('x');
    std::optional<int64_t> rows = parseSide(rowText), cols = parseSide(colText);
    if (!rows || !cols)
      return std::nullopt;
    return makeSimba(*rows, *cols);
  }
  if (name == "scar-3x3")
    return makeScar(3);
  if (name == "scar-6x6")
    return makeScar(6);
  if (name == "set-8x8")
    return makeSet();
  if (name == "gemini-6x6")
    return makeGemini();
  if (name == "wormhole-8x8")
    return makeWormhole();
  if (name == "hetero-6x6")
    return makeHetero();
  if (name == "tiny-2x2")
    return makeTiny();
  return std::nullopt;
}

std::string Preset::getSymbol() const {
  std::string symbol = name;
  llvm::replace(symbol, '-', '_');
  return symbol;
}

OwningOpRef<PackageOp> scope::buildPreset(const Preset &preset,
                                          MLIRContext *context) {
  std::string text = "scope.package @" + preset.getSymbol() + " <{";
  StringRef separator = "";
  for (const PresetField &field : preset.fields) {
    text += (separator + field.name + " = " + field.value).str();
    separator = ", ";
  }
  text += "}>";
  auto module = parseSourceString<ModuleOp>(text, context);
  auto package = *module->getOps<PackageOp>().begin();
  package->remove();
  return package;
}
