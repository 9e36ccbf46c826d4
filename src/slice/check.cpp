#include "slice/check.hpp"

#include "json/check.hpp"
#include "slice/pointer.hpp"

#include <string>

namespace skep::slice {
namespace {

Result<void> check_text(std::string_view what, std::string_view text, std::size_t max_bytes) {
  if (text.size() > max_bytes) {
    return fail(ErrorKind::kTooLarge, std::string(what) + " has " + std::to_string(text.size()) +
                                          " bytes; the limit is " + std::to_string(max_bytes));
  }
  return json::check_text(what, text);
}

Result<void> check_number(std::string_view what, std::uint64_t number, std::uint64_t min,
                          std::uint64_t max) {
  if (number >= min && number <= max) return {};
  return fail(ErrorKind::kInvalidArgument, std::string(what) + " is " + std::to_string(number) +
                                               "; it must be from " + std::to_string(min) + " to " +
                                               std::to_string(max));
}

Result<void> check_order(std::string_view what, std::uint64_t first,
                         const std::optional<std::uint64_t>& last) {
  if (!last || *last >= first) return {};
  return fail(ErrorKind::kInvalidArgument, std::string(what) + " end at " + std::to_string(*last) +
                                               ", before they begin at " + std::to_string(first));
}

struct CheckSelection {
  Result<void> operator()(const Whole&) const { return {}; }
  Result<void> operator()(const LineRange& lines) const {
    if (lines.first == 0) {
      return fail(ErrorKind::kInvalidArgument, "there is no line 0: lines are counted from 1");
    }
    return check_order("the lines", lines.first, lines.last);
  }
  Result<void> operator()(const ByteRange& bytes) const {
    return check_order("the bytes", bytes.first, bytes.last);
  }
  Result<void> operator()(const FirstChars& first) const {
    return check_number("first", first.count, 1, kMaxSliceChars);
  }
  Result<void> operator()(const LastChars& last) const {
    return check_number("last", last.count, 1, kMaxSliceChars);
  }
  Result<void> operator()(const Grep& grep) const {
    if (auto pattern = check_text("the pattern", grep.pattern, kMaxPatternBytes); !pattern) {
      return pattern;
    }
    auto checked = check_number("context", grep.context_lines, 0, kMaxGrepContextLines);
    if (checked) checked = check_number("max_matches", grep.max_matches, 1, kMaxGrepMatches);
    if (checked && grep.from_line == 0U) {
      return fail(ErrorKind::kInvalidArgument, "there is no line 0: lines are counted from 1");
    }
    return checked;
  }
};

}  // namespace

Result<void> check_query(const SliceQuery& query) {
  if (query.pointer) {
    if (auto text = check_text("the JSON Pointer", *query.pointer, kMaxPointerBytes); !text) {
      return text;
    }
    if (const auto tokens = parse_pointer(*query.pointer); !tokens) {
      return std::unexpected(tokens.error());
    }
  }
  if (query.max_chars) {
    const bool is_grep = std::holds_alternative<Grep>(query.selection);
    auto checked = check_number(is_grep ? "max_chars of a grep" : "max_chars", *query.max_chars,
                                is_grep ? kMinGrepChars : 1, kMaxSliceChars);
    if (!checked) return checked;
  }
  return std::visit(CheckSelection{}, query.selection);
}

}  // namespace skep::slice
