//===- PackageReaderTest.cpp - Units become exact numbers -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PackageReader.h"
#include "scope/IR/Presets.h"

#include "mlir/Parser/Parser.h"

#include "gtest/gtest.h"

using namespace scope;
using search::Rational;

namespace {
class PackageReaderTest : public testing::Test {
protected:
  PackageReaderTest() { context.loadDialect<ScopeDialect>(); }

  /// The package with the usual fields, and `fields` instead of or besides
  /// them.
  search::Package read(llvm::StringRef rows, llvm::StringRef clock,
                       llvm::StringRef fields) {
    std::string text =
        ("scope.package @p <{mac_k = 16, mac_c = 8, vector = 4, "
         "rows = " +
         rows + ", cols = 3, clock = " + clock + ", " + fields + "}>")
            .str();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      return {};
    llvm::FailureOr<PackageOp> op = findPackage(*module);
    if (failed(op))
      return {};
    llvm::FailureOr<search::Package> package = readPackage(*op);
    return failed(package) ? search::Package() : *package;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
} // namespace

TEST_F(PackageReaderTest, EveryField) {
  search::Package package =
      read("4", "1.8 GHz",
           "sram = 1.5 MiB, port = 24 GB/s, link = 12 B/cycle, hop = 20 ns, "
           "multicast = true, dram = [<[3,0] each 3 GB/s>, <[0,2] each 1 "
           "Gbit/s>], dram_latency = 0.1 us, batch = 16, mac_energy = 18 "
           "fJ/mac, sram_read_energy = 0.132 pJ/bit, sram_write_energy = 1.5 "
           "pJ/byte, hop_energy = 2 fJ/bit, dram_energy = 0.06 nJ/byte, idle = "
           "1.5 W, disabled = <[1,1]>, kinds = [<\"wide\", mac_k = 64, mac_c = "
           "2, vector = 1, sram = <2 KB>, at = <[3,1]-[3,2]>>]");
  EXPECT_EQ(package.name, "p");
  EXPECT_EQ(package.rows, 4);
  EXPECT_EQ(package.cols, 3);
  EXPECT_EQ(package.clockHz, 1800000000);
  ASSERT_EQ(package.kinds.size(), 2u);
  EXPECT_EQ(package.kinds[0].name, "default");
  EXPECT_EQ(package.kinds[0].macK, 16);
  EXPECT_EQ(package.kinds[0].macC, 8);
  EXPECT_EQ(package.kinds[0].vector, 4);
  EXPECT_EQ(package.kinds[0].sram, 3 * 512 * 1024);
  EXPECT_EQ(package.kinds[1].name, "wide");
  EXPECT_EQ(package.kinds[1].macK, 64);
  EXPECT_EQ(package.kinds[1].macC, 2);
  EXPECT_EQ(package.kinds[1].vector, 1);
  EXPECT_EQ(package.kinds[1].sram, 2000);
  std::vector<uint8_t> kindAt(12, 0);
  kindAt[10] = kindAt[11] = 1;
  EXPECT_EQ(package.kindAt, kindAt);
  ASSERT_EQ(package.disabled.size(), 1u);
  EXPECT_EQ(package.disabled[0], (search::Coordinate{1, 1}));
  EXPECT_EQ(package.port, Rational(40, 3));
  EXPECT_EQ(package.link, Rational(12));
  EXPECT_EQ(package.hop, 36);
  EXPECT_TRUE(package.multicast);
  // Ports are in the order of their places.
  ASSERT_EQ(package.dramPorts.size(), 2u);
  EXPECT_EQ(package.dramPorts[0].at, (search::Coordinate{0, 2}));
  EXPECT_EQ(package.dramPorts[0].bandwidth, Rational(5, 72));
  EXPECT_EQ(package.dramPorts[1].at, (search::Coordinate{3, 0}));
  EXPECT_EQ(package.dramPorts[1].bandwidth, Rational(5, 3));
  EXPECT_EQ(package.dramLatency, 180);
  EXPECT_EQ(package.batch, 16);
  EXPECT_EQ(package.energy.mac, Rational(18));
  EXPECT_EQ(package.energy.sramRead, Rational(1056));
  EXPECT_EQ(package.energy.sramWrite, Rational(1500));
  EXPECT_EQ(package.energy.hop, Rational(16));
  EXPECT_EQ(package.energy.dram, Rational(60000));
  EXPECT_EQ(package.energy.idle, Rational(2500000, 3));
}

TEST_F(PackageReaderTest, Defaults) {
  search::Package package = read("1", "1 GHz",
                                 "sram = 1 KiB, port = 2 B/cycle, hop = 0 ns, "
                                 "dram = [<[0,0] each 1 GB/s>]");
  EXPECT_EQ(package.link, Rational(2));
  EXPECT_FALSE(package.multicast);
  EXPECT_EQ(package.dramLatency, 0);
  EXPECT_EQ(package.batch, 64);
  EXPECT_TRUE(package.kindAt.empty());
  EXPECT_TRUE(package.disabled.empty());
  for (const Rational &energy :
       {package.energy.mac, package.energy.sramRead, package.energy.sramWrite,
        package.energy.hop, package.energy.dram, package.energy.idle})
    EXPECT_TRUE(energy.isZero());
}

TEST_F(PackageReaderTest, TimesRoundUp) {
  auto hopOf = [&](llvm::StringRef clock, llvm::StringRef hop) {
    return read("1", clock,
                ("sram = 1 KiB, port = 2 B/cycle, dram = [<[0,0] each 1 "
                 "B/cycle>], hop = " +
                 hop)
                    .str())
        .hop;
  };
  EXPECT_EQ(hopOf("500 MHz", "35 ns"), 18);
  EXPECT_EQ(hopOf("1 GHz", "20 ns"), 20);
  EXPECT_EQ(hopOf("1 GHz", "20.001 ns"), 21);
  EXPECT_EQ(hopOf("1 GHz", "1 ps"), 1);
  EXPECT_EQ(hopOf("3 Hz", "1 s"), 3);
  EXPECT_EQ(hopOf("1.5 GHz", "2 cycles"), 2);
  EXPECT_EQ(hopOf("1.5 GHz", "2.5 cycles"), 3);
  EXPECT_EQ(hopOf("1.5 GHz", "0.000000000000001 ms"), 1);
}

TEST_F(PackageReaderTest, EveryPresetWorks) {
  std::vector<std::string> names = {"scar-3x3",    "scar-6x6",   "set-8x8",
                                    "gemini-6x6",  "hetero-6x6", "tiny-2x2",
                                    "wormhole-8x8"};
  for (int rows = 1; rows <= 32; ++rows)
    for (int cols = 1; cols <= 32; ++cols)
      names.push_back("simba-" + std::to_string(rows) + "x" +
                      std::to_string(cols));
  for (const std::string &name : names) {
    auto op = buildPreset(*lookupPreset(name), &context);
    llvm::FailureOr<search::Package> package = readPackage(*op);
    ASSERT_TRUE(succeeded(package)) << name;
    if (llvm::StringRef(name).starts_with("simba"))
      EXPECT_EQ(search::dramBandwidth(*package),
                Rational(2 * package->rows * package->cols))
          << name;
  }
}

TEST_F(PackageReaderTest, NoConfigurationIsTheDefault) {
  module = mlir::parseSourceString<mlir::ModuleOp>("module {}", &context);
  EXPECT_EQ(getConfig(*module), ConfigAttr::getDefault(&context));
  module = mlir::parseSourceString<mlir::ModuleOp>(
      "module attributes {scope.config = #scope.config<batch = 3>} {}",
      &context);
  EXPECT_EQ(getConfig(*module).getBatch(), 3);
}
