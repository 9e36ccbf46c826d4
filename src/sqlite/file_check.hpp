// One check of a file, done a piece at a time.
#pragma once

#include "sqlite/connection.hpp"
#include "sqlite/schema.hpp"
#include "store/verify_findings.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

namespace skep::sqlite {

/// How long a piece of a check may take, about, unless it is one statement of SQLite's.
inline constexpr std::chrono::milliseconds kCheckPiece{10};

class FileCheck {
 public:
  FileCheck() = default;
  FileCheck(const FileCheck&) = delete;
  FileCheck& operator=(const FileCheck&) = delete;
  virtual ~FileCheck() = default;

  /// Checks some more, within a read transaction that the caller has begun. True at the end.
  /// Errors: the engine's, after which the check is of no use.
  [[nodiscard]] virtual Result<bool> advance(Connection& connection, VerifyFindings& findings) = 0;

  /// Of what `VerifyFindings::count_checked` counts; 0 where it is not known.
  [[nodiscard]] virtual std::uint64_t total() const noexcept { return 0; }
};

// verify_pages.cpp: SQLite's own check of the file's structure.
[[nodiscard]] std::unique_ptr<FileCheck> check_pages();

// verify_records.cpp: each row of `outputs`.
[[nodiscard]] std::unique_ptr<FileCheck> check_records(const FileShape& shape);

// verify_edges.cpp: each row of `skep_edges`.
[[nodiscard]] std::unique_ptr<FileCheck> check_edges();

// verify_counts.cpp: the tables of counts against the rows that they count.
[[nodiscard]] std::unique_ptr<FileCheck> check_counts();

// verify_blobs.cpp: each row of `skep_blobs`, and the file in `directory` that it means.
[[nodiscard]] std::unique_ptr<FileCheck> check_blobs(std::filesystem::path directory);

// verify_keys.cpp: each idempotency key.
[[nodiscard]] std::unique_ptr<FileCheck> check_keys();

}  // namespace skep::sqlite
