//===- LayerOpInterface.td - Operations that planning knows -*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The one interface between operations of other dialects and planning.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_INTERFACES_LAYEROPINTERFACE_TD
#define SCOPE_INTERFACES_LAYEROPINTERFACE_TD

include "mlir/IR/OpBase.td"

def LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::scope";
  let description = [{
    Says how an operation on tensors with static shapes is planned: which loops
    it runs, what its operands and results are accessed by, or that it is a view
    that moves no data. An operation without this interface is opaque; it runs
    on one chiplet.
  }];
  let methods = [
    InterfaceMethod<[{
        Describes the operation. Its tensors have static shapes. An operation
        whose attributes or operands hide what it does (a shape that is no
        constant) is opaque.
      }],
      "::scope::OpDescription", "describe">,
    InterfaceMethod<[{
        The arithmetic that an iteration does on data. `isConstant` says by
        operand which are constant at compile time; arithmetic on these alone
        does not count.
      }],
      "::scope::Arithmetic", "getArithmetic",
      (ins "::llvm::ArrayRef<bool>":$isConstant)>,
  ];
}

#endif // SCOPE_INTERFACES_LAYEROPINTERFACE_TD
