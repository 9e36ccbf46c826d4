// A slice as JSON.
#include "json/write.hpp"
#include "slice/parameters.hpp"

#include <skep/slice.hpp>

#include <string>

namespace skep {
namespace {

class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }

  std::string& member(std::string_view name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    return out_.append("\"").append(name).append("\":");
  }
  void text(std::string_view name, std::string_view value) {
    json::write_string(member(name), value);
  }
  void number(std::string_view name, std::uint64_t value) { member(name) += std::to_string(value); }
  void number(std::string_view name, const std::optional<std::uint64_t>& value) {
    member(name) += value ? std::to_string(*value) : "null";
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

void write_query(std::string& out, const SliceQuery& query) {
  Object object(out);
  for (const auto& [name, value, form] : slice::to_parameters(query)) {
    if (form == slice::Parameter::Form::kText) {
      object.text(name, value);
    } else {
      object.member(name) += value;
    }
  }
  object.end();
}

void write_matches(std::string& out, const std::vector<SliceMatch>& matches) {
  out += '[';
  for (const SliceMatch& match : matches) {
    if (&match != &matches.front()) out += ',';
    Object object(out);
    object.number("line", match.line);
    object.number("byte", match.byte);
    object.number("length_bytes", match.length_bytes);
    object.end();
  }
  out += ']';
}

}  // namespace

std::string to_json(const Slice& slice) {
  std::string out;
  out.reserve(slice.text.size() + slice.text.size() / 8 + 512);
  Object object(out);
  object.text("id", slice.id.str());
  object.text("summary", slice.summary);
  object.text("text", slice.text);
  object.text("media_type", slice.media_type);
  object.number("begin_byte", slice.begin_byte);
  object.number("end_byte", slice.end_byte);
  object.number("total_bytes", slice.total_bytes);
  object.number("first_line", slice.first_line);
  object.number("last_line", slice.last_line);
  object.number("total_lines", slice.total_lines);
  object.number("remaining_bytes", slice.remaining_bytes);
  object.number("invalid_bytes", slice.invalid_bytes);
  write_matches(object.member("matches"), slice.matches);
  if (slice.next) {
    write_query(object.member("next"), *slice.next);
  } else {
    object.member("next") += "null";
  }
  object.end();
  return out;
}

}  // namespace skep
