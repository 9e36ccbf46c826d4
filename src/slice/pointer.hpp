// JSON Pointers (RFC 6901).
#pragma once

#include "slice/window.hpp"

#include <string>
#include <vector>

namespace skep::slice {

/// The tokens of a pointer, unescaped. Errors: `kInvalidArgument`, naming the byte.
[[nodiscard]] Result<std::vector<std::string>> parse_pointer(std::string_view pointer);

/// The text of a value: bytes `begin` up to `end` of a JSON text.
struct ValuePart {
  std::uint64_t begin;
  std::uint64_t end;
  bool is_string;
};

/// The value that `pointer` selects in the JSON text of `source`; "" is all of it. Of members with
/// one name the first counts.
/// Errors: `kInvalidArgument`, saying which token leads nowhere and what there is in its place;
/// `kCorrupt` where the text is not JSON; `kCancelled`.
[[nodiscard]] Result<ValuePart> find_value(TextSource& source, std::string_view pointer,
                                           const Stop& stop);

}  // namespace skep::slice
