#include "cli/report.hpp"

#include "cli/text.hpp"

#include <unistd.h>

#include <string>

namespace skep::cli {

void report(std::string_view message) {
  const std::string line = "skep: " + one_line(message) + "\n";
  // There is nobody to tell if this fails.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace skep::cli
