#include <skep/json_text.hpp>

#include "json/check.hpp"
#include "json/cursor.hpp"
#include "json/validate.hpp"
#include "json/write.hpp"

namespace skep {

Result<JsonText> JsonText::parse(std::string text) {
  if (auto valid = json::validate(text, kMaxValueDepth); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  constexpr std::string_view kSpace = " \t\n\r";
  text.erase(text.find_last_not_of(kSpace) + 1);
  text.erase(0, text.find_first_not_of(kSpace));
  return JsonText(std::move(text), true);
}

Result<JsonText> JsonText::from_string(std::string_view text) {
  if (auto valid = json::check_text("the text", text); !valid) {
    return std::unexpected(std::move(valid.error()));
  }
  std::string out;
  out.reserve(text.size() + 2);
  json::write_string(out, text);
  return JsonText(std::move(out), true);
}

Result<std::string> JsonText::as_string() const {
  json::Cursor cursor(text_);
  auto string = cursor.read_string("the value");
  if (!string) return string;
  if (auto end = cursor.expect_end(); !end) return std::unexpected(std::move(end.error()));
  return string;
}

}  // namespace skep
