#include "json/check.hpp"

#include <boost/locale/utf.hpp>
#include <simdjson.h>

#include <string>

namespace skep::json {
namespace {

Result<void> check_content(const ContentRef& content) {
  if (const auto* inlined = std::get_if<Inline>(&content)) {
    if (inlined->value.checked()) return {};
    auto parsed = JsonText::parse(inlined->value.text());
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    if (*parsed == inlined->value) return {};
    return fail(ErrorKind::kInvalidArgument, "the value has white space around it");
  }
  const auto& file = std::get<FileRef>(content);
  if (auto path = check_text("path", file.path); !path || !file.mime) return path;
  return check_text("mime", *file.mime);
}

}  // namespace

std::optional<std::size_t> invalid_utf8_at(std::string_view text) {
  // Most names are short and ASCII: they are seen through before simdjson has picked its kernel.
  constexpr std::size_t kShortBytes = 32;
  if (text.size() <= kShortBytes) {
    unsigned char bits = 0;
    for (const char c : text) bits |= static_cast<unsigned char>(c);
    if (bits < 0x80) return std::nullopt;
  }
  if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
  namespace utf = boost::locale::utf;
  const auto* at = text.begin();
  for (;;) {
    const auto* start = at;
    const auto point = utf::utf_traits<char>::decode(at, text.end());
    if (point == utf::illegal || point == utf::incomplete) {
      return static_cast<std::size_t>(start - text.begin());
    }
  }
}

Result<void> check_text(std::string_view what, std::string_view text) {
  const auto invalid = invalid_utf8_at(text);
  if (!invalid) return {};
  return fail(ErrorKind::kInvalidArgument,
              std::string(what) + " is not valid UTF-8 at byte " + std::to_string(*invalid));
}

Result<void> check_event(const OutputEvent& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    if (auto stage = check_text("stage", progress->stage); !stage || !progress->note) return stage;
    return check_text("note", *progress->note);
  }
  if (const auto* artifact = std::get_if<Artifact>(&event)) {
    if (auto name = check_text("name", artifact->name); !name) return name;
  }
  return check_content(*content_of(event));
}

}  // namespace skep::json
