//===- NpyFileTest.cpp - Tensors in NumPy's files -------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/NpyFile.h"
#include "scope/Execution/RandomData.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

#include "gtest/gtest.h"

using namespace mlir;
using namespace scope;

namespace {
class NpyFile : public ::testing::Test {
protected:
  NpyFile()
      : b(&context), handler(&context, [this](Diagnostic &diagnostic) {
          error = diagnostic.str();
          return success();
        }) {
    SmallString<64> name;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("scope", "npy", name));
    file = name.str();
    remover.setFile(file);
  }

  void write(StringRef text) {
    std::error_code failed;
    llvm::raw_fd_ostream(file, failed) << text;
    ASSERT_FALSE(failed);
  }

  /// What is wrong with reading a tensor of `type`.
  std::string errorOf(RankedTensorType type) {
    error.clear();
    EXPECT_TRUE(failed(readNpy(file, type, b.getUnknownLoc())));
    return error;
  }

  MLIRContext context;
  Builder b;
  std::string error, file;
  ScopedDiagnosticHandler handler;
  llvm::FileRemover remover;
};
} // namespace

TEST_F(NpyFile, ReadsWhatItWrites) {
  Type types[] = {b.getF16Type(),   b.getF32Type(),
                  b.getF64Type(),   b.getI1Type(),
                  b.getI8Type(),    b.getIntegerType(16),
                  b.getI32Type(),   b.getI64Type(),
                  b.getIndexType(), b.getIntegerType(8, /*isSigned=*/false)};
  SmallVector<int64_t> shapes[] = {{}, {3}, {2, 1, 5}};
  for (Type type : types)
    for (ArrayRef<int64_t> shape : shapes) {
      HostTensor tensor(RankedTensorType::get(shape, type));
      fillRandom({tensor.data(), size_t(tensor.bytes())}, type,
                 getInputRange(type), 7, 1);
      ASSERT_TRUE(succeeded(writeNpy(file, tensor, b.getUnknownLoc())));
      FailureOr<HostTensor> read =
          readNpy(file, tensor.type, b.getUnknownLoc());
      ASSERT_TRUE(succeeded(read)) << error;
      EXPECT_EQ(StringRef(read->data(), read->bytes()),
                StringRef(tensor.data(), tensor.bytes()));
    }
}

TEST_F(NpyFile, SaysWhatIsWrong) {
  auto type = RankedTensorType::get({2, 3}, b.getF32Type());
  HostTensor tensor(type);
  ASSERT_TRUE(succeeded(writeNpy(file, tensor, b.getUnknownLoc())));
  EXPECT_NE(errorOf(RankedTensorType::get({3, 2}, b.getF32Type()))
                .find("has the shape (2, 3), but (3, 2) is needed"),
            std::string::npos);
  EXPECT_NE(errorOf(RankedTensorType::get({2, 3}, b.getI32Type()))
                .find("has elements '<f4', but 'tensor<2x3xi32>' needs '<i4'"),
            std::string::npos);
  write("no array");
  EXPECT_NE(errorOf(type).find("is no .npy file"), std::string::npos);
  std::string header =
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }";
  StringRef magic("\x93NUMPY\x01\x00", 8);
  write(magic.str() + char(header.size()) + '\0' + header + "12345678");
  EXPECT_NE(errorOf(type).find("ends after 8 of 24 bytes of data"),
            std::string::npos);
  write(magic.str() + char(header.size()) + '\0' + header.substr(0, 20));
  EXPECT_NE(errorOf(type).find("ends in its header"), std::string::npos);
  auto noNumpy = RankedTensorType::get({1}, b.getBF16Type());
  EXPECT_TRUE(failed(writeNpy(file, HostTensor(noNumpy), b.getUnknownLoc())));
  EXPECT_NE(error.find("NumPy has no elements of type 'bf16'"),
            std::string::npos);
}
