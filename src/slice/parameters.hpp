// Slice queries as parameters with names and values: of a URL, of a command line, of JSON.
#pragma once

#include <skep/slice.hpp>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace skep::slice {

/// All that `from_parameters` knows.
inline constexpr std::array<std::string_view, 12> kParameterNames = {
    "pointer", "lines",       "bytes",       "first",     "last",      "grep",
    "context", "ignore_case", "max_matches", "from_byte", "from_line", "max_chars"};

struct Parameter {
  enum class Form { kText, kNumber, kFlag };

  std::string_view name;
  std::string value;
  Form form = Form::kText;  ///< How JSON has it.
};

/// The parameters that are not as by default.
[[nodiscard]] std::vector<Parameter> to_parameters(const SliceQuery& query);

/// The query that the parameters, of which each is there once at most, ask for. Ranges are written
/// "10-20" or, to the end, "10-"; one number stands for itself alone. Unknown names are ignored.
/// Errors: `kInvalidArgument`, naming the parameter that is malformed or excludes another. What the
/// numbers must be else, the store tells.
[[nodiscard]] Result<SliceQuery> from_parameters(const std::vector<Parameter>& parameters);

}  // namespace skep::slice
