// A query on the first lines, then any bytes as a content: no crash, and what is shown is UTF-8,
// within its budget, and all of it once `next` is followed.
//   <name>=<value>\n…\n\n<content>
#include "slice/check.hpp"
#include "slice/parameters.hpp"
#include "slice/slice.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace {

using skep::slice::Parameter;

// `assert` may be compiled out.
void require(bool holds) {
  if (!holds) std::abort();
}

// The parameters on the lines before the empty one, which are taken off `text`.
std::vector<Parameter> take_parameters(std::string_view& text) {
  std::vector<Parameter> parameters;
  for (;;) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) return parameters;
    parameters.push_back({line.substr(0, equals), std::string(line.substr(equals + 1))});
  }
}

void follow(std::string_view content, skep::SliceQuery query, bool is_value) {
  std::uint64_t remaining = UINT64_MAX;
  for (int i = 0; i < 100; ++i) {
    skep::slice::StringSource source(content);
    const auto part = is_value ? skep::slice::slice_value(source, query, {})
                               : skep::slice::slice_content(source, "application/json", query, {});
    if (!part) return;
    require(simdjson::validate_utf8(part->text));
    require(part->begin_byte <= part->end_byte && part->end_byte <= part->total_bytes);
    require(part->next.has_value() == (part->remaining_bytes != 0));
    require(part->remaining_bytes < remaining);
    if (!part->next) return;
    require(skep::slice::check_query(*part->next).has_value());
    const auto parameters = skep::slice::to_parameters(*part->next);
    require(skep::slice::from_parameters(parameters) == part->next.value());
    const bool is_tail = std::holds_alternative<skep::LastChars>(query.selection);
    remaining = is_tail ? UINT64_MAX : part->remaining_bytes;
    query = *part->next;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parameters = take_parameters(text);
  const auto query = skep::slice::from_parameters(parameters);
  if (!query || !skep::slice::check_query(*query)) return 0;
  follow(text, *query, false);
  follow(text, *query, true);
  return 0;
}
