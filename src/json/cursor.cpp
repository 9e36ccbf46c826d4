#include "json/cursor.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace skep::json {
namespace {

constexpr std::string_view kDelimiters = ",:]}[{\" \t\n\r";

}  // namespace

void Cursor::skip_space() {
  const auto is_space = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

std::size_t Cursor::position() {
  skip_space();
  return base_ + at_;
}

std::unexpected<Error> Cursor::error_at(std::size_t position, std::string what) {
  return fail(ErrorKind::kInvalidArgument,
              std::move(what) + " at byte " + std::to_string(position));
}

bool Cursor::skip_if(char c) {
  skip_space();
  if (at_ >= text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

Result<void> Cursor::expect(char c, std::string_view expected) {
  if (skip_if(c)) return {};
  return error_here(at_, "expected " + std::string(expected));
}

Result<void> Cursor::expect_end() {
  skip_space();
  if (at_ == text_.size()) return {};
  return error_here(at_, "text after the end of the JSON value");
}

Result<std::string> Cursor::read_string(std::string_view expected) {
  std::string unescaped;
  const auto characters = read_characters(expected, unescaped);
  if (!characters) return std::unexpected(characters.error());
  if (characters->data() == unescaped.data()) return unescaped;
  return std::string(*characters);
}

Result<std::string_view> Cursor::read_characters(std::string_view expected,
                                                 std::string& unescaped) {
  skip_space();
  const std::size_t start = at_;
  if (start >= text_.size() || text_[start] != '"') {
    return error_here(start, "expected " + std::string(expected) + " (a string)");
  }
  if (auto skipped = skip_string(); !skipped) return std::unexpected(std::move(skipped.error()));
  const std::string_view raw = text_.substr(start, at_ - start);
  if (raw.find('\\') == std::string_view::npos) {
    return raw.substr(1, raw.size() - 2);
  }
  boost::json::error_code code;
  const auto value = boost::json::parse(boost::json::string_view(raw.data(), raw.size()), code);
  if (code) return error_here(start, "malformed string");
  unescaped = value.get_string();
  return unescaped;
}

Result<std::string_view> Cursor::read_raw() {
  skip_space();
  const std::size_t start = at_;
  if (start >= text_.size()) return error_here(start, "the JSON text ends too early");
  const char first = text_[start];
  const auto skipped = first == '"'                   ? skip_string()
                       : first == '{' || first == '[' ? skip_brackets()
                                                      : skip_literal();
  if (!skipped) return std::unexpected(skipped.error());
  return text_.substr(start, at_ - start);
}

Result<void> Cursor::skip_string() {
  const std::size_t start = at_;
  for (std::size_t quote = start + 1;; ++quote) {
    // A search for one character is much faster than one for two: look back for escapes instead.
    quote = text_.find('"', quote);
    if (quote == std::string_view::npos) return error_here(start, "a string that does not end");
    std::size_t backslashes = 0;
    while (text_[quote - 1 - backslashes] == '\\') ++backslashes;
    if (backslashes % 2 == 0) {
      at_ = quote + 1;
      return {};
    }
  }
}

Result<void> Cursor::skip_brackets() {
  const std::size_t start = at_;
  std::size_t depth = 0;
  while (at_ < text_.size()) {
    switch (text_[at_]) {
      case '"':
        if (auto skipped = skip_string(); !skipped) return skipped;
        continue;
      case '[':
      case '{':
        ++depth;
        break;
      case ']':
      case '}':
        --depth;
        break;
      default:
        break;
    }
    ++at_;
    if (depth == 0) return {};
  }
  return error_here(start, "a bracket that is not closed");
}

Result<void> Cursor::skip_literal() {
  const std::size_t end = std::min(text_.find_first_of(kDelimiters, at_), text_.size());
  if (end == at_) return error_here(at_, "expected a value");
  at_ = end;
  return {};
}

}  // namespace skep::json
