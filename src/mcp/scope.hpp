// What a client may do, and as whom.
#pragma once

#include <skep/output_record.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace skep::mcp {

/// A plain value.
struct Scope {
  bool may_emit = true;
  bool may_read = true;

  // What every output is emitted as, if it is set: a model can't name another.
  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;
  std::optional<std::string> producer_agent;

  /// Whether outputs of other tasks, or other attempts at it, are not there for this client.
  bool sees_only_its_task = false;

  [[nodiscard]] bool sees(const std::string& task, std::uint32_t attempt_number) const {
    return !sees_only_its_task ||
           ((!task_id || *task_id == task) && (!attempt || *attempt == attempt_number));
  }
  [[nodiscard]] bool sees(const OutputRecord& record) const {
    return sees(record.task_id, record.attempt);
  }

  friend bool operator==(const Scope&, const Scope&) = default;
};

}  // namespace skep::mcp
