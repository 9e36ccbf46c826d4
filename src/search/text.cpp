#include "search/text.hpp"

#include "search/characters.hpp"
#include "search/tokens.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <variant>

namespace skep::search {
namespace {

// The code unit that the four digits behind `\u` spell.
std::optional<char32_t> code_unit(std::string_view digits) {
  unsigned value = 0;
  digits = digits.substr(0, 4);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (error != std::errc() || digits.size() < 4 || end != digits.data() + 4) return std::nullopt;
  return value;
}

// Takes pieces of text until there is enough of them.
class TextBuilder {
 public:
  [[nodiscard]] bool is_full() const noexcept { return out_.size() >= kMaxSearchedBytes; }

  void add(std::string_view text) {
    out_ += text.substr(0, kMaxSearchedBytes - std::min(out_.size(), kMaxSearchedBytes));
  }

  void begin_line() {
    if (!out_.empty() && !out_.ends_with('\n')) out_ += '\n';
  }

  // The lines of a JSON value. It neither recurses nor looks further than it has room for.
  void add_json(std::string_view json) {
    for (std::size_t at = 0; at < json.size() && !is_full();) {
      const char c = json[at];
      if (c == '"') {
        const std::size_t end = end_of_string(json, at);
        add_string(json.substr(at + 1, end - at - 1));
        at = std::min(end + 1, json.size());
      } else if (c == ':') {
        out_ += ": ";
        ++at;
      } else if (kStructure.find(c) != std::string_view::npos) {
        begin_line();
        ++at;
      } else if (kSpace.find(c) != std::string_view::npos) {
        ++at;
      } else {
        const std::size_t end = std::min(json.find_first_of(kDelimiters, at), json.size());
        add(json.substr(at, end - at));
        at = end;
      }
    }
  }

  [[nodiscard]] std::string finish() {
    if (out_.size() > kMaxSearchedBytes) out_.resize(kMaxSearchedBytes);
    drop_cut_character();
    while (out_.ends_with('\n')) out_.pop_back();
    for (auto at = out_.find(kBreak); at != std::string::npos; at = out_.find(kBreak, at)) {
      out_.replace(at, kBreak.size(), " ");
    }
    std::ranges::replace_if(
        out_,
        [](char c) {
          return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
        },
        ' ');
    return std::move(out_);
  }

 private:
  static constexpr std::string_view kSpace = " \t\n\r";
  static constexpr std::string_view kStructure = "{}[],";
  static constexpr std::string_view kDelimiters = "{}[],:\" \t\n\r";

  // Where the quote is that ends the string at `at`, or where it is long enough for us.
  static std::size_t end_of_string(std::string_view json, std::size_t at) {
    constexpr std::size_t kLongestEscape = 6;
    json = json.substr(0, std::min(json.size(), at + kLongestEscape * kMaxSearchedBytes));
    for (++at; at < json.size() && json[at] != '"'; ++at) {
      if (json[at] == '\\') ++at;
    }
    return std::min(at, json.size());
  }

  void add_string(std::string_view escaped) {
    while (!escaped.empty() && !is_full()) {
      const auto plain = std::min(escaped.find('\\'), escaped.size());
      add(escaped.substr(0, plain));
      escaped.remove_prefix(plain);
      if (escaped.size() < 2) return;
      const char kind = escaped[1];
      escaped.remove_prefix(2);
      switch (kind) {
        case 'n':
        case 'r':
          out_ += '\n';
          break;
        case 't':
        case 'b':
        case 'f':
          out_ += ' ';
          break;
        case 'u':
          add_code_unit(escaped);
          break;
        default:
          out_ += kind;
      }
    }
  }

  void add_code_unit(std::string_view& escaped) {
    const auto first = code_unit(escaped);
    if (!first) return;
    escaped.remove_prefix(4);
    char32_t code = *first;
    if (code >= 0xD800 && code < 0xDC00 && escaped.starts_with("\\u")) {
      const auto second = code_unit(escaped.substr(2));
      if (second && *second >= 0xDC00 && *second < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10U) + (*second - 0xDC00);
        escaped.remove_prefix(6);
      }
    }
    append_character(out_, code >= 0xD800 && code < 0xE000 ? U'\uFFFD' : code);
  }

  void drop_cut_character() {
    std::size_t tail = 0;
    while (tail < std::min<std::size_t>(out_.size(), 4)) {
      ++tail;
      const auto byte = static_cast<unsigned char>(out_[out_.size() - tail]);
      if (byte >= 0xC0) {
        const std::size_t whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2;
        if (tail < whole) out_.resize(out_.size() - tail);
        return;
      }
      if (byte < 0x80) return;
    }
  }

  std::string out_;
};

}  // namespace

std::string searchable_text(const OutputEvent& event, std::string_view value) {
  TextBuilder text;
  if (const auto* progress = std::get_if<Progress>(&event)) {
    text.add(progress->stage);
    text.begin_line();
    text.add(progress->note.value_or(""));
    return text.finish();
  }
  if (const auto* artifact = std::get_if<Artifact>(&event)) {
    text.add(artifact->name);
    text.begin_line();
  }
  if (const auto* file = std::get_if<FileRef>(content_of(event))) {
    text.add(file->path);
  } else {
    text.add_json(value);
  }
  return text.finish();
}

std::string searchable_text(const OutputEvent& event) {
  const ContentRef* content = content_of(event);
  const auto* inlined = content != nullptr ? std::get_if<Inline>(content) : nullptr;
  return searchable_text(
      event, inlined != nullptr ? std::string_view(inlined->value.text()) : std::string_view());
}

}  // namespace skep::search
