// A report of a verification while it grows.
#pragma once

#include <skep/verify.hpp>

#include <string>
#include <utility>

namespace skep {

/// What one check adds to a report: it counts all findings, and lists the first.
class VerifyFindings {
 public:
  /// Begins the check `name` of `report`, which must outlive this.
  VerifyFindings(VerifyReport& report, std::string name)
      : report_(report), index_(report.checks.size()) {
    report.checks.emplace_back(std::move(name));
  }

  /// `where` and `message` may hold what stands in a damaged row: what is no text is replaced, and
  /// what is long cut.
  void add(std::string kind, std::string where, std::string message);
  void count_checked(std::uint64_t count = 1) { check().checked_count += count; }
  void skip(std::string why) { check().skipped = std::move(why); }

  [[nodiscard]] const std::string& name() const { return report_.checks[index_].name; }
  [[nodiscard]] std::uint64_t checked_count() const { return report_.checks[index_].checked_count; }

 private:
  [[nodiscard]] VerifyCheck& check() { return report_.checks[index_]; }

  VerifyReport& report_;
  std::size_t index_;
};

}  // namespace skep
