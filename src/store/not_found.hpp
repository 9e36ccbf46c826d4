// The text of kNotFound, the same in every back end.
#pragma once

#include <skep/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace skep {

/// No record has `key`: a ref or the name of a producer.
[[nodiscard]] inline Error not_found(std::string_view key) {
  return {ErrorKind::kNotFound, "output not found: " + std::string(key)};
}

/// The producer `name` has no record in the run.
[[nodiscard]] inline Error not_found(std::string_view task_id, std::uint32_t attempt,
                                     std::string_view name) {
  std::string key(task_id);
  key.append("/").append(std::to_string(attempt)).append("/").append(name);
  return not_found(key);
}

}  // namespace skep
