#include "cli/table.hpp"

#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <algorithm>
#include <utility>

namespace skep::cli {
namespace {

constexpr std::string_view kGap = "  ";
constexpr std::size_t kNarrowestLast = 16;

}  // namespace

Table::Table(Output& out, std::vector<Column> columns)
    : out_(out), columns_(std::move(columns)), line_width_(output_width()) {
  for (const auto& column : columns_) widths_.push_back(width_of(column.title));
}

void Table::add(std::vector<std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_last = i + 1 == columns_.size();
    cells[i] = one_line(cells[i], is_last ? line_width_ : columns_[i].max_width);
    widths_[i] = std::max(widths_[i], width_of(cells[i]));
  }
  rows_.push_back(std::move(cells));
}

std::string Table::line_of(const std::vector<std::string>& cells) const {
  std::string line;
  std::size_t used = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) {
      line += kGap;
      used += kGap.size();
    }
    const bool is_last = i + 1 == cells.size();
    const std::size_t room =
        line_width_ > used + kNarrowestLast ? line_width_ - used : kNarrowestLast;
    const std::string cell = is_last ? one_line(cells[i], room) : cells[i];
    const std::size_t width = width_of(cell);
    const std::string padding(widths_[i] > width ? widths_[i] - width : 0, ' ');
    used += std::max(width, widths_[i]);
    if (columns_[i].is_number) {
      line += padding + cell;
    } else {
      line += is_last ? cell : cell + padding;
    }
  }
  return line;
}

void Table::flush() {
  if (!std::exchange(has_headings_, true)) {
    std::vector<std::string> titles;
    titles.reserve(columns_.size());
    for (const auto& column : columns_) titles.push_back(column.title);
    out_.line(dim(line_of(titles)));
  }
  for (const auto& row : rows_) out_.line(line_of(row));
  rows_.clear();
}

}  // namespace skep::cli
