#include <skep/output_record.hpp>

#include <algorithm>
#include <string_view>

namespace skep {

bool OutputRef::is_well_formed() const noexcept {
  constexpr std::string_view kPrefix = "out-";
  constexpr std::size_t kDigitCount = 10;
  return text_.size() == kPrefix.size() + kDigitCount && text_.starts_with(kPrefix) &&
         std::all_of(text_.begin() + kPrefix.size(), text_.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace skep
