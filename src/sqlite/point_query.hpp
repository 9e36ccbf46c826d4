// A question that one record answers.
#pragma once

#include <skep/output_record.hpp>

#include <cstdint>
#include <string>
#include <variant>

namespace skep::sqlite {

struct ById {
  OutputRef ref;
};
struct LatestByName {
  std::string name;
};
struct LatestInRun {
  std::string task_id;
  std::uint32_t attempt;
  std::string name;
};
using PointQuery = std::variant<ById, LatestByName, LatestInRun>;

}  // namespace skep::sqlite
