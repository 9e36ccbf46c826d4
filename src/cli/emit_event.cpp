#include "cli/emit_event.hpp"

#include "cli/input.hpp"
#include "cli/terminal.hpp"

#include <skep/json.hpp>

#include <unistd.h>

#include <filesystem>
#include <initializer_list>
#include <string_view>
#include <system_error>

namespace skep::cli {
namespace {

constexpr std::string_view kStandardInput = "-";

struct Given {
  std::string_view name;
  bool is_given;
};

// The first of `options` that was given; empty if none was.
std::string first_given(std::initializer_list<Given> options) {
  for (const auto& option : options) {
    if (option.is_given) return std::string(option.name);
  }
  return {};
}

Status check_sources(const EventOptions& options) {
  std::string first;
  for (const auto& [name, is_given] :
       {Given{"TEXT", options.text.has_value()}, Given{"--value", options.value.has_value()},
        Given{"--file", options.file.has_value()}, Given{"--link", options.link.has_value()},
        Given{"--event", options.event.has_value()}}) {
    if (!is_given) continue;
    if (!first.empty()) {
      return usage_error(first + " and " + std::string(name) + " exclude each other: give one");
    }
    first = name;
  }
  return {};
}

Status check_type(const EventOptions& options) {
  const Given name{"--name", options.name.has_value()};
  const Given ok{"--ok", options.ok};
  const Given not_ok{"--not-ok", options.not_ok};
  const Given stage{"--stage", options.stage.has_value()};
  const Given note{"--note", options.note.has_value()};
  const Given mime{"--mime", options.mime.has_value()};
  if (options.event) {
    const Given type{"--type", options.type.has_value()};
    const auto extra = first_given({type, name, ok, not_ok, stage, note, mime});
    if (!extra.empty()) return usage_error("--event is a whole event: leave out " + extra);
    return {};
  }
  const std::string type = options.type.value_or("final");
  std::string extra;
  if (type == "final") extra = first_given({name, stage, note});
  if (type == "artifact") extra = first_given({ok, not_ok, stage, note});
  if (type == "partial") extra = first_given({name, ok, not_ok, stage, note});
  if (type == "progress") {
    const Given text{"TEXT", options.text.has_value()};
    const Given value{"--value", options.value.has_value()};
    const Given file{"--file", options.file.has_value()};
    const Given link{"--link", options.link.has_value()};
    extra = first_given({name, ok, not_ok, text, value, file, link, mime});
  }
  if (!extra.empty()) return usage_error("--type " + type + " does not go with " + extra);
  if (type == "artifact" && !options.name) return usage_error("--type artifact needs --name");
  if (type == "progress" && !options.stage) return usage_error("--type progress needs --stage");
  if (options.ok && options.not_ok) return usage_error("--ok and --not-ok exclude each other");
  if (options.mime && !options.file && !options.link) {
    return usage_error("--mime needs --file or --link");
  }
  return {};
}

// `text`, or standard input if it is "-".
OrFailure<std::string> resolve(const std::string& text) {
  if (text != kStandardInput) return text;
  return read_standard_input(kDefaultMaxBodyBytes);
}

OrFailure<ContentRef> linked_content(const EventOptions& options) {
  if (*options.link == kStandardInput) {
    return usage_error("--link names a file; use '--file -' to store standard input");
  }
  std::error_code error;
  const auto size = std::filesystem::file_size(*options.link, error);
  std::optional<std::uint64_t> size_hint;
  if (!error) size_hint = size;
  return ContentRef(FileRef(*options.link, options.mime, size_hint));
}

OrFailure<ContentRef> build_content(const EventOptions& options) {
  if (options.file) return ContentRef(FileRef("", options.mime));
  if (options.link) return linked_content(options);
  if (!options.text && !options.value && is_terminal(STDIN_FILENO)) {
    return usage_error(
        "nothing to emit: give TEXT, --value, --file, --link or --event, or pipe a text in");
  }
  auto source =
      resolve(options.value ? *options.value : options.text.value_or(std::string(kStandardInput)));
  if (!source) return std::unexpected(std::move(source.error()));
  auto value = options.value ? JsonText::parse(std::move(*source)) : JsonText::from_string(*source);
  if (!value) {
    const std::string what = options.value ? "the value is not JSON: " : "the text is not UTF-8: ";
    return fail_with(exit_code_of(value.error()), what + value.error().message);
  }
  return ContentRef(Inline(std::move(*value)));
}

}  // namespace

OrFailure<OutputEvent> build_event(const EventOptions& options) {
  if (auto checked = check_sources(options); !checked) return failed(checked.error());
  if (auto checked = check_type(options); !checked) return failed(checked.error());
  if (options.event) {
    auto source = resolve(*options.event);
    if (!source) return std::unexpected(std::move(source.error()));
    auto event = event_from_json(*source);
    if (!event) {
      return fail_with(exit_code_of(event.error()), "--event: " + event.error().message);
    }
    return std::move(*event);
  }
  const std::string type = options.type.value_or("final");
  if (type == "progress") return OutputEvent(Progress(*options.stage, options.note));
  auto content = build_content(options);
  if (!content) return std::unexpected(std::move(content.error()));
  if (type == "artifact") return OutputEvent(Artifact(*options.name, std::move(*content)));
  if (type == "partial") return OutputEvent(Partial(std::move(*content)));
  return OutputEvent(Final(std::move(*content), !options.not_ok));
}

}  // namespace skep::cli
