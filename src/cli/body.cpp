#include "cli/body.hpp"

#include "cli/text.hpp"

#include <variant>

namespace skep::cli {

std::optional<std::string> body_of(const OutputEvent& event) {
  const ContentRef* content = content_of(event);
  if (content == nullptr) return std::nullopt;
  const auto* value = std::get_if<Inline>(content);
  if (value == nullptr) return std::nullopt;
  if (auto text = value->value.as_string()) return std::move(*text);
  return value->value.text();
}

std::optional<std::uint64_t> body_bytes(const OutputEvent& event) {
  if (const auto body = body_of(event)) return body->size();
  const ContentRef* content = content_of(event);
  return content == nullptr ? std::nullopt : std::get<FileRef>(*content).size_hint;
}

std::string digest_of(const OutputEvent& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    return progress->note ? progress->stage + ": " + *progress->note : progress->stage;
  }
  const auto* artifact = std::get_if<Artifact>(&event);
  const std::string name = artifact == nullptr ? "" : artifact->name + ": ";
  if (auto body = body_of(event)) return name + *body;
  return name + describe(std::get<FileRef>(*content_of(event)));
}

std::string describe(const FileRef& file) {
  std::string text = "file " + file.path;
  std::string details = file.mime.value_or("");
  if (file.size_hint) {
    if (!details.empty()) details += ", ";
    details += human_bytes(*file.size_hint);
  }
  return details.empty() ? text : text + " (" + details + ")";
}

}  // namespace skep::cli
