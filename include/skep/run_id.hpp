// The name of a run.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace skep {

/// One attempt at a task. A plain value type.
struct RunId {
  std::string task_id;
  std::uint32_t attempt = 0;

  RunId() = default;
  RunId(std::string task, std::uint32_t attempt_number)
      : task_id(std::move(task)), attempt(attempt_number) {}
  friend bool operator==(const RunId&, const RunId&) = default;
};

}  // namespace skep
