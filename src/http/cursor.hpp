// Where a page ends, as a text that means nothing to its reader.
#pragma once

#include "http/problem.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace skep::http {

/// The position after a record, a name, or a run.
[[nodiscard]] std::string make_cursor(std::int64_t seq);
[[nodiscard]] std::string make_cursor(std::string_view name);
[[nodiscard]] std::string make_cursor(std::string_view task_id, std::uint32_t attempt);

struct RunPosition {
  std::string task_id;
  std::uint32_t attempt = 0;
};

// These fail with a 400 for a text that is no cursor of this kind.
[[nodiscard]] OrProblem<std::int64_t> seq_of_cursor(std::string_view cursor);
[[nodiscard]] OrProblem<std::string> name_of_cursor(std::string_view cursor);
[[nodiscard]] OrProblem<RunPosition> run_of_cursor(std::string_view cursor);

}  // namespace skep::http
