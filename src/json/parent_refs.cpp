#include "json/parent_refs.hpp"

#include "json/stored.hpp"
#include "json/write.hpp"

namespace skep::json {

void write_parent_refs(std::string& out, const std::vector<OutputRef>& parents) {
  out += '[';
  for (const OutputRef& parent : parents) {
    if (out.back() != '[') out += ',';
    write_string(out, parent.str());
  }
  out += ']';
}

Result<std::vector<OutputRef>> read_parent_refs(Cursor& cursor) {
  std::vector<OutputRef> parents;
  if (auto opened = cursor.expect('[', "parent_refs (an array of refs)"); !opened) {
    return std::unexpected(std::move(opened.error()));
  }
  if (cursor.skip_if(']')) return parents;
  for (;;) {
    auto ref = cursor.read_string("a parent ref");
    if (!ref) return std::unexpected(std::move(ref.error()));
    parents.emplace_back(std::move(*ref));
    if (cursor.skip_if(']')) return parents;
    if (auto comma = cursor.expect(',', "',' or ']'"); !comma) {
      return std::unexpected(std::move(comma.error()));
    }
  }
}

std::string parent_refs_to_json(const std::vector<OutputRef>& parents) {
  std::string out;
  write_parent_refs(out, parents);
  return out;
}

Result<std::vector<OutputRef>> parent_refs_from_stored(std::string_view text) {
  if (text == "[]") return {};  // as most are
  return from_stored<std::vector<OutputRef>>(text, read_parent_refs);
}

}  // namespace skep::json
