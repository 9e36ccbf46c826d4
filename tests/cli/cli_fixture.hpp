// Runs the real command in a directory of its own.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace skep::test {

struct Ran {
  int code = -1;  ///< 128 + the signal, if one ended it.
  std::string out;
  std::string err;
};

class CliTest : public ::testing::Test {
 protected:
  CliTest();
  ~CliTest() override;

  /// Runs `skep` with these arguments; the store is skep.db in the working directory.
  [[nodiscard]] Ran skep(const std::vector<std::string>& arguments, const std::string& input = "");

  /// As `skep`, but standard output and error are one terminal of 80 columns; `err` stays empty.
  [[nodiscard]] Ran skep_on_terminal(const std::vector<std::string>& arguments);

  /// Runs `skep` with standard output at `path`.
  [[nodiscard]] Ran skep_into(const std::string& path, const std::vector<std::string>& arguments);

  /// Emits a text that must succeed, and gives its ref.
  [[nodiscard]] std::string emit(const std::string& agent, const std::string& text,
                                 const std::vector<std::string>& more = {});

  /// Runs SQL on the store, behind Skep's back.
  void execute(const std::string& sql);

  [[nodiscard]] std::filesystem::path path(const std::string& name) const {
    return directory_ / name;
  }
  [[nodiscard]] std::string read_file(const std::string& name) const;
  void write_file(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path directory_;
};

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text);

}  // namespace skep::test
