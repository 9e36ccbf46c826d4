// Rows under headings, written as they come.
#pragma once

#include "cli/output.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace skep::cli {

struct Column {
  std::string title;
  bool is_number = false;      ///< Set flush right.
  std::size_t max_width = 40;  ///< The last column takes what the line has left instead.
};

/// Columns grow with what they hold, page by page, so that a listing of any length can be shown
/// without being held. Cells are made harmless and cut to their column.
class Table {
 public:
  Table(Output& out, std::vector<Column> columns);

  /// Keeps a row for the next `flush`: a cell for each column.
  void add(std::vector<std::string> cells);

  /// Writes the rows that were added, the headings before the first ones.
  void flush();

  /// The columns of a line: no cell can show more.
  [[nodiscard]] std::size_t line_width() const noexcept { return line_width_; }

 private:
  [[nodiscard]] std::string line_of(const std::vector<std::string>& cells) const;

  Output& out_;
  std::vector<Column> columns_;
  std::vector<std::size_t> widths_;
  std::vector<std::vector<std::string>> rows_;
  std::size_t line_width_;
  bool has_headings_ = false;
};

}  // namespace skep::cli
