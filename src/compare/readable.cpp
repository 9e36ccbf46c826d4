#include "compare/readable.hpp"

#include "compare/spread.hpp"

#include <openssl/evp.h>

#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <variant>

namespace skep::compare {
namespace {

// An event before its JSON is spread.
struct Parts {
  std::string head;
  std::string text;                      // The body, if it is none of JSON.
  std::optional<std::string_view> json;  // Of the event.
};

Parts with_content(std::string head, const ContentRef& content) {
  if (const auto* file = std::get_if<FileRef>(&content)) {
    std::string body = file->path;
    if (file->mime) body += '\n' + *file->mime;
    if (file->size_hint) body += '\n' + std::to_string(*file->size_hint) + " bytes";
    return {std::move(head) + ", file", std::move(body), std::nullopt};
  }
  const JsonText& value = std::get<Inline>(content).value;
  if (auto text = value.as_string()) {
    return {std::move(head) + ", text", std::move(*text), std::nullopt};
  }
  return {std::move(head) + ", JSON", {}, value.text()};
}

Parts parts_of(const OutputEvent& event) {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    const std::string note = progress->note ? '\n' + *progress->note : "";
    return {progress->note ? "progress with a note" : "progress", progress->stage + note,
            std::nullopt};
  }
  if (const auto* partial = std::get_if<Partial>(&event)) {
    return with_content("partial", partial->chunk);
  }
  if (const auto* artifact = std::get_if<Artifact>(&event)) {
    return with_content("artifact " + artifact->name, artifact->content);
  }
  const auto& final = std::get<Final>(event);
  return with_content(final.ok ? "final, ok" : "final, not ok", final.content);
}

// The text that is spread, up to a size.
class TextSink {
 public:
  explicit TextSink(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  void token(std::string_view text) { out_ += text.substr(0, max_bytes_ + 1); }
  void line(std::size_t indent) {
    out_ += '\n';
    space(indent);
  }
  void space(std::size_t count) { out_.append(count, ' '); }
  [[nodiscard]] bool is_full() const noexcept { return out_.size() > max_bytes_; }
  [[nodiscard]] std::string take() noexcept { return std::move(out_); }

 private:
  std::size_t max_bytes_;
  std::string out_;
};

// SHA-256 over texts. Small ones are gathered; of large ones it does a part at a time.
class DigestSink {
 public:
  explicit DigestSink(const StopFlag& stop) : stop_(stop) {
    must(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }

  void token(std::string_view text) {
    byte_count_ += text.size();
    if (gathered_.size() + text.size() > kPartBytes) flush();
    for (; text.size() > kPartBytes && !stop_.is_set(); text.remove_prefix(kPartBytes)) {
      update(text.substr(0, kPartBytes));
    }
    gathered_ += text.substr(0, kPartBytes);
  }
  // White space follows from the tokens.
  void line(std::size_t indent) noexcept { byte_count_ += 1 + indent; }
  void space(std::size_t count) noexcept { byte_count_ += count; }
  [[nodiscard]] static bool is_full() noexcept { return false; }

  [[nodiscard]] std::uint64_t byte_count() const noexcept { return byte_count_; }
  [[nodiscard]] std::array<unsigned char, 32> finish() {
    flush();
    std::array<unsigned char, 32> digest{};
    must(EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) == 1);
    return digest;
  }

 private:
  static constexpr std::size_t kPartBytes = std::size_t{64} << 10U;

  static void must(bool done) {
    if (!done) throw std::runtime_error("SHA-256 failed");
  }
  void update(std::string_view text) {
    must(EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1);
  }
  void flush() {
    update(gathered_);
    gathered_.clear();
  }

  const StopFlag& stop_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free};
  std::string gathered_;
  std::uint64_t byte_count_ = 0;
};

template <class Sink>
void spread(std::string_view text, Sink& sink, const StopFlag& stop) {
  Spreader<Sink>(text, sink, stop).spread();
}

}  // namespace

Readable readable(const OutputEvent& event, std::size_t max_body_bytes, const StopFlag& stop) {
  Parts parts = parts_of(event);
  if (!parts.json) {
    if (parts.text.size() > max_body_bytes) parts.text.resize(max_body_bytes + 1);
    return {std::move(parts.head), std::move(parts.text)};
  }
  TextSink sink(max_body_bytes);
  spread(*parts.json, sink, stop);
  return {std::move(parts.head), sink.take()};
}

Fingerprint fingerprint(const OutputEvent& event, const StopFlag& stop) {
  const Parts parts = parts_of(event);
  DigestSink sink(stop);
  sink.token(std::to_string(parts.head.size()) + ' ');  // where the head ends
  sink.token(parts.head);
  const std::uint64_t before_body = sink.byte_count();
  if (parts.json) {
    spread(*parts.json, sink, stop);
  } else {
    sink.token(parts.text);
  }
  Fingerprint result;
  result.head_bytes = parts.head.size();
  result.body_bytes = sink.byte_count() - before_body;
  result.source_bytes = parts.head.size() + (parts.json ? parts.json->size() : parts.text.size());
  result.digest = sink.finish();
  return result;
}

std::string spread_json(std::string_view text) {
  TextSink sink(std::numeric_limits<std::size_t>::max() - 1);
  spread(text, sink, StopFlag());
  return sink.take();
}

}  // namespace skep::compare
