#include "compare/readable.hpp"

#include <algorithm>
#include <variant>

namespace skep::compare {
namespace {

constexpr std::size_t kMaxIndentDepth = 32;

class Spreader {
 public:
  Spreader(std::string_view text, const Stop& stop) : text_(text), stop_(stop) {}

  std::string spread() {
    while (at_ < text_.size() && !stop_.is_set()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = text_[at_++];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return;
    if (c == '"') {
      copy_string();
    } else if (c == '{' || c == '[') {
      out_ += c;
      skip_space();
      const bool is_empty = at_ < text_.size() && (text_[at_] == '}' || text_[at_] == ']');
      if (is_empty) {
        out_ += text_[at_++];
      } else {
        ++depth_;
        begin_line();
      }
    } else if (c == '}' || c == ']') {
      if (depth_ > 0) --depth_;
      begin_line();
      out_ += c;
    } else {
      out_ += c;
      if (c == ',') begin_line();
      if (c == ':') out_ += ' ';
    }
  }

  void copy_string() {
    const std::size_t begin = at_ - 1;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2U : 1U;
    at_ = std::min(at_ + 1, text_.size());
    out_ += text_.substr(begin, at_ - begin);
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\n\r", at_), text_.size()); }

  void begin_line() {
    out_ += '\n';
    out_.append(2 * std::min(depth_, kMaxIndentDepth), ' ');
  }

  std::string_view text_;
  const Stop& stop_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string out_;
};

Readable with_content(std::string head, const ContentRef& content, const Stop& stop) {
  if (const auto* file = std::get_if<FileRef>(&content)) {
    std::string body = file->path;
    if (file->mime) body += '\n' + *file->mime;
    if (file->size_hint) body += '\n' + std::to_string(*file->size_hint) + " bytes";
    return {head + ", file", std::move(body)};
  }
  const JsonText& value = std::get<Inline>(content).value;
  if (auto text = value.as_string()) return {head + ", text", std::move(*text)};
  return {head + ", JSON", spread_json(value.text(), stop)};
}

}  // namespace

std::string spread_json(std::string_view text, const Stop& stop) {
  return Spreader(text, stop).spread();
}

Readable readable(const OutputEvent& event, const Stop& stop) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    const std::string note = progress->note ? '\n' + *progress->note : "";
    return {progress->note ? "progress with a note" : "progress", progress->stage + note};
  }
  if (const auto* partial = std::get_if<Partial>(&event)) {
    return with_content("partial", partial->chunk, stop);
  }
  if (const auto* artifact = std::get_if<Artifact>(&event)) {
    return with_content("artifact " + artifact->name, artifact->content, stop);
  }
  const auto& final = std::get<Final>(event);
  return with_content(final.ok ? "final, ok" : "final, not ok", final.content, stop);
}

}  // namespace skep::compare
