#include "slice/slice.hpp"

#include "slice/cut.hpp"
#include "slice/grep.hpp"
#include "slice/json_scan.hpp"
#include "slice/pointer.hpp"
#include "slice/summary.hpp"
#include "slice/unescaped.hpp"

#include <string>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::string_view kText = "text/plain; charset=utf-8";
constexpr std::string_view kJson = "application/json";

bool is_json(std::string_view media_type) {
  const std::string_view essence = media_type.substr(0, media_type.find(';'));
  return essence == kJson || essence.ends_with("+json");
}

Result<Slice> slice_text(TextSource& source, std::string_view media_type, const SliceQuery& query,
                         const Stop& stop) {
  const auto* grep = std::get_if<Grep>(&query.selection);
  auto slice = grep != nullptr
                   ? grep_lines(source, *grep, query.max_chars.value_or(kDefaultSliceChars), stop)
                   : cut(source, query, stop);
  if (!slice) return slice;
  if (slice->next && grep != nullptr) {
    slice->next->pointer = query.pointer;
    slice->next->max_chars = query.max_chars;
  }
  slice->media_type = media_type;
  slice->summary = summarize(*slice, query);
  return slice;
}

// A value that lies in `json`: of a string the characters, of another the text.
Result<Slice> slice_part(TextSource& json, const ValuePart& part, const SliceQuery& query,
                         const Stop& stop) {
  if (part.is_string && part.end - part.begin >= 2) {
    auto characters = UnescapedSource::open(json, part.begin + 1, part.end - 1, stop);
    if (characters) return slice_text(**characters, kText, query, stop);
    // What another program stored may not be JSON: then it is shown as it is.
    if (characters.error().kind != ErrorKind::kCorrupt) {
      return std::unexpected(std::move(characters.error()));
    }
  }
  PartSource text(json, part.begin, part.end);
  return slice_text(text, kJson, query, stop);
}

std::unexpected<Error> no_body(const OutputRecord& record, const std::string& why) {
  return fail(ErrorKind::kNotFound, record.id.str() + " has no body in the store: it is " + why);
}

}  // namespace

Result<Slice> slice_content(TextSource& source, std::string_view media_type,
                            const SliceQuery& query, const Stop& stop) {
  if (!query.pointer) return slice_text(source, media_type, query, stop);
  if (!is_json(media_type)) {
    return fail(ErrorKind::kInvalidArgument,
                "a JSON Pointer is for JSON; the content is " + std::string(media_type));
  }
  const auto part = find_value(source, *query.pointer, stop);
  if (!part) return std::unexpected(part.error());
  return slice_part(source, *part, query, stop);
}

Result<Slice> slice_value(TextSource& json, const SliceQuery& query, const Stop& stop) {
  if (query.pointer) return slice_content(json, kJson, query, stop);
  char first = '\0';
  if (const auto got = json.read(0, std::span(&first, 1)); !got) {
    return std::unexpected(got.error());
  }
  return slice_part(json, ValuePart{0, json.size_bytes(), first == '"'}, query, stop);
}

Result<Slice> slice_record(const OutputRecord& record, const SliceQuery& query, const Stop& stop) {
  const ContentRef* content = content_of(record.event);
  if (content == nullptr) return no_body(record, "a progress event");
  const auto* inlined = std::get_if<Inline>(content);
  if (inlined == nullptr) {
    return no_body(record,
                   "the file " + std::get<FileRef>(*content).path + ", which Skep does not open");
  }
  StringSource json(inlined->value.text());
  auto slice = slice_value(json, query, stop);
  if (slice) slice->id = record.id;
  return slice;
}

}  // namespace skep::slice
