//===- PresetsTest.cpp - Built-in packages and their page -----------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/Presets.h"

#include "mlir/IR/Verifier.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

#include <cstdlib>

using namespace scope;

/// A preset for every name; the one for all grids is shown as the default.
static std::vector<Preset> allPresets() {
  std::vector<Preset> presets;
  for (llvm::StringRef name : getPresetNames())
    presets.push_back(*lookupPreset(
        name == "simba-RxC" ? llvm::StringRef(kDefaultPreset) : name));
  return presets;
}

static const char *const kHead = R"(# Package presets

The packages that `package=` knows by name. "Published" means that the source in
the last column says so (a word about what of it is chosen stands there too);
"chosen" means that this project chose the value, for the reason given there. A
field means what the description of `scope.package` says. This page is written
by a unit test from the table in `lib/IR/Presets.cpp`; run it with
`SCOPE_UPDATE_DOCS=1` in the environment after a change.

Energies of multiply-accumulates and SRAM are those of SET wherever the makers
of a package give none, so that packages differ in what is known of them and in
nothing else.

`simba-RxC` exists for R and C from 1 to 32. All of them have the chiplet of
`simba-6x6`; the DRAM ports stand on the left and right columns (on the only
column, if there is one) and carry 2 GB/s for every chiplet of the package in
all, and the idle power is 40 mW a chiplet.
)";

static std::string renderPage() {
  std::string page = kHead;
  llvm::raw_string_ostream os(page);
  for (const Preset &preset : allPresets()) {
    os << "\n## " << preset.name << "\n\n"
       << preset.summary << "\n\n"
       << "| field | value | origin | source or reason |\n|---|---|---|---|\n";
    for (const PresetField &field : preset.fields)
      os << "| `" << field.name << "` | `" << field.value << "` | "
         << (field.isPublished ? "published" : "chosen") << " | "
         << field.source << " |\n";
  }
  return page;
}

TEST(PresetsTest, PageSaysWhatTheTableSays) {
  std::string page = renderPage();
  if (std::getenv("SCOPE_UPDATE_DOCS")) {
    std::error_code error;
    llvm::raw_fd_ostream file(SCOPE_PRESETS_PAGE, error);
    ASSERT_FALSE(error) << error.message();
    file << page;
    return;
  }
  auto file = llvm::MemoryBuffer::getFile(SCOPE_PRESETS_PAGE);
  ASSERT_TRUE(bool(file)) << "cannot read " << SCOPE_PRESETS_PAGE;
  EXPECT_EQ((*file)->getBuffer().str(), page);
}

TEST(PresetsTest, EveryFieldHasASource) {
  for (const Preset &preset : allPresets())
    for (const PresetField &field : preset.fields)
      EXPECT_FALSE(field.source.empty()) << preset.name << " " << field.name;
}

TEST(PresetsTest, BuildsWhatTheTableSays) {
  mlir::MLIRContext context;
  context.loadDialect<ScopeDialect>();
  for (const Preset &preset : allPresets()) {
    mlir::OwningOpRef<PackageOp> package = buildPreset(preset, &context);
    ASSERT_TRUE(package) << preset.name;
    EXPECT_EQ(package->getSymName(), preset.getSymbol());
    std::string text;
    llvm::raw_string_ostream stream(text);
    (*package)->print(stream, mlir::OpPrintingFlags().assumeVerified());
    for (const PresetField &field : preset.fields)
      EXPECT_NE(text.find(field.name + " = " + field.value), std::string::npos)
          << field.name << " = " << field.value << " is not in\n"
          << text;
  }
}

TEST(PresetsTest, RefusesOtherNames) {
  for (const char *name :
       {"", "simba", "simba-", "simba-4", "simba-x4", "simba-4x", "simba-0x4",
        "simba-4x33", "simba-04x4", "simba-+4x4", "simba-4x4x4", "simba-4X4",
        "simba- 4x4", "simba-99999999999999999999x4", "simba-RxC", "scar-4x4",
        "Simba-6x6"})
    EXPECT_FALSE(lookupPreset(name)) << name;
}
