//===- AuditFindings.h - Collects what an audit finds -----------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The list that all parts of the audit add to, and where in a plan they are.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_SEARCH_AUDITFINDINGS_H
#define SCOPE_LIB_SEARCH_AUDITFINDINGS_H

#include "scope/Search/Audit.h"

namespace scope::search::auditing {

/// What a finding is about.
struct Where {
  int32_t segment = -1, cluster = -1, layer = -1;
};

class Findings {
public:
  explicit Findings(size_t most) : most(most) {}

  void add(FindingKind kind, Where where, std::string message) {
    if (!isFull())
      list.push_back({kind, std::move(message), where.segment, where.cluster,
                      where.layer});
  }
  bool isFull() const { return list.size() >= most; }
  std::vector<Finding> take() { return std::move(list); }

private:
  size_t most;
  std::vector<Finding> list;
};

} // namespace scope::search::auditing

#endif // SCOPE_LIB_SEARCH_AUDITFINDINGS_H
