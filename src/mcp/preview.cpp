#include "mcp/preview.hpp"

#include "render/label.hpp"

#include <cctype>
#include <variant>

namespace skep::mcp {
namespace {

constexpr std::size_t kPreviewCharacters = 80;
// More than enough for so many characters, unless most of it is white space.
constexpr std::size_t kLookedAtBytes = 1'024;

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text.substr(0, kLookedAtBytes)) {
    const bool is_space = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (!is_space) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

Preview preview_of_text(std::string_view text) {
  return {render::label_of(on_one_line(text), kPreviewCharacters), text.size()};
}

}  // namespace

std::string progress_text(const Progress& progress) {
  return progress.note ? progress.stage + ": " + *progress.note : progress.stage;
}

std::string kind_of(const OutputEvent& event) {
  std::string kind(type_of(event));
  if (const auto* artifact = std::get_if<Artifact>(&event)) {
    kind += " \"" + on_one_line(artifact->name) + "\"";
  }
  const auto* last = std::get_if<Final>(&event);
  if (last != nullptr && !last->ok) kind += " FAILED";
  return kind;
}

Preview preview_of(const OutputEvent& event) {
  const ContentRef* content = content_of(event);
  if (content == nullptr) return preview_of_text(progress_text(std::get<Progress>(event)));
  if (const auto* file = std::get_if<FileRef>(content)) {
    Preview preview = preview_of_text(file->mime ? "[file, " + *file->mime + "]" : "[file]");
    preview.bytes = file->size_hint.value_or(0);
    return preview;
  }
  const JsonText& value = std::get<Inline>(*content).value;
  const auto text = value.as_string();
  return preview_of_text(text ? *text : value.text());
}

}  // namespace skep::mcp
