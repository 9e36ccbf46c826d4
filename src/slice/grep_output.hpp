// What a grep shows, within its budget.
#pragma once

#include "slice/grep_rows.hpp"

#include <skep/slice.hpp>

#include <deque>

namespace skep::slice {

/// Takes all rows in their order, and keeps those that match and their context, as long as there is
/// room.
class GrepOutput {
 public:
  GrepOutput(const Grep& grep, std::size_t budget) : grep_(grep), budget_(budget) {}

  /// These return false if there was no room for the row: it is then as if it had not come. The
  /// grep has to go on, another time, at `resume`.
  [[nodiscard]] bool add_other(const Row& row);
  [[nodiscard]] bool add_match(const Row& row, SliceMatch match);

  /// Where the first row lies that may have to be shown next: `row`, or what comes before it.
  [[nodiscard]] const Row& resume(const Row& row) const {
    return before_.empty() ? row : before_.front().row;
  }

  /// Moves what there is into `slice`.
  void give(Slice& slice);

 private:
  // A row that outlives the window it was seen in.
  struct Kept {
    explicit Kept(const Row& seen) : text(seen.text), row(seen) { row.text = text; }
    Kept(const Kept&) = delete;
    Kept& operator=(const Kept&) = delete;
    ~Kept() = default;

    std::string text;
    Row row;
  };

  [[nodiscard]] bool fits(const std::string& shown) const;
  void show(const std::string& shown, std::uint64_t end);

  const Grep& grep_;
  std::size_t budget_;
  std::size_t used_ = 0;
  std::string text_;
  std::uint64_t shown_end_ = 0;  // of the last row in the text
  std::deque<Kept> before_;      // may be the context of a match to come
  std::size_t after_left_ = 0;   // rows after the last match
  std::vector<SliceMatch> matches_;
  std::uint64_t invalid_bytes_ = 0;
};

}  // namespace skep::slice
