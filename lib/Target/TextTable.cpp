//===- TextTable.cpp - Tables in text of limited width --------------------===//
//
// Part of the Scope project, under the Apache License v2.0 with LLVM Exceptions.
// See LICENSE for license information.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TextTable.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"

using namespace scope;
using llvm::StringRef;

/// What stands before the first column, and columns between two columns.
static constexpr StringRef kMargin = "  ";
static constexpr size_t kGap = 2;
/// What a shortened name keeps at least.
static constexpr size_t kLeastName = 8;

void TextTable::addRow(std::vector<std::string> cells) {
  assert(cells.size() == columns.size() && "one cell a column");
  rows.push_back({std::move(cells), ""});
}

void TextTable::addHeading(std::string text) {
  rows.push_back({{}, std::move(text)});
}

size_t TextTable::longestWord() const {
  size_t longest = columns.back().title.size();
  for (const Row &row : rows) {
    if (row.cells.empty())
      continue;
    llvm::SmallVector<StringRef> words;
    StringRef(row.cells.back()).split(words, ' ');
    for (StringRef word : words)
      longest = std::max(longest, word.size());
  }
  return longest;
}

TextTable::Layout TextTable::layOut() const {
  llvm::SmallVector<size_t> widths;
  for (const TextColumn &column : columns)
    widths.push_back(column.title.size());
  for (const Row &row : rows)
    for (auto [width, cell] : llvm::zip(widths, row.cells))
      width = std::max(width, cell.size());
  // The last column goes on below itself if it is one of words.
  size_t fixed = widths.size();
  if (columns.back().style == ColumnStyle::Word)
    --fixed;
  size_t line = kMargin.size() + (widths.size() - 1) * kGap;
  for (size_t index = 0; index < fixed; ++index)
    line += widths[index];
  if (fixed < widths.size())
    line += longestWord();
  size_t excess = line > kTextWidth ? line - kTextWidth : 0;
  for (size_t index = 0; index < fixed; ++index)
    if (columns[index].style == ColumnStyle::Name &&
        widths[index] > kLeastName) {
      size_t less = std::min(excess, widths[index] - kLeastName);
      widths[index] -= less;
      excess -= less;
    }
  return {widths, excess > 0 ? kGap - 1 : kGap};
}

/// `name` without its middle, `width` long.
static std::string shorten(StringRef name, size_t width) {
  if (name.size() <= width)
    return name.str();
  constexpr StringRef mark = "..";
  size_t end = (width - mark.size()) / 2;
  size_t begin = width - mark.size() - end;
  return llvm::join_items("", name.take_front(begin), mark,
                          name.take_back(end));
}

void TextTable::printCells(llvm::raw_ostream &os,
                           llvm::ArrayRef<std::string> cells,
                           const Layout &layout) const {
  const auto &[widths, gap] = layout;
  os << kMargin;
  size_t at = kMargin.size();
  for (auto [index, cell] : llvm::enumerate(cells)) {
    bool isLast = index + 1 == cells.size();
    switch (columns[index].style) {
    case ColumnStyle::Number:
      os << llvm::right_justify(cell, widths[index]);
      break;
    case ColumnStyle::Name:
      os << llvm::left_justify(shorten(cell, widths[index]),
                               isLast ? 0 : widths[index]);
      break;
    case ColumnStyle::Word:
      if (isLast)
        printWrapped(os, cell, at);
      else
        os << llvm::left_justify(cell, widths[index]);
      break;
    }
    if (!isLast)
      os.indent(gap);
    at += widths[index] + gap;
  }
  os << "\n";
}

void TextTable::print(llvm::raw_ostream &os) const {
  Layout layout = layOut();
  std::vector<std::string> titles;
  titles.reserve(columns.size());
  for (const TextColumn &column : columns)
    titles.push_back(column.title);
  printCells(os, titles, layout);
  for (const Row &row : rows) {
    if (!row.cells.empty()) {
      printCells(os, row.cells, layout);
      continue;
    }
    os << kMargin;
    printWrapped(os, row.heading, kMargin.size());
    os << "\n";
  }
}

void scope::printWrapped(llvm::raw_ostream &os, StringRef text, size_t indent) {
  size_t room = kTextWidth - std::min(indent, kTextWidth);
  while (text.size() > room) {
    size_t cut = text.rfind(' ', room);
    if (cut == StringRef::npos || cut == 0)
      cut = text.find(' ', room);
    if (cut == StringRef::npos)
      break;
    os << text.take_front(cut).rtrim() << "\n";
    os.indent(indent);
    text = text.drop_front(cut).ltrim();
  }
  os << text;
}
