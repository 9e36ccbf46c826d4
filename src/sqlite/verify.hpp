// Verifying a file: all checks, one after another.
#pragma once

#include "sqlite/file_check.hpp"

#include <skep/awaitable.hpp>
#include <skep/verify.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace skep::sqlite {

/// Looks at a file, a piece at a time and each in a read transaction of its own, so that nothing is
/// held up; it writes nothing. Rows that come or go meanwhile are no findings. Not thread-safe.
class Verification {
 public:
  /// Without a directory of blobs these are not looked at.
  explicit Verification(std::optional<std::filesystem::path> blobs);

  /// True at the end. Damage is a finding, not an error. Errors: `kInvalidArgument` if the file
  /// holds no store; the engine's that are no damage.
  [[nodiscard]] Result<bool> advance(Connection& connection);

  /// Of the check that is under way.
  [[nodiscard]] VerifyProgress progress() const;

  [[nodiscard]] VerifyReport take() { return std::move(report_); }

 private:
  using Make = std::function<std::unique_ptr<FileCheck>(VerifyFindings&)>;

  [[nodiscard]] Result<void> look_at_shape(Connection& connection);
  [[nodiscard]] Result<bool> advance_check(Connection& connection);

  VerifyReport report_;
  std::optional<FileShape> shape_;
  std::vector<std::pair<const char*, Make>> checks_;  // Those to come, the last one first.
  std::unique_ptr<FileCheck> check_;
  std::uint64_t total_ = 0;                 // Of `check_`, or of the last one.
  std::optional<VerifyFindings> findings_;  // The same.
};

/// Gives `Verification::advance` a connection.
using VerifyStep = std::function<Awaitable<bool>(std::shared_ptr<Verification>, CallOptions)>;

/// Takes steps until the verification is at its end.
[[nodiscard]] Awaitable<VerifyReport> verify(VerifyStep step, std::filesystem::path blobs,
                                             VerifyOptions options);

}  // namespace skep::sqlite
