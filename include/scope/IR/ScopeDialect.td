//===- ScopeDialect.td - The scope dialect -----------------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The dialect itself, and the constraint that its regions share.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEDIALECT_TD
#define SCOPE_IR_SCOPEDIALECT_TD

include "mlir/IR/OpBase.td"

def Scope_Dialect : Dialect {
  let name = "scope";
  let cppNamespace = "::scope";
  let summary = "Merged-pipeline plans for multi-chip modules";
  let description = [{
    A plan groups the operations of a network, which stay what they are, into
    nested regions: a `scope.segment` holds `scope.cluster`s, a cluster holds
    `scope.layer`s, and a layer holds ordinary operations of upstream dialects.
    The hardware that the plan is for stands beside it as a `scope.package`.

    Attributes of the dialect on operations of other dialects:

    | attribute | on | meaning |
    |---|---|---|
    | `scope.config` | `builtin.module` | a `#scope.config`: what to plan for |
    | `scope.plan` | a function | a `#scope.plan`: what the plan belongs to, and its totals |
    | `scope.pin` | an operation on tensors, or a `scope.layer` | a `#scope.pin`: a wish that the search must grant |

    Constraints:

    - no other attribute of another dialect's operation begins with `scope.`;
    - each of them stands on an operation of the table, and has the type given
      there.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerTypes();
  }];
}

#endif // SCOPE_IR_SCOPEDIALECT_TD
