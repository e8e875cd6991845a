//===- LayerFunctions.cpp - Every layer as a function ---------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Lowering/LayerFunctions.h"

#include "scope/Analysis/Constants.h"
#include "scope/Analysis/ViewTracer.h"
#include "scope/Lowering/LinalgLowering.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tosa/IR/TosaOps.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"

using namespace mlir;
using namespace scope;

namespace {
/// Copies what one function needs out of the planned one.
class FunctionBuilder {
public:
  /// What to make of a value that the function reads.
  enum class Leaf { Copy, Value, Constant };

  FunctionBuilder(ModuleOp module, StringRef name) {
    OpBuilder builder(module.getBodyRegion());
    builder.setInsertionPointToEnd(module.getBody());
    function = func::FuncOp::create(builder, module.getLoc(), name,
                                    builder.getFunctionType({}, {}));
    function.addEntryBlock();
  }

  /// The copy of `value`. `classify` says which values become arguments.
  Value copy(Value value, function_ref<Leaf(Value, Operation *)> classify,
             Operation *user = nullptr) {
    value = lookThroughRegions(value);
    if (Value known = mapping.lookupOrNull(value))
      return known;
    Leaf leaf = classify(value, user);
    if (leaf != Leaf::Copy) {
      LogicalResult inserted = function.insertArgument(
          function.getNumArguments(), value.getType(), {}, value.getLoc());
      assert(succeeded(inserted) && "functions take any argument");
      (void)inserted;
      leaves.push_back(value);
      Value argument = function.getArguments().back();
      mapping.map(value, argument);
      return argument;
    }
    Operation *op = value.getDefiningOp();
    for (Value read : readValues(op))
      mapping.map(read, copy(read, classify, op));
    OpBuilder builder = OpBuilder::atBlockEnd(&function.getBody().front());
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }

  /// Ends the function.
  func::FuncOp finish(ValueRange results) {
    OpBuilder builder = OpBuilder::atBlockEnd(&function.getBody().front());
    func::ReturnOp::create(builder, function.getLoc(), results);
    function.setType(builder.getFunctionType(function.getArgumentTypes(),
                                             TypeRange(results)));
    return function;
  }

  func::FuncOp function;
  IRMapping mapping;
  /// What the arguments stand for.
  SmallVector<Value> leaves;
};

/// Makes the functions of one planned function.
class Extractor {
public:
  Extractor(FunctionOpInterface planned, const NetworkOfFunction &source)
      : planned(planned), source(source) {
    for (auto [index, value] : llvm::enumerate(source.values))
      if (value.root)
        valueOf[value.root] = static_cast<int32_t>(index);
  }

  LayerFunctions run() {
    LayerFunctions result;
    result.module = ModuleOp::create(planned.getLoc());
    for (auto [index, layer] : llvm::enumerate(source.network.layers)) {
      SmallVector<Value> roots;
      LayerFunction made;
      for (const search::Output &output : layer.outputs) {
        roots.push_back(source.values[output.value].root);
        made.outputs.push_back(output.value);
      }
      FunctionBuilder builder(*result.module, ("layer" + Twine(index)).str());
      extract(builder, roots, /*keepsConstants=*/false, made);
      result.layers.push_back(std::move(made));
    }
    FunctionBuilder outputs(*result.module, "outputs");
    Block &body = planned.getFunctionBody().front();
    extract(outputs, body.getTerminator()->getOperands(),
            /*keepsConstants=*/true, result.outputs);
    FunctionBuilder builder(*result.module, "constants");
    SmallVector<Value> results;
    for (Value constant : constantOrder)
      results.push_back(builder.copy(constant, [](Value, Operation *) {
        return FunctionBuilder::Leaf::Copy;
      }));
    result.constants = builder.finish(results);
    return result;
  }

private:
  /// Whether the number in `value` has to stand in the program where `user`
  /// reads it.
  bool isPartOfProgram(Value value, Operation *user) {
    if (!isa<RankedTensorType>(value.getType()) ||
        constants.varyingDims(value).none())
      return true;
    return isa_and_nonnull<tosa::RescaleOp>(user) &&
           value != user->getOperand(0);
  }

