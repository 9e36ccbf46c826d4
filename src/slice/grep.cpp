#include "slice/grep.hpp"

#include "slice/grep_output.hpp"
#include "slice/lines.hpp"
#include "slice/pattern.hpp"

#include <utility>

namespace skep::slice {
namespace {

// A match up to this is found wherever it lies in a line longer than the window.
constexpr std::size_t kMaxMatchBytes = 1'024;

// What is looked at in one go at least, where there is so much.
constexpr std::size_t kLeastBytes = 2 * (kMaxRowBytes + kMaxMatchBytes);

// Looks for rows that match, from `at_` on.
class Search {
 public:
  Search(TextSource& source, const Pattern& pattern, const Stop& stop, GrepOutput& output)
      : window_(source, stop), pattern_(pattern), output_(output), size_(window_.size_bytes()) {}

  Result<void> begin(const Grep& grep) {
    if (grep.from_byte > size_) {
      return fail(ErrorKind::kInvalidArgument,
                  "there is no byte " + std::to_string(grep.from_byte) + ": the content has " +
                      std::to_string(size_) + " bytes");
    }
    const auto at = character_boundary(window_, grep.from_byte);
    if (!at) return std::unexpected(at.error());
    at_ = *at;
    if (grep.from_line) {
      line_ = *grep.from_line;
      return {};
    }
    const auto line_feeds = count_line_feeds(window_, 0, at_);
    if (!line_feeds) return std::unexpected(line_feeds.error());
    line_ = *line_feeds + 1;
    return {};
  }

  // Goes on until the end, or until the output has no room.
  Result<void> run() {
    while (at_ < size_ && !full_) {
      // With the byte before, for what a pattern says of the beginning of a line.
      const std::size_t before = at_ == 0 ? 0 : 1;
      const auto view = window_.at(at_ - before, kLeastBytes);
      if (!view) return std::unexpected(view.error());
      if (view->size() <= before) return fail(ErrorKind::kInternal, "the content ends too early");
      look(*view, before);
    }
    return {};
  }

  [[nodiscard]] bool full() const noexcept { return full_; }
  [[nodiscard]] std::uint64_t position() const noexcept { return at_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return size_; }
  [[nodiscard]] Window& window() noexcept { return window_; }

 private:
  // Looks at `view`, which begins `before` bytes before `at_`, as far as its rows are whole.
  void look(std::string_view view, std::size_t before) {
    const std::uint64_t base = at_ - before;
    const bool is_end = base + view.size() == size_;
    const auto line_feed = view.rfind('\n');
    const bool has_line = line_feed != std::string_view::npos && line_feed >= before;
    // Behind the search there is always a byte, unless the content ends there; and behind `whole`
    // there is all of a match that begins before it.
    const std::size_t end = is_end ? view.size() : has_line ? line_feed : view.size() - 1;
    std::size_t whole = end;
    if (!is_end) whole = has_line ? line_feed + 1 : view.size() - kMaxMatchBytes;
    const std::size_t least_bytes = is_end || has_line ? 0 : kMaxRowBytes + kMaxMatchBytes;

    while (at_ < base + whole) {
      const auto found = pattern_.find(view, static_cast<std::size_t>(at_ - base), end);
      std::optional<std::size_t> match_at;
      if (found) match_at = static_cast<std::size_t>(found->data() - view.data());
      const bool is_behind_last_line = is_end && match_at == view.size() && view.ends_with('\n');
      if (is_behind_last_line || (!is_end && match_at >= whole)) match_at.reset();
      // Steps over the rows before the match.
      for (;;) {
        const auto from = static_cast<std::size_t>(at_ - base);
        if (from >= whole || view.size() - from < least_bytes) return;
        const Row row = row_at(view, base);
        if (match_at && holds(row, base + *match_at)) {
          take(row, output_.add_match(row, {row.line, base + *match_at, found->size()}));
          break;
        }
        take(row, output_.add_other(row));
        if (full_) break;
      }
      if (full_) return;
    }
  }

  // Whether a match that begins at `match_at` belongs to the row; one at the end of all belongs to
  // the last.
  [[nodiscard]] bool holds(const Row& row, std::uint64_t match_at) const {
    return match_at < row.end || (match_at == size_ && row.end == size_);
  }

  [[nodiscard]] Row row_at(std::string_view view, std::uint64_t base) const {
    const auto from = static_cast<std::size_t>(at_ - base);
    const std::string_view rest = view.substr(from);
    const std::size_t count = row_bytes(rest);
    Row row;
    row.begin = at_;
    row.end = at_ + count;
    row.line = line_;
    row.starts_line = from == 0 || view[from - 1] == '\n';
    row.text = rest.substr(0, count);
    const bool has_line_feed = row.text.ends_with('\n');
    if (has_line_feed) row.text.remove_suffix(1);
    row.ends_line = has_line_feed || row.end == size_;
    return row;
  }

  // Goes on behind the row if it was added, and stops otherwise.
  void take(const Row& row, bool is_added) {
    if (is_added) {
      at_ = row.end;
      if (row.has_line_feed()) ++line_;
      return;
    }
    full_ = true;
    const Row& first = output_.resume(row);
    at_ = first.begin;
    line_ = first.line;
  }

  Window window_;
  const Pattern& pattern_;
  GrepOutput& output_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::uint64_t line_ = 1;  // of `at_`
  bool full_ = false;
};

}  // namespace

Result<Slice> grep_lines(TextSource& source, const Grep& grep, std::size_t budget,
                         const Stop& stop) {
  const auto pattern = Pattern::compile(grep);
  if (!pattern) return std::unexpected(pattern.error());
  GrepOutput output(grep, budget);
  Search search(source, *pattern, stop, output);
  if (auto begun = search.begin(grep); !begun) return std::unexpected(std::move(begun.error()));
  Slice slice;
  slice.begin_byte = search.position();
  const std::uint64_t first_line = search.line();
  if (auto run = search.run(); !run) return std::unexpected(std::move(run.error()));
  output.give(slice);

  slice.end_byte = search.position();
  slice.total_bytes = search.size_bytes();
  slice.remaining_bytes = slice.total_bytes - slice.end_byte;
  if (slice.end_byte > slice.begin_byte) {
    const auto last = search.window().at(slice.end_byte - 1);
    if (!last) return std::unexpected(last.error());
    slice.first_line = first_line;
    slice.last_line = search.line() - (last->starts_with('\n') ? 1U : 0U);
  }
  if (slice.total_bytes <= kMaxCountedBytes) {
    const auto total_lines = count_lines(search.window());
    if (!total_lines) return std::unexpected(total_lines.error());
    slice.total_lines = *total_lines;
  } else if (!search.full()) {
    slice.total_lines = slice.last_line;
  }
  if (search.full()) {
    Grep rest = grep;
    rest.from_byte = search.position();
    rest.from_line = search.line();
    slice.next.emplace(std::move(rest));
  }
  return slice;
}

}  // namespace skep::slice
