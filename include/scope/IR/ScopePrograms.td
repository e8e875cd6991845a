//===- ScopePrograms.td - Operations of chiplet programs ---*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What comes out for a code generator: one program a chiplet.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEPROGRAMS_TD
#define SCOPE_IR_SCOPEPROGRAMS_TD

include "mlir/IR/CommonTypeConstraints.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "scope/IR/ScopeAttrs.td"

class Scope_ProgramOp<string mnemonic, list<Trait> traits = []>
    : Op<Scope_Dialect, mnemonic, traits>;

def Scope_SramType : TypeDef<Scope_Dialect, "Sram"> {
  let mnemonic = "sram";
  let summary = "a piece of the SRAM of one chiplet";
  let description = [{
    What `scope.sram` gives and the operations of a program move data to and
    from.

    Constraints: none.
  }];
}

def Scope_UseAttr : Scope_Attr<"Use", "use"> {
  let summary = "one operand or result of a computation";
  let description = [{
    | entry | meaning |
    |---|---|
    | `tensor` | what it is a part of |
    | `place` | which of the operation's places holds it; none: it is read in DRAM |
    | `slot` | of the place; none: the number of the beat modulo the slots |
    | `holds` | the layout of which the place holds the chiplet's part |
    | `box` | the layout of which the chiplet's part is used; none: all that the place holds |
    | `streams` | it may be taken, or given, band by band |

    ```mlir
    #scope.use<tensor = @value3, place = 0, holds = @layout7>
    #scope.use<tensor = @constant2, box = @layout9>
    ```

    Constraints:

    - `place` and `holds` stand together; `slot` only with them;
    - `place` and `slot` are not negative.
  }];
  let parameters = (ins
    "::mlir::FlatSymbolRefAttr":$tensor,
    DefaultValuedParameter<"int64_t", "-1">:$place,
    DefaultValuedParameter<"int64_t", "-1">:$slot,
    OptionalParameter<"::mlir::FlatSymbolRefAttr">:$holds,
    OptionalParameter<"::mlir::FlatSymbolRefAttr">:$box,
    DefaultValuedParameter<"bool", "false">:$streams);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Scope_ArrivalAttr : Scope_Attr<"Arrival", "arrival"> {
  let summary = "one tensor that a receive takes";
  let description = [{
    | entry | meaning |
    |---|---|
    | `tensor` | what arrives |
    | `to` | the layout of which the chiplet's part arrives |
    | `from` | the layout in which the senders have it |
    | `slot` | of the place; none: the number of the beat modulo the slots |
    | `own` | the chiplet's own part of `from` is copied |
    | `own_slot` | the slot of that |

    `scope.recv` shows these entries beside its places.

    ```mlir
    #scope.arrival<tensor = @value1, to = @layout4, from = @layout3, own = true, own_slot = 0>
    ```

    Constraints:

    - `own_slot` stands only with `own`;
    - slots are not negative.
  }];
  let parameters = (ins
    "::mlir::FlatSymbolRefAttr":$tensor,
    "::mlir::FlatSymbolRefAttr":$to,
    "::mlir::FlatSymbolRefAttr":$from,
    DefaultValuedParameter<"int64_t", "-1">:$slot,
    DefaultValuedParameter<"bool", "false">:$own,
    DefaultValuedParameter<"int64_t", "-1">:$own_slot);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

// Numbers of operations that programs have many of: kept in the operation
// itself, as attributes they would take longer to write down than all the rest.
def Scope_SizeProp : ConfinedProp<I64Prop, CPred<"$_self >= 0">,
    "64-bit integer that is not negative">;
def Scope_CountProp : ConfinedProp<I64Prop, CPred<"$_self > 0">,
    "64-bit integer that is positive">;

def Scope_ProgramsOp : Scope_ProgramOp<"programs", [
    Symbol, SymbolTable, IsolatedFromAbove, SingleBlock, NoTerminator,
    NoRegionArguments, HasParent<"::mlir::ModuleOp">]> {
  let summary = "the programs of all chiplets of a package";
  let description = [{
    What `scope-lower-to-chiplets` makes of the plan of a function: tensors and
    layouts, the functions that compute tiles, and a `scope.program` for every
    chiplet that does something. Beside the kernels stand two functions:
    `@constants` gives all constants that are loaded, and `@outputs` makes the
    results of the planned function from the tensors that `outputs` names.
    [programs](../programs.md) is the contract: what may happen when.

    ```mlir
    scope.programs @main_programs for @main package @tiny_2x2 version "2.0" grid 2 x 2 calls 4 layers ["conv1"] outputs [@value1] {
    }
    ```

    Constraints:

    - it stands in a module, and contains tensors, layouts, functions and
      programs;
    - `version` is two whole numbers with a point between them;
    - the grid is 1 x 1 to 32 x 32, and `calls` at least 1;
    - every operation names tensors, layouts and functions that are there, and
      layers below the number of `layers`.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    FlatSymbolRefAttr:$function,
    FlatSymbolRefAttr:$package,
    StrAttr:$version,
    ConfinedAttr<I64Attr, [IntPositive, IntMaxValue<32>]>:$rows,
    ConfinedAttr<I64Attr, [IntPositive, IntMaxValue<32>]>:$cols,
    ConfinedAttr<I64Attr, [IntPositive]>:$calls,
    StrArrayAttr:$layers,
    TypedArrayAttrBase<FlatSymbolRefAttr, "array of symbols">:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `for` $function `package` $package `version` $version
    `grid` $rows `x` $cols `calls` $calls `layers` $layers `outputs` $outputs
    attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Scope_TensorOp : Scope_ProgramOp<"tensor", [
    Symbol, HasParent<"ProgramsOp">]> {
  let summary = "a tensor that programs move";
  let description = [{
    | kind | what it is | `index` |
    |---|---|---|
    | `input` | an argument of the function | which one |
    | `value` | made by a layer | value of the network |
    | `constant` | loaded into SRAM | result of `@constants` |
    | `table` | a constant that is read in DRAM | result of `@constants` |

    The type is that of one call, at the program's own width; `bytes` are those
    of an element as planned. `dram` says that segments read it from DRAM or
    write it there.

    ```mlir
    scope.tensor @value3 value 3 of_value 3 bytes 1 dram : tensor<1x64x56x56xf32>
    ```

    Constraints:

    - it stands in a `scope.programs`;
    - `index` is not negative, and `bytes` at least 1;
    - inputs and values say which value of the network they are, constants and
      tables do not.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    Scope_TensorKindAttr:$kind,
    ConfinedAttr<I64Attr, [IntNonNegative]>:$index,
    OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$value,
    ConfinedAttr<I64Attr, [IntPositive]>:$element_bytes,
    UnitAttr:$dram,
    TypeAttrOf<StaticShapeTensorOf<[AnyType]>>:$type);
  let assemblyFormat = [{
    $sym_name `` $kind $index (`of_value` $value^)? `bytes` $element_bytes
    (`dram` $dram^)? attr-dict `:` $type
  }];
  let hasVerifier = 1;
}

def Scope_LayoutOp : Scope_ProgramOp<"layout", [
    Symbol, HasParent<"ProgramsOp">]> {
  let summary = "which chiplet has which part of a tensor";
  let description = [{
    Chiplets are numbered row by row. A part is a range of coordinates in every
    dimension of a beat: calls first (constants have one), then those of the
    tensor. In a `flat` layout a part is a range of element numbers of the beat,
    the last dimension innermost.

    ```mlir
    scope.layout @layout4 of @value3 {0: [0 to 1, 0 to 64, 0 to 28], 1: [0 to 1, 0 to 64, 28 to 56]}
    scope.layout @layout5 of @value3 flat {0: [0 to 1792], 1: [1792 to 3584]}
    ```

    Constraints:

    - it stands in a `scope.programs`;
    - no chiplet has two parts, and there is at least one;
    - a part has one range, if the layout is flat, or one for the calls and one
      for each dimension of the tensor; no range is empty or begins below 0.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    FlatSymbolRefAttr:$tensor,
    UnitAttr:$flat,
    I64Attr:$rank,
    DenseI64ArrayAttr:$parts);
  let assemblyFormat = [{
    $sym_name `of` $tensor (`flat` $flat^)?
    custom<LayoutParts>($rank, $parts) attr-dict
  }];
  let hasVerifier = 1;
}

def Scope_ChipletProgramOp : Scope_ProgramOp<"program", [
    Symbol, SingleBlock, NoTerminator, NoRegionArguments,
    HasParent<"ProgramsOp">]> {
  let summary = "what one chiplet does";
  let description = [{
    Pieces of SRAM and, for every segment in which the chiplet does something, a
    `scope.run`.

    ```mlir
    scope.program @chiplet_0_1 chiplet 1 {
    }
    ```

    Constraints:

    - it stands in a `scope.programs`;
    - the chiplet lies on the grid, and no other program has it;
    - it holds `scope.sram` and `scope.run`, segments ascending.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    ConfinedAttr<I64Attr, [IntNonNegative, IntMaxValue<1023>]>:$chiplet);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `chiplet` $chiplet attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

def Scope_SramOp : Scope_ProgramOp<"sram", [
    Pure, HasParent<"ChipletProgramOp">,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmResultNames"]>]> {
  let summary = "a piece of SRAM";
  let description = [{
    `slots` pieces of `bytes` bytes, the first at `offset`, `stride` bytes from
    the begin of one to that of the next. Bytes are as planned.

    ```mlir
    %input = scope.sram input layer 3 index 0 at 4096 bytes 1024 slots 2 stride 1024
    ```

    Constraints:

    - it stands in a `scope.program`;
    - nothing is negative; `bytes` and `slots` are at least 1.
  }];
  let arguments = (ins
    Scope_BufferRoleAttr:$role,
    I64Prop:$layer,
    I64Prop:$index,
    Scope_SizeProp:$offset,
    Scope_CountProp:$bytes,
    Scope_CountProp:$slots,
    Scope_SizeProp:$stride);
  let results = (outs Scope_SramType:$place);
  let assemblyFormat = [{
    `` $role `layer` $layer `index` $index `at` $offset `bytes` $bytes
    `slots` $slots `stride` $stride attr-dict
  }];
  let builders = [OpBuilder<(ins
      "BufferRole":$role, "int64_t":$layer, "int64_t":$index,
      "int64_t":$offset, "int64_t":$bytes, "int64_t":$slots,
      "int64_t":$stride), [{
    build($_builder, $_state, SramType::get($_builder.getContext()), role,
          layer, index, offset, bytes, slots, stride);
  }]>];
}

def Scope_RunOp : Scope_ProgramOp<"run", [
    HasParent<"ChipletProgramOp">, NoRegionArguments, SingleBlock,
    NoTerminator]> {
  let summary = "what one chiplet does in one segment";
  let description = [{
    The load runs once, the body once for each of `beats` beats of `calls` calls.

    ```mlir
    scope.run segment 0 load {
    } beats 16 calls 4 {
    }
    ```

    Constraints:

    - it stands in a `scope.program`;
    - both regions hold loads, stores, sends, receives and computations only;
    - `segment` is not negative; `beats` and `calls` are at least 1.
  }];
  let arguments = (ins
    ConfinedAttr<I64Attr, [IntNonNegative]>:$segment,
    ConfinedAttr<I64Attr, [IntPositive]>:$beats,
    ConfinedAttr<I64Attr, [IntPositive]>:$calls);
  let regions = (region SizedRegion<1>:$load, SizedRegion<1>:$body);
  let assemblyFormat = [{
    `segment` $segment `load` $load `beats` $beats `calls` $calls $body
    attr-dict-with-keyword
  }];
  let hasVerifier = 1;
}

class Scope_TransferOp<string mnemonic> : Scope_ProgramOp<mnemonic, [
    HasParent<"RunOp">]>;

def Scope_LoadOp : Scope_TransferOp<"load"> {
  let summary = "DRAM to SRAM";
  let description = [{
    Brings the chiplet's part of layout `to` into a slot. Loads of one tag on
    several chiplets read every byte once. What `own` holds already (the part of
    layout `own_layout`) is copied inside the SRAM and not read.

    ```mlir
    scope.load @input0 to %0 : @layout1 tag 0 layer 0 streams
    scope.load @input0 to %0 slot 1 : @layout2 own %0 slot 0 : @layout1 tag 1 layer 0
    ```

    Constraints:

    - it stands in a `scope.run`;
    - `own` and its layout stand together;
    - slots are below the number of slots of the place.
  }];
  let arguments = (ins
    FlatSymbolRefAttr:$tensor, Scope_SramType:$place,
    OptionalAttr<I64Attr>:$slot, FlatSymbolRefAttr:$to,
    Optional<Scope_SramType>:$own, OptionalAttr<I64Attr>:$own_slot,
    OptionalAttr<FlatSymbolRefAttr>:$own_layout,
    I64Prop:$tag, I64Prop:$layer, UnitAttr:$streams);
  let assemblyFormat = [{
    $tensor `to` $place (`slot` $slot^)? `:` $to
    (`own` $own^ (`slot` $own_slot^)? `:` $own_layout)?
    `tag` $tag `layer` $layer (`streams` $streams^)? attr-dict
  }];
}

def Scope_StoreOp : Scope_TransferOp<"store"> {
  let summary = "SRAM to DRAM";
  let description = [{
    Writes the chiplet's part of layout `from` to the tensor in DRAM.

    ```mlir
    scope.store %0 : @layout3 to @value1 tag 4 layer 0
    ```

    Constraints:

    - it stands in a `scope.run`;
    - the slot is below the number of slots of the place.
  }];
  let arguments = (ins
    Scope_SramType:$place, OptionalAttr<I64Attr>:$slot,
    FlatSymbolRefAttr:$from, FlatSymbolRefAttr:$tensor,
    I64Prop:$tag, I64Prop:$layer, UnitAttr:$streams);
  let assemblyFormat = [{
    $place (`slot` $slot^)? `:` $from `to` $tensor
    `tag` $tag `layer` $layer (`streams` $streams^)? attr-dict
  }];
}

def Scope_SendOp : Scope_TransferOp<"send"> {
  let summary = "SRAM to the SRAMs of other chiplets";
  let description = [{
    Sends, of the chiplet's part of layout `from`, to every chiplet that has a
    part in layout `to` what that needs of it.

    ```mlir
    scope.send @value1 from %0 : @layout3 to @layout4 tag 5 layer 1
    ```

    Constraints:

    - it stands in a `scope.run`;
    - the slot is below the number of slots of the place.
  }];
  let arguments = (ins
    FlatSymbolRefAttr:$tensor, Scope_SramType:$place,
    OptionalAttr<I64Attr>:$slot, FlatSymbolRefAttr:$from,
    FlatSymbolRefAttr:$to, I64Prop:$tag, I64Prop:$layer, UnitAttr:$streams);
  let assemblyFormat = [{
    $tensor `from` $place (`slot` $slot^)? `:` $from `to` $to
    `tag` $tag `layer` $layer (`streams` $streams^)? attr-dict
  }];
}

def Scope_RecvOp : Scope_TransferOp<"recv"> {
  let summary = "from other chiplets into the SRAM";
  let description = [{
    Takes the chiplet's part of layout `to` out of the sends of the same tag;
    what its own part of layout `from`, in `own`, has of it is copied.

    Several tensors, such as the weights and the bias of a piece, stand for as
    many receives, one after the other, with tags that follow each other: here
    5 and 6.

    ```mlir
    scope.recv @value1 to %1 : @layout4 from @layout3 own %0 tag 5 layer 1
    scope.recv @constant0 to %2 slot 1 : @layout6 from @layout5 own %0 slot 0, @constant1 to %3 slot 1 : @layout8 from @layout7 tag 5 layer 1
    ```

    Constraints:

    - it stands in a `scope.run`;
    - there is at least one tensor, and each has its place and, if its own part
      is copied, the place of that;
    - slots are below the number of slots of the place.
  }];
  let arguments = (ins
    Variadic<Scope_SramType>:$places,
    TypedArrayAttrBase<Scope_ArrivalAttr, "array of arrivals">:$arrivals,
    I64Prop:$tag, I64Prop:$layer, UnitAttr:$streams);
  let assemblyFormat = [{
    custom<Arrivals>($places, $arrivals)
    `tag` $tag `layer` $layer (`streams` $streams^)? attr-dict
  }];
  let extraClassDeclaration = [{
    /// Calls `visit` with every arrival, its place and the place of its own
    /// part, which may be null. The numbers of places must be right.
    void forEachArrival(::llvm::function_ref<void(
        ::scope::ArrivalAttr, ::mlir::Value, ::mlir::Value)> visit);
  }];
  let hasVerifier = 1;
}

def Scope_ComputeOp : Scope_TransferOp<"compute"> {
  let summary = "a kernel on tiles";
  let description = [{
    Runs a function once for each call of the boxes of its results. `reads` are
    its operands and `writes` its results, in order; the places that hold them
    are the operands of the operation. `cycles` is for all calls; `macs`,
    `read_bytes` and `written_bytes` give the energy, `table_bytes` are read in
    DRAM.

    ```mlir
    scope.compute @kernel0 on %0, %1 reads [#scope.use<tensor = @input0, place = 0, holds = @layout1>] writes [#scope.use<tensor = @value1, place = 1, holds = @layout3>] layer 0 cycles 288 macs 4608 read_bytes 304 written_bytes 128 table_bytes 0
    ```

    Constraints:

    - it stands in a `scope.run`;
    - every `place` of its uses is one of its places, every slot below the
      number of slots;
    - no figure is negative.
  }];
  let arguments = (ins
    FlatSymbolRefAttr:$kernel, Variadic<Scope_SramType>:$places,
    TypedArrayAttrBase<Scope_UseAttr, "array of uses">:$reads,
    TypedArrayAttrBase<Scope_UseAttr, "array of uses">:$writes,
    I64Prop:$layer,
    Scope_SizeProp:$cycles,
    Scope_SizeProp:$macs,
    Scope_SizeProp:$read_bytes,
    Scope_SizeProp:$written_bytes,
    Scope_SizeProp:$table_bytes);
  let assemblyFormat = [{
    $kernel (`on` $places^)? `reads` $reads `writes` $writes `layer` $layer
    `cycles` $cycles `macs` $macs `read_bytes` $read_bytes
    `written_bytes` $written_bytes `table_bytes` $table_bytes attr-dict
  }];
  let hasVerifier = 1;
}

#endif // SCOPE_IR_SCOPEPROGRAMS_TD
