//===- PackageFile.cpp - Packages from files ------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM
// Exceptions. See LICENSE for license information. SPDX-License-Identifier:
// Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/IR/PackageFile.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace scope;

/// Returns the place in a file that `loc` names, in another context.
static Location relocate(Location loc, MLIRContext *context) {
  if (auto fileLoc = dyn_cast<FileLineColLoc>(loc))
    return FileLineColLoc::get(context, fileLoc.getFilename().getValue(),
                               fileLoc.getLine(), fileLoc.getColumn());
  return UnknownLoc::get(context);
}

/// Emits `diagnostic`, of another context, in `context`.
static void forward(Diagnostic &diagnostic, MLIRContext *context) {
  InFlightDiagnostic copy = context->getDiagEngine().emit(
      relocate(diagnostic.getLocation(), context), diagnostic.getSeverity());
  copy << diagnostic.str();
  for (Diagnostic &note : diagnostic.getNotes())
    copy.attachNote(relocate(note.getLocation(), context)) << note.str();
}

/// Returns the only operation of `module` if it is a package; otherwise emits
/// an error. An empty module has no place but the beginning of the file.
static PackageOp getOnlyPackage(ModuleOp module, StringRef path) {
  auto packages = llvm::to_vector(module.getOps<PackageOp>());
  if (packages.empty()) {
    emitError(FileLineColLoc::get(module.getContext(), path, 1, 1))
        << "a package file must hold one 'scope.package', and this one holds "
        << "none";
    return {};
  }
  for (Operation &op : *module.getBody())
    if (&op != packages.front()) {
      op.emitError() << "a package file must hold one 'scope.package' and "
                     << "nothing else";
      return {};
    }
  return packages.front();
}

OwningOpRef<PackageOp> scope::loadPackageFile(StringRef path,
                                              Location requester) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file) {
    emitError(requester) << "cannot read the package file: " << message;
    return {};
  }

  // The file may name any dialect, and a pass must not load one: it is read in
  // a context of its own, and the package is written and read once more.
  DialectRegistry registry;
  registry.insert<ScopeDialect>();
  MLIRContext own(registry, MLIRContext::Threading::DISABLED);
  own.printOpOnDiagnostic(false);
  MLIRContext *context = requester.getContext();
  ScopedDiagnosticHandler handler(
      &own, [&](Diagnostic &diagnostic) { forward(diagnostic, context); });
  llvm::SourceMgr sourceMgr;
  sourceMgr.AddNewSourceBuffer(std::move(file), llvm::SMLoc());
  auto module = parseSourceFile<ModuleOp>(sourceMgr, &own);
  if (!module)
    return {};
  PackageOp found = getOnlyPackage(*module, path);
  if (!found)
    return {};

  std::string text;
  llvm::raw_string_ostream stream(text);
  found->print(stream);
  auto copy = parseSourceString<ModuleOp>(text, context);
  auto package = *copy->getOps<PackageOp>().begin();
  package->remove();
  package->setLoc(relocate(found.getLoc(), context));
  return package;
}
