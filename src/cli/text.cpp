#include "cli/text.hpp"

#include <array>
#include <cstdio>
#include <cwchar>
#include <optional>
#include <utility>

namespace skep::cli {
namespace {

struct Character {
  std::optional<char32_t> code_point;  // None: a byte that is not UTF-8.
  std::size_t length_bytes;
};

// The first character of a text that is not empty.
Character first_character(std::string_view text) {
  constexpr Character kInvalid{std::nullopt, 1};
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xc2 || lead > 0xf4) return kInvalid;
  const std::size_t length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (text.size() < length) return kInvalid;
  char32_t code_point = lead & (0x7fU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80U) return kInvalid;
    code_point = (code_point << 6U) | (byte(i) & 0x3fU);
  }
  const bool overlong =
      (length == 3 && code_point < 0x800) || (length == 4 && code_point < 0x10000);
  const bool surrogate = code_point >= 0xd800 && code_point < 0xe000;
  if (overlong || surrogate || code_point > 0x10ffff) return kInvalid;
  return {code_point, length};
}

bool is_harmful(char32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) ||        // C0, DEL and C1
         c == 0x61c || c == 0x200e || c == 0x200f ||   // direction marks
         (c >= 0x2028 && c <= 0x202e) ||               // separators, embeddings, overrides
         (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;  // isolates; byte order mark
}

std::string spelled_out(char32_t c) {
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (c == '\r') return "\\r";
  std::array<char, 12> text{};
  std::snprintf(text.data(), text.size(), c < 0x100 ? "\\x%02x" : "\\u%04x",
                static_cast<unsigned>(c));
  return text.data();
}

std::size_t columns_of(char32_t c) {
  const int columns = ::wcwidth(static_cast<wchar_t>(c));
  return columns < 0 ? 1 : static_cast<std::size_t>(columns);
}

// What stands for the first character of `text`, and its columns.
struct Glyph {
  std::string text;
  std::size_t columns;
};

Glyph glyph_of(std::string_view text, const Character& character) {
  std::string spelled;
  if (!character.code_point) {
    spelled = spelled_out(static_cast<unsigned char>(text.front()));
  } else if (is_harmful(*character.code_point)) {
    spelled = spelled_out(*character.code_point);
  } else {
    return {std::string(text.substr(0, character.length_bytes)), columns_of(*character.code_point)};
  }
  const std::size_t columns = spelled.size();
  return {std::move(spelled), columns};
}

}  // namespace

std::size_t find_invalid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const Character character = first_character(text.substr(at));
    if (!character.code_point) return at;
    at += character.length_bytes;
  }
  return std::string_view::npos;
}

std::string one_line(std::string_view text, std::size_t max_columns) {
  std::string result;
  std::size_t columns = 0;
  std::size_t cut = 0;  // Where the text can be cut and leave room for "…".
  while (!text.empty()) {
    const Character character = first_character(text);
    const Glyph glyph = glyph_of(text, character);
    if (glyph.columns > max_columns - columns) {
      result.resize(cut);
      return result += "…";
    }
    result += glyph.text;
    columns += glyph.columns;
    if (columns < max_columns) cut = result.size();
    text.remove_prefix(character.length_bytes);
  }
  return result;
}

std::string preview(std::string_view text, std::size_t max_columns) {
  // Enough for the columns, however many bytes a character and its combining marks take.
  const std::size_t max_bytes = max_columns < kNoLimit / 64 ? max_columns * 64 : kNoLimit;
  std::string spaced;
  bool pending = false;
  for (const char c : text) {
    if (spaced.size() > max_bytes) break;
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
      pending = !spaced.empty();
      continue;
    }
    if (std::exchange(pending, false)) spaced += ' ';
    spaced += c;
  }
  return one_line(spaced, max_columns);
}

std::string many_lines(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    const Character character = first_character(text);
    if (text.front() == '\n' || text.front() == '\t') {
      result += text.front();
    } else {
      result += glyph_of(text, character).text;
    }
    text.remove_prefix(character.length_bytes);
  }
  return result;
}

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = first_character(text);
    columns += character.code_point ? columns_of(*character.code_point) : 1;
    text.remove_prefix(character.length_bytes);
  }
  return columns;
}

std::string human_bytes(std::uint64_t bytes) {
  if (bytes < 1024) return std::to_string(bytes) + " B";
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  auto amount = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  while (amount >= 1023.95 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), amount < 9.95 ? "%.1f %s" : "%.0f %s", amount,
                kUnits.at(unit));
  return text.data();
}

}  // namespace skep::cli
