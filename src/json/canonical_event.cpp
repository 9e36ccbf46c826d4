#include "json/canonical_event.hpp"

#include "json/cursor.hpp"

#include <string>
#include <utility>

namespace skep::json {
namespace {

constexpr std::string_view kInline = R"({"kind":"inline","value":)";

bool skip_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// The content at the beginning of `text`, which is left at what follows it.
std::optional<ContentRef> read_inline(std::string_view& text) {
  if (!skip_prefix(text, kInline)) return std::nullopt;
  const auto value = Cursor(text).read_raw();
  // A value that white space precedes is another spelling.
  if (!value || value->data() != text.data()) return std::nullopt;
  text.remove_prefix(value->size());
  if (!skip_prefix(text, "}")) return std::nullopt;
  return Inline(JsonText::from_stored(std::string(*value)));
}

std::optional<std::string> read_name(std::string_view& text) {
  const std::size_t end = text.find_first_of("\"\\");
  if (end == std::string_view::npos || text[end] != '"') return std::nullopt;
  std::string name(text.substr(0, end));
  text.remove_prefix(end);
  return name;
}

std::optional<OutputEvent> read_final(std::string_view text) {
  auto content = read_inline(text);
  if (!content) return std::nullopt;
  if (text == R"(,"ok":true})") return Final(std::move(*content), true);
  if (text == R"(,"ok":false})") return Final(std::move(*content), false);
  return std::nullopt;
}

}  // namespace

std::optional<OutputEvent> read_canonical_event(std::string_view text) {
  if (skip_prefix(text, R"({"type":"final","content":)")) return read_final(text);
  if (skip_prefix(text, R"({"type":"partial","chunk":)")) {
    auto chunk = read_inline(text);
    if (!chunk || text != "}") return std::nullopt;
    return Partial(std::move(*chunk));
  }
  if (skip_prefix(text, R"({"type":"artifact","name":")")) {
    auto name = read_name(text);
    if (!name || !skip_prefix(text, R"(","content":)")) return std::nullopt;
    auto content = read_inline(text);
    if (!content || text != "}") return std::nullopt;
    return Artifact(std::move(*name), std::move(*content));
  }
  return std::nullopt;
}

}  // namespace skep::json
