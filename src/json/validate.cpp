#include "json/validate.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <simdjson.h>

#include <cmath>
#include <string>

namespace skep::json {
namespace {

namespace bj = boost::json;

// Takes the parser's events and keeps nothing.
struct NullHandler {
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

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
  bool on_double(double number, View, Code& code) {
    if (std::isfinite(number)) return true;
    code = bj::error::exponent_overflow;
    return false;
  }
  bool on_bool(bool, Code&) { return true; }
  bool on_null(Code&) { return true; }
  bool on_comment_part(View, Code&) { return true; }
  bool on_comment(View, Code&) { return true; }
};

std::string describe(const bj::error_code& code, std::string_view text) {
  if (code == bj::error::too_deep) {
    return "value nested deeper than " + std::to_string(kMaxValueDepth) + " levels";
  }
  if (!simdjson::validate_utf8(text.data(), text.size())) return "invalid UTF-8";
  if (code == bj::error::extra_data) return "text after the end of the JSON value";
  if (code == bj::error::incomplete) return "the JSON text ends too early";
  if (code == bj::error::exponent_overflow) return "number outside the range of a double";
  if (code == bj::error::illegal_leading_surrogate ||
      code == bj::error::illegal_trailing_surrogate || code == bj::error::expected_utf16_escape) {
    return "lone surrogate in a string";
  }
  return "malformed JSON (" + code.message() + ")";
}

}  // namespace

Result<void> validate(std::string_view text, std::size_t max_depth) {
  bj::parse_options options;
  options.max_depth = max_depth;
  bj::basic_parser<NullHandler> parser(options);
  bj::error_code code;
  const std::size_t read = parser.write_some(false, text.data(), text.size(), code);
  if (!code && read < text.size()) code = bj::error::extra_data;
  if (!code) return {};
  return fail(ErrorKind::kInvalidArgument,
              describe(code, text) + " at byte " + std::to_string(read));
}

}  // namespace skep::json
