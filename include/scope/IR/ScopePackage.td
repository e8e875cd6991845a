//===- ScopePackage.td - The package as a symbol -----------*- tablegen -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The hardware that a plan is for: one operation whose fields keep the units
// that the user wrote, and the attributes that only it uses.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_IR_SCOPEPACKAGE_TD
#define SCOPE_IR_SCOPEPACKAGE_TD

include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/SymbolInterfaces.td"
include "scope/IR/ScopeAttrs.td"

def Scope_QuantityAttr : Scope_Attr<"Quantity", "quantity"> {
  let summary = "a decimal number with a unit";
  let description = [{
    Kept exactly as it was written, but for zeros at the end of the fraction.
    `digits` are its digits without the point, and `decimals` says how many of
    them stand behind it.

    | measure | units |
    |---|---|
    | frequency | `Hz`, `kHz`, `MHz`, `GHz` |
    | size | `B`, `KB`, `MB`, `GB` (powers of 1000), `KiB`, `MiB`, `GiB` (powers of 1024) |
    | rate | `B/s`, `KB/s`, `MB/s`, `GB/s`, `TB/s`, `KiB/s`, `MiB/s`, `GiB/s`, `Mbit/s`, `Gbit/s`, `Tbit/s`; `B/cycle` |
    | time | `ps`, `ns`, `us`, `ms`, `s`; `cycles` |
    | energy of data | `fJ/bit`, `pJ/bit`, `nJ/bit`, `fJ/byte`, `pJ/byte`, `nJ/byte` |
    | energy of work | `fJ/mac`, `pJ/mac`, `nJ/mac` |
    | power | `uW`, `mW`, `W` |

    ```mlir
    #scope.quantity<0.7 pJ/bit>
    ```

    Constraints:

    - the number is not negative, and has at most 15 significant digits and 15
      decimals;
    - the unit is one of the table.
  }];
  let parameters = (ins
    "int64_t":$digits, "int64_t":$decimals, StringRefParameter<>:$unit);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// What the unit measures.
    Measure getMeasure() const { return lookupUnit(getUnit())->measure; }
    /// Whether the number is zero.
    bool isZero() const { return getDigits() == 0; }
    /// Parses a quantity that stands without brackets.
    static ::mlir::FailureOr<QuantityAttr> parseBare(::mlir::AsmParser &parser);
    /// Prints the quantity without brackets.
    void printBare(::mlir::AsmPrinter &printer) const;
  }];
}

