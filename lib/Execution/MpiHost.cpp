//===- MpiHost.cpp - A package of processes -------------------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scope/Execution/MpiHost.h"

#include "MpiTransport.h"

#include "mlir/IR/Diagnostics.h"

#include <cstring>
#include <mpi.h>

using namespace mlir;
using namespace scope;

/// Waits without keeping a core busy: there may be more processes than cores.
static void finish(MPI_Request request) {
  Pause pause;
  int isDone = 0;
  while (MPI_Test(&request, &isDone, MPI_STATUS_IGNORE), !isDone)
    pause.wait();
}

namespace {
class Host : public MpiHost {
public:
  Host() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
  }

  ~Host() override {
    // The first process may still have to compare; others that are done do not
    // take its core, as they would waiting in MPI_Finalize.
    MPI_Request request;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    finish(request);
    if (window != MPI_WIN_NULL) {
      MPI_Win_unlock_all(window);
      MPI_Win_free(&window);
    }
    MPI_Finalize();
  }

  LogicalResult checkSize(const programs::PackageProgram &program,
                          Location loc) const override {
    if (size == program.rows * program.cols)
      return success();
    if (rank != 0)
      return failure();
    return emitError(loc) << "the package has " << program.rows << " x "
                          << program.cols
                          << " chiplets and needs a process for "
                          << "each, but MPI started " << size
                          << "; run mpiexec -n " << program.rows * program.cols;
  }

  void broadcast(std::string &text) override {
    uint64_t length = text.size();
    MPI_Request request;
    MPI_Ibcast(&length, 1, MPI_UINT64_T, 0, MPI_COMM_WORLD, &request);
    finish(request);
    text.resize(length);
    // Counts of MPI are ints.
    constexpr uint64_t most = 1 << 30;
    for (uint64_t at = 0; at < length; at += most) {
      MPI_Ibcast(text.data() + at,
                 static_cast<int>(std::min(most, length - at)), MPI_BYTE, 0,
                 MPI_COMM_WORLD, &request);
      finish(request);
    }
  }

  bool isFirst() const override { return rank == 0; }
  bool runs(int32_t chiplet) const override { return chiplet == rank; }

  char *allocateDram(int64_t bytes) override {
    void *memory = nullptr;
    MPI_Win_allocate_shared(rank == 0 ? bytes : 0, 1, MPI_INFO_NULL,
                            MPI_COMM_WORLD, static_cast<void *>(&memory),
                            &window);
    MPI_Aint size = 0;
    int unit = 0;
    MPI_Win_shared_query(window, 0, &size, &unit, static_cast<void *>(&memory));
    MPI_Win_lock_all(MPI_MODE_NOCHECK, window);
    if (rank == 0)
      std::memset(memory, 0, bytes);
    synchronize();
    return static_cast<char *>(memory);
  }

  void synchronize() override {
    MPI_Win_sync(window);
    MPI_Request request;
    MPI_Ibarrier(MPI_COMM_WORLD, &request);
    finish(request);
    MPI_Win_sync(window);
  }

  std::unique_ptr<Transport>
  makeTransport(const BindingContext &context,
                const programs::SegmentProgram &segment,
                llvm::DenseMap<int32_t, Exchange> exchanges) override {
    return std::make_unique<MpiTransport>(context, segment, exchanges, rank);
  }

  bool wait() override {
    Pause().wait();
    return true;
  }

private:
  int rank = 0;
  int size = 1;
  MPI_Win window = MPI_WIN_NULL;
};
} // namespace

FailureOr<std::unique_ptr<MpiHost>> MpiHost::join(Location loc) {
  MPI_Init(nullptr, nullptr);
  auto host = std::make_unique<Host>();
  MPI_Comm neighbours;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL,
                      &neighbours);
  int here = 0, all = 0;
  MPI_Comm_size(neighbours, &here);
  MPI_Comm_size(MPI_COMM_WORLD, &all);
  MPI_Comm_free(&neighbours);
  if (here != all)
    return emitError(loc) << "all processes have to be on one machine, and "
                          << all - here << " of " << all << " are on others";
  return std::unique_ptr<MpiHost>(std::move(host));
}
