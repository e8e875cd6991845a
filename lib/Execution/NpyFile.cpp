//===- NpyFile.cpp - Tensors in NumPy's files -----------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/NpyFile.h"

#include "scope/Execution/RandomData.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/Support/FileUtilities.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/ToolOutputFile.h"

#include <cstring>

using namespace mlir;
using namespace scope;

static constexpr llvm::StringLiteral kMagic = "\x93NUMPY";

/// NumPy's name of `element`; empty if there is none.
static std::string descriptionOf(Type element) {
  std::string bytes = std::to_string(getElementBytes(element));
  StringRef order = bytes == "1" ? "|" : "<";
  if (element.isInteger(1))
    return "|b1";
  if (element.isF16() || element.isF32() || element.isF64())
    return (order + "f" + bytes).str();
  if (isa<FloatType>(element))
    return "";
  return (order + (element.isUnsignedInteger() ? "u" : "i") + bytes).str();
}

/// `shape` as a Python tuple.
static std::string tupleOf(ArrayRef<int64_t> shape) {
  std::string text = "(";
  for (int64_t size : shape)
    text += std::to_string(size) + (shape.size() == 1 ? "," : ", ");
  if (shape.size() > 1)
    text.resize(text.size() - 2);
  return text + ")";
}

/// What follows the key `key` in the Python dictionary `header`, up to `end`.
static StringRef valueOf(StringRef header, StringRef key, StringRef end) {
  StringRef rest = header.split(("'" + key + "':").str()).second.ltrim();
  return rest.substr(0, rest.find(end) == StringRef::npos
                            ? StringRef::npos
                            : rest.find(end) + end.size());
}

FailureOr<HostTensor> scope::readNpy(StringRef path, RankedTensorType type,
                                     Location loc) {
  std::string message;
  std::unique_ptr<llvm::MemoryBuffer> file = openInputFile(path, &message);
  if (!file)
    return emitError(loc) << message;
  StringRef content = file->getBuffer();
  if (!content.consume_front(kMagic) || content.size() < 6)
    return emitError(loc) << path << " is no .npy file";
  bool isShort = content[0] == 1;
  const char *lengthAt = content.data() + 2;
  uint64_t length = isShort ? llvm::support::endian::read16le(lengthAt)
                            : llvm::support::endian::read32le(lengthAt);
  content = content.drop_front(isShort ? 4 : 6);
  if (content.size() < length)
    return emitError(loc) << path << " ends in its header";
  StringRef header = content.take_front(length);
  content = content.drop_front(length);

  StringRef found = valueOf(header, "descr", ",").rtrim(',').trim("'\" ");
  std::string wanted = descriptionOf(type.getElementType());
  // Elements without a sign may come as either.
  bool isSame = found == wanted ||
                (type.getElementType().isSignlessInteger() &&
                 found.size() == 3 && wanted.size() == 3 && found[1] == 'u' &&
                 wanted[1] == 'i' && found[2] == wanted[2]);
  if (!isSame)
    return emitError(loc) << path << " has elements '" << found << "', but "
                          << type << " needs '" << wanted << "'";
  if (valueOf(header, "fortran_order", ",").starts_with("True"))
    return emitError(loc)
           << path
           << " is in Fortran order; save numpy.ascontiguousarray of it";
  SmallVector<int64_t> shape;
  SmallVector<StringRef> sizes;
  valueOf(header, "shape", ")").trim("() ").split(sizes, ',', -1, false);
  for (StringRef size : sizes)
    if (int64_t number = 0; !size.trim().getAsInteger(10, number))
      shape.push_back(number);
  if (ArrayRef(shape) != type.getShape())
    return emitError(loc) << path << " has the shape " << tupleOf(shape)
                          << ", but " << tupleOf(type.getShape())
                          << " is needed";
  HostTensor tensor(type);
  if (static_cast<int64_t>(content.size()) < tensor.bytes())
    return emitError(loc) << path << " ends after " << content.size() << " of "
                          << tensor.bytes() << " bytes of data";
  std::memcpy(tensor.data(), content.data(), tensor.bytes());
  return tensor;
}

LogicalResult scope::writeNpy(StringRef path, const HostTensor &tensor,
                              Location loc) {
  std::string description = descriptionOf(tensor.type.getElementType());
  if (description.empty())
    return emitError(loc) << "cannot write " << path
                          << ": NumPy has no elements of type "
                          << tensor.type.getElementType();
  std::string message;
  std::unique_ptr<llvm::ToolOutputFile> file = openOutputFile(path, &message);
  if (!file)
    return emitError(loc) << message;
  std::string header =
      "{'descr': '" + description +
      "', 'fortran_order': False, 'shape': " + tupleOf(tensor.type.getShape()) +
      ", }";
  // Data begins at a multiple of 64 bytes.
  constexpr size_t before = 10, line = 64;
  header.resize(llvm::alignTo(before + header.size() + 1, line) - before - 1,
                ' ');
  header += '\n';
  char length[2];
  llvm::support::endian::write16le(length,
                                   static_cast<uint16_t>(header.size()));
  file->os() << kMagic << '\x01' << '\0' << StringRef(length, 2) << header
             << StringRef(tensor.data(), tensor.bytes());
  file->keep();
  return success();
}