  void extract(FunctionBuilder &builder, ValueRange roots, bool keepsConstants,
               LayerFunction &made) {
    auto isOwn = [&](Value value) {
      return !keepsConstants && llvm::is_contained(roots, value);
    };
    auto classify = [&](Value value, Operation *user) {
      if (valueOf.contains(value) && !isOwn(value))
        return FunctionBuilder::Leaf::Value;
      if (!keepsConstants && constants.isConstant(value) &&
          !isPartOfProgram(value, user))
        return FunctionBuilder::Leaf::Constant;
      return FunctionBuilder::Leaf::Copy;
    };
    SmallVector<Value> results;
    for (Value root : roots)
      results.push_back(builder.copy(root, classify));
    made.function = builder.finish(results);
    for (Value leaf : builder.leaves) {
      auto known = valueOf.find(leaf);
      if (known != valueOf.end()) {
        made.inputs.push_back({/*isConstant=*/false, known->second});
        continue;
      }
      auto [entry, isNew] = constantOf.try_emplace(
          leaf, static_cast<int32_t>(constantOrder.size()));
      if (isNew)
        constantOrder.push_back(leaf);
      made.inputs.push_back({/*isConstant=*/true, entry->second});
    }
  }

  FunctionOpInterface planned;
  const NetworkOfFunction &source;
  Constants constants;
  DenseMap<Value, int32_t> valueOf;
  DenseMap<Value, int32_t> constantOf;
  SmallVector<Value> constantOrder;
};
} // namespace

//===----------------------------------------------------------------------===//
// Work on constants alone
//===----------------------------------------------------------------------===//

namespace {
/// Moves operations that read nothing but constants out of the layers.
class ConstantHoister {
public:
  ConstantHoister(LayerFunctions &functions)
      : functions(functions),
        end(functions.constants.getBody().front().getTerminator()),
        results(end->getOperands()) {}

  void run() {
    for (LayerFunction &layer : functions.layers)
      hoist(layer);
    end->setOperands(results);
    OpBuilder builder(end);
    functions.constants.setType(
        builder.getFunctionType({}, TypeRange(ValueRange(results))));
  }

private:
  static int64_t size(Value value) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    return type ? type.getNumElements() : 0;
  }

  /// Whether `op` makes nothing larger than it reads.
  bool isHoistable(Operation *op, const LayerFunction &layer) {
    if (op->getNumResults() != 1 || !isPure(op) ||
        !isa<RankedTensorType>(op->getResult(0).getType()))
      return false;
    int64_t read = 0;
    for (Value value : readValues(op)) {
      auto argument = dyn_cast<BlockArgument>(value);
      if (argument && layer.inputs[argument.getArgNumber()].isConstant) {
        read += size(value);
        continue;
      }
      Operation *from = value.getDefiningOp();
      if (!from || !from->hasTrait<OpTrait::ConstantLike>()) {
        // What it writes into holds no data.
        if (!from || !isa<tensor::EmptyOp>(from))
          return false;
      }
    }
    return read > 0 && size(op->getResult(0)) <= read;
  }

