//===- TextTable.h - Tables in text of limited width ------------*- C++ -*-===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lays out the tables of a text report in kTextWidth columns: every column is
// as wide as it needs to be; where a line gets too long, names are shortened,
// and then the gaps; and the last column goes on below itself.
//
//===----------------------------------------------------------------------===//

#ifndef SCOPE_LIB_TARGET_TEXTTABLE_H
#define SCOPE_LIB_TARGET_TEXTTABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace scope {

inline constexpr size_t kTextWidth = 120;

/// How a column is laid out.
enum class ColumnStyle : uint8_t {
  /// To the right.
  Number,
  /// To the left.
  Word,
  /// To the left; loses its middle if the line is too long for the page.
  Name,
};

struct TextColumn {
  std::string title;
  ColumnStyle style = ColumnStyle::Number;
};

class TextTable {
public:
  explicit TextTable(llvm::ArrayRef<TextColumn> columns)
      : columns(columns.begin(), columns.end()) {}

  /// Adds a line with one cell a column.
  void addRow(std::vector<std::string> cells);
  /// Adds a line of text that stands across all columns.
  void addHeading(std::string text);
  void print(llvm::raw_ostream &os) const;

private:
  struct Row {
    std::vector<std::string> cells;
    std::string heading;
  };
  /// Of the last column, its title included.
  size_t longestWord() const;
  /// Widths of columns, and of the gaps between them.
  struct Layout {
    llvm::SmallVector<size_t> widths;
    size_t gap;
  };
  Layout layOut() const;
  void printCells(llvm::raw_ostream &os, llvm::ArrayRef<std::string> cells,
                  const Layout &layout) const;

  std::vector<TextColumn> columns;
  std::vector<Row> rows;
};

/// Prints `text` from column `indent` on, broken at spaces before the end of
/// the page; further lines start at `indent`. The first line is there already
/// up to `indent`.
void printWrapped(llvm::raw_ostream &os, llvm::StringRef text, size_t indent);

} // namespace scope

#endif // SCOPE_LIB_TARGET_TEXTTABLE_H
