//===- AttachPackage.cpp - Package and configuration ----------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Analysis/PackageReader.h"
#include "scope/IR/PackageFile.h"
#include "scope/IR/Presets.h"
#include "scope/Transforms/Passes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

namespace scope {
#define GEN_PASS_DEF_ATTACHPACKAGE
#include "scope/Transforms/Passes.h.inc"
} // namespace scope

using namespace mlir;
using namespace scope;

/// Returns the package that is called `name`, or null after an error.
static OwningOpRef<PackageOp> makePreset(StringRef name, ModuleOp module) {
  std::optional<Preset> preset = lookupPreset(name);
  if (!preset) {
    InFlightDiagnostic error = emitError(module.getLoc());
    error << "no package is called '" << name << "'; known are ";
    llvm::interleaveComma(getPresetNames(), error);
    error << " (R and C from 1 to " << kMaxGrid
          << "); package-file= takes one of your own";
    return {};
  }
  OwningOpRef<PackageOp> package = buildPreset(*preset, module.getContext());
  (*package)->setLoc(module.getLoc());
  return package;
}

/// Puts `package` in front of everything else in `module`, instead of the
/// packages there.
static LogicalResult insertPackage(OwningOpRef<PackageOp> package,
                                   ModuleOp module) {
  for (PackageOp earlier :
       llvm::make_early_inc_range(module.getOps<PackageOp>()))
    earlier.erase();
  if (Operation *other =
          SymbolTable::lookupSymbolIn(module, package->getSymName())) {
    InFlightDiagnostic error = other->emitError()
                               << "has the name '@" << package->getSymName()
                               << "', which the package needs; rename it";
    return error;
  }
  module.getBody()->push_front(package.release());
  return success();
}

/// Checks that `module` has a function `name`.
static LogicalResult checkFunction(ModuleOp module, StringRef name) {
  if (isa_and_nonnull<FunctionOpInterface>(
          SymbolTable::lookupSymbolIn(module, name)))
    return success();
  InFlightDiagnostic error = emitError(module.getLoc());
  error << "no function is called '@" << name << "'; the module has ";
  auto functions = module.getOps<FunctionOpInterface>();
  if (functions.empty())
    error << "none";
  llvm::interleaveComma(functions, error, [&](FunctionOpInterface function) {
    error << "'@" << function.getName() << "'";
  });
  return error;
}

namespace {
struct AttachPackage : scope::impl::AttachPackageBase<AttachPackage> {
  using AttachPackageBase::AttachPackageBase;

  void runOnOperation() override {
    if (failed(attachPackage()) || failed(attachConfig()))
      signalPassFailure();
  }

private:
  LogicalResult attachPackage() {
    ModuleOp module = getOperation();
    if (!package.empty() && !packageFile.empty())
      return emitError(module.getLoc(),
                       "package= and package-file= are both given; "
                       "leave one of them away");
    if (!package.empty() || !packageFile.empty() ||
        module.getOps<PackageOp>().empty()) {
      OwningOpRef<PackageOp> op =
          packageFile.empty()
              ? makePreset(package.empty() ? StringRef(kDefaultPreset)
                                           : StringRef(package),
                           module)
              : loadPackageFile(packageFile, module.getLoc());
      if (!op || failed(insertPackage(std::move(op), module)))
        return failure();
    }
    FailureOr<PackageOp> attached = findPackage(module);
    return failure(failed(attached) || failed(disableChiplets(*attached)) ||
                   failed(readPackage(*attached)));
  }

  /// Disables the last enabled chiplets of the snake order where there are
  /// more than the plan may use.
  LogicalResult disableChiplets(PackageOp packageOp) {
    if (maxChiplets < 0)
      return emitError(packageOp.getLoc())
             << "'max-chiplets' must not be negative, got "
             << int64_t(maxChiplets);
    if (maxChiplets == 0)
      return success();
    FailureOr<search::Package> read = readPackage(packageOp);
    if (failed(read))
      return failure();
    std::vector<search::Coordinate> enabled = search::snakeOrder(*read);
    if (enabled.size() <= size_t(maxChiplets))
      return success();
    SmallVector<ChipletCoord> disabled;
    for (search::Coordinate at : read->disabled)
      disabled.push_back({at.row, at.col});
    for (search::Coordinate at :
         ArrayRef<search::Coordinate>(enabled).drop_front(maxChiplets))
      disabled.push_back({at.row, at.col});
    packageOp.setDisabledAttr(RegionAttr::get(&getContext(), disabled));
    return packageOp.verifyInvariants();
  }

  LogicalResult attachConfig() {
    ModuleOp module = getOperation();
    constexpr double maxSeconds = 1e9;
    if (!(timeLimit >= 0 && timeLimit <= maxSeconds))
      return emitError(module.getLoc())
             << "'time-limit' must be 0 to " << maxSeconds << " seconds, got "
             << double(timeLimit);
    FlatSymbolRefAttr name;
    if (!function.empty()) {
      if (failed(checkFunction(module, function)))
        return failure();
      name = FlatSymbolRefAttr::get(&getContext(), function);
    }
    auto config = ConfigAttr::getChecked(
        [&] { return emitError(module.getLoc(), "wrong option: "); },
        &getContext(), int64_t(batch), int64_t(assumeBits),
        objective.getValue(), strategy.getValue(), space.getValue(),
        search.getValue(), int64_t(workBudget),
        static_cast<int64_t>(std::ceil(timeLimit * 1000)),
        partitionSpace.getValue(), bool(splitBatch), int64_t(maxBeat),
        weights.getValue(), int64_t(maxLatency), int64_t(maxEnergy),
        int64_t(samples), int64_t(seed), name);
    if (!config)
      return failure();
    module->setAttr(kConfigAttrName, config);
    return success();
  }
};
} // namespace
