#include "slice/json_scan.hpp"

#include "json/cursor.hpp"

#include <algorithm>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::string_view kSpace = " \t\n\r";
constexpr std::string_view kDelimiters = ",:]}[{\" \t\n\r";

}  // namespace

Result<std::string_view> JsonScan::view() { return window_.at(at_); }

std::unexpected<Error> JsonScan::malformed(std::string_view what) const {
  return fail(ErrorKind::kCorrupt,
              "the value is not JSON: " + std::string(what) + " at byte " + std::to_string(at_));
}

Result<char> JsonScan::peek() {
  for (;;) {
    const auto bytes = view();
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) return '\0';
    const auto found = bytes->find_first_not_of(kSpace);
    if (found != std::string_view::npos) {
      at_ += found;
      return (*bytes)[found];
    }
    at_ += bytes->size();
  }
}

Result<bool> JsonScan::skip_if(char c) {
  const auto next = peek();
  if (!next) return std::unexpected(next.error());
  if (*next != c) return false;
  ++at_;
  return true;
}

Result<void> JsonScan::expect(char c) {
  const auto skipped = skip_if(c);
  if (!skipped) return std::unexpected(skipped.error());
  if (*skipped) return {};
  return malformed(std::string("expected '") + c + "'");
}

Result<void> JsonScan::skip_value() {
  const auto first = peek();
  if (!first) return std::unexpected(first.error());
  if (*first == '"') return skip_string(nullptr, 0);
  return *first == '{' || *first == '[' ? skip_brackets() : skip_literal();
}

Result<std::optional<std::string>> JsonScan::read_string(std::size_t max_bytes) {
  const auto first = peek();
  if (!first) return std::unexpected(first.error());
  if (*first != '"') return malformed("expected a string");
  constexpr std::size_t kEscapeBytes = 6;
  const std::size_t most = max_bytes * kEscapeBytes + 2;
  std::string text;
  const std::uint64_t begin = at_;
  if (auto skipped = skip_string(&text, most); !skipped) {
    return std::unexpected(std::move(skipped.error()));
  }
  if (at_ - begin > most) return std::nullopt;
  json::Cursor cursor(text, begin);
  auto characters = cursor.read_string("a string");
  if (!characters) return malformed("malformed string");
  if (characters->size() > max_bytes) return std::nullopt;
  return std::move(*characters);
}

Result<void> JsonScan::skip_string(std::string* kept, std::size_t max_bytes) {
  bool is_escaped = true;  // the quote it begins with
  for (;;) {
    const auto bytes = view();
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) return malformed("a string that does not end");
    std::size_t i = 0;
    bool has_ended = false;
    for (; i < bytes->size() && !has_ended; ++i) {
      const char c = (*bytes)[i];
      if (is_escaped) {
        is_escaped = false;
      } else if (c == '"') {
        has_ended = true;
      } else {
        is_escaped = c == '\\';
      }
    }
    if (kept != nullptr && kept->size() < max_bytes) {
      kept->append(bytes->substr(0, std::min(i, max_bytes - kept->size())));
    }
    at_ += i;
    if (has_ended) return {};
  }
}

Result<void> JsonScan::skip_brackets() {
  std::uint64_t depth = 0;
  for (;;) {
    const auto bytes = view();
    if (!bytes) return std::unexpected(bytes.error());
    if (bytes->empty()) return malformed("a bracket that is not closed");
    const auto found = std::ranges::find_if(
        *bytes, [](char c) { return c == '"' || c == '[' || c == '{' || c == ']' || c == '}'; });
    at_ += static_cast<std::uint64_t>(found - bytes->begin());
    if (found == bytes->end()) continue;
    const char c = *found;
    if (c == '"') {
      if (auto skipped = skip_string(nullptr, 0); !skipped) return skipped;
      continue;
    }
    ++at_;
    if (c == '[' || c == '{') {
      ++depth;
    } else if (--depth == 0) {
      return {};
    }
  }
}

Result<void> JsonScan::skip_literal() {
  const std::uint64_t begin = at_;
  for (;;) {
    const auto bytes = view();
    if (!bytes) return std::unexpected(bytes.error());
    const auto end = std::min(bytes->find_first_of(kDelimiters), bytes->size());
    at_ += end;
    if (end < bytes->size() || bytes->empty()) break;
  }
  if (at_ == begin) return malformed("expected a value");
  return {};
}

}  // namespace skep::slice
