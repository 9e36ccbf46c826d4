// What an agent emits: an event, and the content it carries. Plain value types.
//
// Each type has a constructor on purpose: GCC 12 miscompiles aggregate temporaries with string
// members inside a `co_await` expression.
#pragma once

#include <skep/json_text.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace skep {

/// Content that travels in the record itself: any JSON value.
struct Inline {
  JsonText value;

  Inline() = default;
  explicit Inline(JsonText json) : value(std::move(json)) {}
  friend bool operator==(const Inline&, const Inline&) = default;
};

/// Content that lies in a file. The store keeps the path; it opens only the files of its own blobs,
/// which `OutputStore::append_blob` makes.
struct FileRef {
  std::string path;
  std::optional<std::string> mime;
  std::optional<std::uint64_t>
      size_hint;  ///< Bytes, as the producer claims; of a blob, all it has.

  FileRef() = default;
  explicit FileRef(std::string file_path, std::optional<std::string> media_type = std::nullopt,
                   std::optional<std::uint64_t> size_hint_bytes = std::nullopt)
      : path(std::move(file_path)), mime(std::move(media_type)), size_hint(size_hint_bytes) {}
  friend bool operator==(const FileRef&, const FileRef&) = default;
};

using ContentRef = std::variant<Inline, FileRef>;

/// A sign of life: the stage the agent has reached.
struct Progress {
  std::string stage;
  std::optional<std::string> note;

  Progress() = default;
  explicit Progress(std::string stage_name, std::optional<std::string> stage_note = std::nullopt)
      : stage(std::move(stage_name)), note(std::move(stage_note)) {}
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// A piece of an output that is still being produced.
struct Partial {
  ContentRef chunk;

  Partial() = default;
  explicit Partial(ContentRef chunk_content) : chunk(std::move(chunk_content)) {}
  friend bool operator==(const Partial&, const Partial&) = default;
};

/// A named product that stands beside the final output.
struct Artifact {
  std::string name;
  ContentRef content;

  Artifact() = default;
  Artifact(std::string artifact_name, ContentRef artifact_content)
      : name(std::move(artifact_name)), content(std::move(artifact_content)) {}
  friend bool operator==(const Artifact&, const Artifact&) = default;
};

/// The output itself.
struct Final {
  ContentRef content;
  bool ok = true;  ///< A transport flag: the agent ended as it meant to. Verdicts are content.

  Final() = default;
  Final(ContentRef final_content, bool is_ok) : content(std::move(final_content)), ok(is_ok) {}
  friend bool operator==(const Final&, const Final&) = default;
};

using OutputEvent = std::variant<Progress, Partial, Artifact, Final>;

/// The content of an event, or nullptr: a progress event has none. Lives as long as `event`.
[[nodiscard]] const ContentRef* content_of(const OutputEvent& event) noexcept;
[[nodiscard]] ContentRef* content_of(OutputEvent& event) noexcept;

/// The tag of an event in JSON: "progress", "partial", "artifact" or "final".
[[nodiscard]] std::string_view type_of(const OutputEvent& event) noexcept;

}  // namespace skep