def Scope_DramPortsAttr : Scope_Attr<"DramPorts", "dram_ports"> {
  let summary = "DRAM ports of one bandwidth";
  let description = [{
    Chiplets at which memory attaches, and what each of these ports carries;
    reads and writes share it.

    ```mlir
    #scope.dram_ports<[0,0]-[5,0], [0,5]-[5,5] each 6 GB/s>
    ```

    Constraints:

    - those of `#scope.region` for the chiplets;
    - the bandwidth is a rate.
  }];
  let parameters = (ins
    "::scope::RegionAttr":$chiplets, "::scope::QuantityAttr":$bandwidth);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def Scope_ChipletKindAttr : Scope_Attr<"ChipletKind", "chiplet_kind"> {
  let summary = "chiplets that differ from the package's usual ones";
  let description = [{
    ```mlir
    #scope.chiplet_kind<"vector", mac_k = 16, mac_c = 16, vector = 256,
                        sram = <752 KiB>, at = <[4,0]-[5,5]>>
    ```

    Constraints:

    - the name is not empty and not `default`;
    - `mac_k`, `mac_c` and `vector` are at least 1 and at most 65536;
    - `sram` is a size above zero.
  }];
  let parameters = (ins
    StringRefParameter<>:$name, "int64_t":$mac_k, "int64_t":$mac_c,
    "int64_t":$vector, "::scope::QuantityAttr":$sram,
    "::scope::RegionAttr":$at);
  let assemblyFormat = "`<` $name `,` struct($mac_k, $mac_c, $vector, $sram, $at) `>`";
  let genVerifyDecl = 1;
}

def Scope_PackageOp : Op<Scope_Dialect, "package", [
    Symbol, HasParent<"::mlir::ModuleOp">]> {
  let summary = "one multi-chip module";
  let description = [{
    A grid of chiplets, the network-on-package (NoP) that joins them, and the
    DRAM ports. Fields keep the units they were written in; the analyses turn
    them into exact fractions of bytes a cycle, femtojoules, and whole cycles
    (rounded up).

    | field | default | meaning |
    |---|---|---|
    | `rows`, `cols` | needed | the grid; [0,0] is the top left chiplet |
    | `clock` | needed | the package clock |
    | `mac_k`, `mac_c` | needed | lanes over output channels, and over the reduction |
    | `vector` | needed | elements a cycle for everything that is not a multiply-accumulate |
    | `sram` | needed | memory of a chiplet for weights and activations together |
    | `port` | needed | what a chiplet takes in, and as much out |
    | `link` | `port` | what one mesh link carries, each direction |
    | `hop` | needed | the time of one hop |
    | `multicast` | false | whether one copy on a link serves several receivers |
    | `dram` | needed | the DRAM ports |
    | `dram_latency` | 0 cycles | until the first byte from DRAM arrives |
    | `batch` | 64 | samples of a batch where the user says none |
    | `mac_energy` | 0 pJ/mac | of one multiply-accumulate |
    | `sram_read_energy`, `sram_write_energy` | 0 pJ/byte | of the SRAM |
    | `hop_energy` | 0 pJ/byte | of one hop over the NoP |
    | `dram_energy` | 0 pJ/byte | of DRAM |
    | `idle` | 0 W | power of the whole package that does nothing |
    | `disabled` | none | chiplets that must not be used |
    | `kinds` | none | chiplets that differ from the usual ones |

    ```mlir
    scope.package @small <{
      rows = 2, cols = 2, clock = 1 GHz,
      mac_k = 4, mac_c = 4, vector = 4, sram = 4 KiB,
      port = 8 B/cycle, hop = 2 cycles,
      dram = [<[0,0], [1,0] each 2 GB/s>],
      disabled = <[1,1]>
    }>
    ```

    Constraints:

    - it stands directly in a module;
    - every field is one of the table, is given at most once, and has a unit of
      the right measure; those that are needed are given;
    - `rows` and `cols` are 1 to 32; `mac_k`, `mac_c` and `vector` 1 to 65536;
      `batch` at least 1;
    - `clock`, `sram`, `port`, `link` and the bandwidth of every DRAM port are
      above zero;
    - all coordinates are on the grid;
    - at least one chiplet is enabled;
    - there is a DRAM port on an enabled chiplet, and no chiplet has two;
    - kinds have different names and share no chiplet.

    That no DRAM port is faster than the links at its chiplet is checked where
    the package is read, because it needs exact arithmetic.
  }];
  defvar LaneAttr = ConfinedAttr<I64Attr, [IntPositive, IntMaxValue<65536>]>;
  defvar GridAttr = ConfinedAttr<I64Attr, [IntPositive, IntMaxValue<32>]>;
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    GridAttr:$rows, GridAttr:$cols,
    Scope_QuantityAttr:$clock,
    LaneAttr:$mac_k, LaneAttr:$mac_c, LaneAttr:$vector,
    Scope_QuantityAttr:$sram,
    Scope_QuantityAttr:$port,
    OptionalAttr<Scope_QuantityAttr>:$link,
    Scope_QuantityAttr:$hop,
    OptionalAttr<BoolAttr>:$multicast,
    TypedArrayAttrBase<Scope_DramPortsAttr, "array of DRAM ports">:$dram,
    OptionalAttr<Scope_QuantityAttr>:$dram_latency,
    OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$batch,
    OptionalAttr<Scope_QuantityAttr>:$mac_energy,
    OptionalAttr<Scope_QuantityAttr>:$sram_read_energy,
    OptionalAttr<Scope_QuantityAttr>:$sram_write_energy,
    OptionalAttr<Scope_QuantityAttr>:$hop_energy,
    OptionalAttr<Scope_QuantityAttr>:$dram_energy,
    OptionalAttr<Scope_QuantityAttr>:$idle,
    OptionalAttr<Scope_RegionAttr>:$disabled,
    OptionalAttr<TypedArrayAttrBase<Scope_ChipletKindAttr,
                                    "array of chiplet kinds">>:$kinds);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
}

#endif // SCOPE_IR_SCOPEPACKAGE_TD
