#include "slice/summary.hpp"

namespace skep::slice {
namespace {

std::string count_of(std::uint64_t count, const std::string& what, const char* plural = "s") {
  return std::to_string(count) + ' ' + what + (count == 1 ? "" : plural);
}

// "lines 3-5 of 40, bytes 100-199 of 1000".
std::string place_of(const Slice& slice) {
  std::string place;
  if (slice.first_line && slice.last_line) {
    place = *slice.first_line == *slice.last_line ? "line " + std::to_string(*slice.first_line)
                                                  : "lines " + std::to_string(*slice.first_line) +
                                                        "-" + std::to_string(*slice.last_line);
    if (slice.total_lines) place += " of " + std::to_string(*slice.total_lines);
    place += ", ";
  }
  if (slice.end_byte == slice.begin_byte) {
    return place + "no bytes of " + std::to_string(slice.total_bytes);
  }
  return place + "bytes " + std::to_string(slice.begin_byte) + "-" +
         std::to_string(slice.end_byte - 1) + " of " + std::to_string(slice.total_bytes);
}

std::string all_of(const Slice& slice) {
  std::string text = "all of it: ";
  if (slice.total_lines) text += count_of(*slice.total_lines, "line") + ", ";
  return text + count_of(slice.total_bytes, "byte");
}

}  // namespace

std::string summarize(const Slice& slice, const SliceQuery& query) {
  const bool is_grep = std::holds_alternative<Grep>(query.selection);
  const bool is_all = slice.begin_byte == 0 && slice.end_byte == slice.total_bytes;
  std::string text;
  if (is_grep) {
    text = count_of(slice.matches.size(), "match", "es") + " in " +
           (is_all ? all_of(slice) : place_of(slice));
    if (slice.next) text += "; " + count_of(slice.remaining_bytes, "byte") + " are yet to search";
  } else if (is_all) {
    text = all_of(slice);
  } else {
    text = place_of(slice) + "; left out: " + count_of(slice.begin_byte, "byte") + " before, " +
           std::to_string(slice.total_bytes - slice.end_byte) + " after";
    if (slice.next && !std::holds_alternative<LastChars>(query.selection) &&
        slice.remaining_bytes != slice.total_bytes - slice.end_byte) {
      text += ", of which " + std::to_string(slice.remaining_bytes) + " were asked for";
    }
  }
  if (slice.invalid_bytes != 0) {
    text +=
        "; " + count_of(slice.invalid_bytes, "byte") + " that are not UTF-8 are shown as U+FFFD";
  }
  return text;
}

}  // namespace skep::slice
