#include "json/validate.hpp"

#include "json/check.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <charconv>
#include <cmath>
#include <optional>
#include <string>

namespace skep::json {
namespace {

namespace bj = boost::json;

// Takes the parser's events and keeps nothing.
struct NullHandler {
  // Names that the parser looks for. NOLINTBEGIN(readability-identifier-naming)
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  // NOLINTEND(readability-identifier-naming)

  using Code = bj::error_code;
  using View = bj::string_view;

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t, Code&) { return true; }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t, Code&) { return true; }
  bool on_key_part(View, std::size_t, Code&) { return true; }
  bool on_key(View, std::size_t, Code&) { return true; }
  bool on_string_part(View, std::size_t, Code&) { return true; }
  bool on_string(View, std::size_t, Code&) { return true; }
  bool on_number_part(View, Code&) { return true; }
  bool on_int64(std::int64_t, View, Code&) { return true; }
  bool on_uint64(std::uint64_t, View, Code&) { return true; }
  bool on_double(double number, View text, Code& code) {
    // The parser's own conversion is not exact at the edge of the range, and 0e400 is NaN to it.
    constexpr double kSurelyInRange = 1e300;
    if (std::fabs(number) < kSurelyInRange) return true;
    const auto exact = std::from_chars(text.data(), text.data() + text.size(), number);
    if (exact.ec == std::errc()) return true;
    number_begin = text.data();
    code = bj::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }

  const char* number_begin = nullptr;  ///< Of the number out of range, if there was one.
};

// Where an escaped high surrogate lies, if the parser gave up at `at` since no other followed it.
std::optional<std::size_t> high_surrogate_before(std::string_view text, std::size_t at) {
  constexpr std::size_t kEscapeBytes = 6;
  if (at > 0 && text[at - 1] == '\\') --at;
  if (at < kEscapeBytes) return std::nullopt;
  const std::size_t begin = at - kEscapeBytes;
  constexpr std::string_view kHighDigits = "89abAB";
  if (text[begin] != '\\' || text[begin + 1] != 'u' || (text[begin + 2] | 0x20) != 'd' ||
      kHighDigits.find(text[begin + 3]) == std::string_view::npos) {
    return std::nullopt;
  }
  // After an odd number of backslashes this one is itself escaped.
  std::size_t backslashes = 0;
  while (backslashes < begin && text[begin - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 0 ? std::optional(begin) : std::nullopt;
}

std::string describe(const bj::error_code& code) {
  if (code == bj::error::too_deep) {
    return "value nested deeper than " + std::to_string(kMaxValueDepth) + " levels";
  }
  if (code == bj::error::extra_data) return "text after the end of the JSON value";
  if (code == bj::error::incomplete) return "the JSON text ends too early";
  if (code == bj::error::exponent_overflow) return "number outside the range of a double";
  if (code == bj::error::illegal_leading_surrogate ||
      code == bj::error::illegal_trailing_surrogate || code == bj::error::expected_utf16_escape) {
    return "lone surrogate in a string";
  }
  return "malformed JSON (" + code.message() + ")";
}

std::string message_at(std::string what, std::size_t position) {
  return std::move(what) + " at byte " + std::to_string(position);
}

// What stopped the parser at byte `read` of `text`.
std::string explain(std::string_view text, std::size_t read, const bj::error_code& code,
                    const NullHandler& handler) {
  if (handler.number_begin != nullptr) {
    read = static_cast<std::size_t>(handler.number_begin - text.data());
  } else if (code == bj::error::syntax || code == bj::error::incomplete) {
    // Both are spoken of as syntax by the parser, or with the wrong byte.
    if (const auto invalid = invalid_utf8_at(text); invalid && *invalid <= read) {
      return message_at("invalid UTF-8", *invalid);
    }
    const auto surrogate = high_surrogate_before(text, read);
    if (surrogate && code == bj::error::syntax) {
      return message_at("lone surrogate in a string", *surrogate);
    }
  }
  return message_at(describe(code), read);
}

// Where the parser stopped, and why; at the end without a code.
struct Stop {
  std::size_t read = 0;
  bj::error_code code;
  NullHandler handler;

  [[nodiscard]] std::string explain(std::string_view text) const {
    return json::explain(text, read, code, handler);
  }
};

Stop find_stop(std::string_view text, std::size_t max_depth) {
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::basic_parser<NullHandler> parser(options);
  Stop stop;
  stop.read = parser.write_some(false, text.data(), text.size(), stop.code);
  if (!stop.code && stop.read < text.size()) stop.code = bj::error::extra_data;
  stop.handler = parser.handler();
  return stop;
}

}  // namespace

Result<void> validate(std::string_view text, std::size_t max_depth) {
  const Stop stop = find_stop(text, max_depth);
  if (!stop.code) return {};
  return fail(ErrorKind::kInvalidArgument, stop.explain(text));
}

Result<void> validate_stored(std::string_view text) {
  const Stop stop = find_stop(text, kMaxEventDepth);
  const auto& code = stop.code;
  if (!code || code == bj::error::too_deep || code == bj::error::exponent_overflow ||
      code == bj::error::illegal_leading_surrogate ||
      code == bj::error::illegal_trailing_surrogate || code == bj::error::expected_utf16_escape) {
    return {};
  }
  const bool is_text = !invalid_utf8_at(text);
  if (is_text && code == bj::error::syntax && high_surrogate_before(text, stop.read)) return {};
  return fail(ErrorKind::kCorrupt, stop.explain(text));
}

}  // namespace skep::json
