// A file that appears whole or not at all.
#pragma once

#include "cli/failure.hpp"

#include <filesystem>
#include <string>

namespace skep::cli {

/// Written beside its place under a temporary name, then put there. What is no regular file (a
/// device, a pipe) is written directly. Unless `commit` succeeds the temporary file is removed.
class ReplacedFile {
 public:
  [[nodiscard]] static OrFailure<ReplacedFile> open(const std::filesystem::path& path);
  ReplacedFile(ReplacedFile&& other) noexcept;
  ReplacedFile& operator=(ReplacedFile&&) = delete;
  ~ReplacedFile();

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

  /// Makes the file durable and puts it in its place.
  [[nodiscard]] Status commit();

 private:
  ReplacedFile(int descriptor, std::filesystem::path path, std::string temporary);

  int descriptor_;
  std::filesystem::path path_;
  std::string temporary_;  // Empty once it is in its place, or if there is none.
};

}  // namespace skep::cli