  void hoist(LayerFunction &layer) {
    OpBuilder builder(end);
    Block &body = layer.function.getBody().front();
    for (Operation &op :
         llvm::make_early_inc_range(body.without_terminator())) {
      if (!isHoistable(&op, layer))
        continue;
      IRMapping mapping;
      for (Value value : readValues(&op)) {
        if (auto argument = dyn_cast<BlockArgument>(value))
          mapping.map(value,
                      results[layer.inputs[argument.getArgNumber()].index]);
        else
          mapping.map(value,
                      builder.clone(*value.getDefiningOp())
                          ->getResult(cast<OpResult>(value).getResultNumber()));
      }
      Operation *moved = builder.clone(op, mapping);
      layer.inputs.push_back(
          {/*isConstant=*/true, static_cast<int32_t>(results.size())});
      results.push_back(moved->getResult(0));
      LogicalResult inserted = layer.function.insertArgument(
          layer.function.getNumArguments(), op.getResult(0).getType(), {},
          op.getLoc());
      assert(succeeded(inserted) && "functions take any argument");
      (void)inserted;
      op.getResult(0).replaceAllUsesWith(layer.function.getArguments().back());
      op.erase();
    }
    for (unsigned index = layer.function.getNumArguments(); index-- > 0;)
      if (layer.function.getArgument(index).use_empty()) {
        LogicalResult erased = layer.function.eraseArgument(index);
        assert(succeeded(erased) && "nothing reads the argument");
        (void)erased;
        layer.inputs.erase(layer.inputs.begin() + index);
      }
  }

  LayerFunctions &functions;
  Operation *end;
  SmallVector<Value> results;
};
} // namespace

/// Writes the widths of padding as attributes, where they are constant: TOSA's
/// padding comes into linalg with operands.
static void makePadsStatic(ModuleOp module) {
  module.walk([](tensor::PadOp pad) {
    std::optional<SmallVector<int64_t>> low =
        getConstantIntValues(pad.getMixedLowPad());
    std::optional<SmallVector<int64_t>> high =
        getConstantIntValues(pad.getMixedHighPad());
    if (!low || !high || (pad.getLow().empty() && pad.getHigh().empty()))
      return;
    pad.setStaticLow(*low);
    pad.setStaticHigh(*high);
    pad.getLowMutable().clear();
    pad.getHighMutable().clear();
  });
}

/// Takes away constants that no layer reads.
static void dropUnusedConstants(LayerFunctions &functions) {
  Operation *end = functions.constants.getBody().front().getTerminator();
  std::vector<bool> isUsed(end->getNumOperands(), false);
  for (const LayerFunction &layer : functions.layers)
    for (const LayerFunction::Input &input : layer.inputs)
      if (input.isConstant)
        isUsed[input.index] = true;
  SmallVector<int32_t> number(isUsed.size(), -1);
  SmallVector<Value> kept;
  for (auto [index, value] : llvm::enumerate(end->getOperands()))
    if (isUsed[index]) {
      number[index] = static_cast<int32_t>(kept.size());
      kept.push_back(value);
    }
  for (LayerFunction &layer : functions.layers)
    for (LayerFunction::Input &input : layer.inputs)
      if (input.isConstant)
        input.index = number[input.index];
  end->setOperands(kept);
  functions.constants.setType(
      FunctionType::get(end->getContext(), {}, TypeRange(ValueRange(kept))));
  for (Operation &op : llvm::make_early_inc_range(
           llvm::reverse(functions.constants.getBody().front())))
    if (isOpTriviallyDead(&op))
      op.erase();
}

FailureOr<LayerFunctions>
scope::makeLayerFunctions(FunctionOpInterface function,
                          const NetworkOfFunction &source) {
  LayerFunctions result = Extractor(function, source).run();
  PassManager manager(function->getContext());
  // Verified once, at the end.
  manager.enableVerifier(false);
  addLinalgLowering(manager);
  // What upstream's passes say of the first operation is said once, with why it
  // matters.
  std::optional<Location> where;
  std::string what;
  LogicalResult lowered = success();
  {
    ScopedDiagnosticHandler handler(
        function->getContext(), [&](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
            return failure();
          if (!where) {
            where = diagnostic.getLocation();
            what = ": " + diagnostic.str();
          }
          return success();
        });
    lowered = manager.run(*result.module);
    if (succeeded(lowered))
      lowered = verify(*result.module);
  }
  if (failed(lowered))
    return emitError(where.value_or(function.getLoc()),
                     "cannot be brought into linalg, which chiplet programs "
                     "compute in")
           << what;
  makePadsStatic(*result.module);
  ConstantHoister(result).run();
  dropUnusedConstants(result);
  return result;
}
