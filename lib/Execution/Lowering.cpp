//===- Lowering.cpp - From tensors to machine code's dialect --------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/Lowering.h"

#include "DestinationPassing.h"
#include "OutlineLoops.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Pipelines/Passes.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotModuleBufferize.h"
#include "mlir/Dialect/Bufferization/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/Passes.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/Utils/Utils.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/Transforms/Passes.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace scope;

void scope::registerExecutionDialects(DialectRegistry &registry) {
  registerBuiltinDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
}

/// The loop of `op` that runs over the last dimension of its results that has
/// more than one element, if everything that `op` reads lies along that loop in
/// consecutive (or evenly spaced) elements, or does not depend on it.
static std::optional<unsigned> findContiguousLoop(linalg::LinalgOp op) {
  SmallVector<int64_t> loops = op.getStaticLoopRanges();
  // Whether `loop` occurs in `map` only in the last dimension that has more
  // than one element.
  auto isInnermost = [&](AffineMap map, Value value, unsigned loop) {
    auto type = cast<ShapedType>(value.getType());
    bool isLast = true;
    for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
      if (type.getDimSize(dim) == 1)
        continue;
      if (!isLast && map.getResult(dim).isFunctionOfDim(loop))
        return false;
      isLast = false;
    }
    return true;
  };
  AffineMap map = op.getIndexingMapMatchingResult(op->getResult(0));
  for (AffineExpr expr : llvm::reverse(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim)
      return std::nullopt;
    unsigned loop = dim.getPosition();
    if (loops[loop] == 1)
      continue;
    bool fits = llvm::all_of(op->getOpOperands(), [&](OpOperand &operand) {
      return !isa<ShapedType>(operand.get().getType()) ||
             isInnermost(op.getMatchingIndexingMap(&operand), operand.get(),
                         loop);
    });
    return fits ? std::optional<unsigned>(loop) : std::nullopt;
  }
  return std::nullopt;
}

void scope::interchangeReductions(Operation *root) {
  IRRewriter rewriter(root->getContext());
  SmallVector<linalg::LinalgOp> ops;
  root->walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  for (linalg::LinalgOp op : ops) {
    if (op.getNumReductionLoops() == 0 || !op.hasPureTensorSemantics())
      continue;
    std::optional<unsigned> innermost = findContiguousLoop(op);
    if (!innermost)
      continue;
    SmallVector<unsigned> order;
    for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
      if (loop != *innermost)
        order.push_back(loop);
    order.push_back(*innermost);
    rewriter.setInsertionPoint(op);
    auto generic = dyn_cast<linalg::GenericOp>(op.getOperation());
    if (!generic) {
      FailureOr<linalg::GenericOp> generalized =
          linalg::generalizeNamedOp(rewriter, op);
      if (failed(generalized))
        continue;
      generic = *generalized;
    }
    (void)linalg::interchangeGenericOp(rewriter, generic, order);
  }
}

/// Buffers for the tensors of `module`, whose functions are in
/// destination-passing style already.
static LogicalResult bufferize(ModuleOp module) {
  bufferization::OneShotBufferizationOptions options;
  options.bufferizeFunctionBoundaries = true;
  options.setFunctionBoundaryTypeConversion(
      bufferization::LayoutMapOption::IdentityLayoutMap);
  options.memCpyFn = [](OpBuilder &builder, Location loc, Value from,
                        Value to) {
    linalg::makeMemRefCopyOp(builder, loc, from, to);
    return success();
  };
  bufferization::BufferizationState state;
  return bufferization::runOneShotModuleBufferize(module, options, state);
}

/// Turns copies that later passes made into loops; their own lowering calls a
/// library.
static void expandCopies(ModuleOp module) {
  IRRewriter rewriter(module.getContext());
  module.walk([&](memref::CopyOp copy) {
    rewriter.setInsertionPoint(copy);
    linalg::makeMemRefCopyOp(rewriter, copy.getLoc(), copy.getSource(),
                             copy.getTarget());
    rewriter.eraseOp(copy);
  });
}

/// Turns what was noted on functions into attributes of the LLVM dialect;
/// upstream's lowerings keep it as discardable attributes.
static void adoptNoAlias(ModuleOp module) {
  for (auto function : module.getOps<LLVM::LLVMFuncOp>())
    if (auto pointers = dyn_cast_or_null<DenseI64ArrayAttr>(
            function->removeDiscardableAttr(kUnaliasedAttrName)))
      for (int64_t pointer : pointers.asArrayRef())
        function.setArgAttr(pointer, LLVM::LLVMDialect::getNoAliasAttrName(),
                            UnitAttr::get(module.getContext()));
}

std::string scope::entryName(StringRef name) {
  return ("scope_call_" + name).str();
}

/// Adds the function `entryName(name)`, which hands the elements of an array of
/// `count` pointers to the C interface of `name`.
static void addEntry(ModuleOp module, StringRef name, unsigned count) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  MLIRContext *context = module.getContext();
  auto pointer = LLVM::LLVMPointerType::get(context);
  auto nothing = LLVM::LLVMVoidType::get(context);
  auto entry =
      LLVM::LLVMFuncOp::create(builder, loc, entryName(name),
                               LLVM::LLVMFunctionType::get(nothing, {pointer}));
  builder.setInsertionPointToStart(entry.addEntryBlock(builder));
  SmallVector<Value> arguments;
  for (unsigned index = 0; index < count; ++index) {
    Value place = LLVM::GEPOp::create(
        builder, loc, pointer, pointer, entry.getArgument(0),
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(index)});
    arguments.push_back(LLVM::LoadOp::create(builder, loc, pointer, place));
  }
  LLVM::CallOp::create(builder, loc, TypeRange(),
                       ("_mlir_ciface_" + name).str(), arguments);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
}

LogicalResult scope::lowerToLLVM(ModuleOp module, BufferLayout layout) {
  module.getContext()
      ->loadDialect<bufferization::BufferizationDialect, linalg::LinalgDialect,
                    memref::MemRefDialect, LLVM::LLVMDialect>();
  interchangeReductions(module);
  SmallVector<std::pair<std::string, unsigned>> entries;
  for (auto function : module.getOps<func::FuncOp>()) {
    if (failed(passDestinations(function, layout)))
      return failure();
    function->setAttr(LLVM::LLVMDialect::getEmitCWrapperAttrName(),
                      UnitAttr::get(module.getContext()));
    entries.push_back({function.getName().str(), function.getNumArguments()});
  }

  PassManager destinations(module.getContext());
  destinations.addPass(bufferization::createEmptyTensorEliminationPass());
  if (failed(destinations.run(module)) || failed(bufferize(module)))
    return failure();

  PassManager loops(module.getContext());
  loops.addPass(createCanonicalizerPass());
  bufferization::buildBufferDeallocationPipeline(loops);
  loops.addPass(createConvertBufferizationToMemRefPass());
  if (failed(loops.run(module)))
    return failure();
  expandCopies(module);
  outlineLoops(module);

  PassManager code(module.getContext());
  code.addNestedPass<func::FuncOp>(createConvertLinalgToLoopsPass());
  code.addPass(memref::createExpandStridedMetadataPass());
  code.addPass(createLowerAffinePass());
  code.addPass(createSCFToControlFlowPass());
  code.addPass(createConvertMathToLLVMPass());
  code.addPass(createConvertMathToLibmPass());
  code.addPass(createConvertToLLVMPass());
  code.addPass(createReconcileUnrealizedCastsPass());
  if (failed(code.run(module)))
    return failure();
  for (const auto &[name, count] : entries)
    addEntry(module, name, count);
  adoptNoAlias(module);
  return success();
}
