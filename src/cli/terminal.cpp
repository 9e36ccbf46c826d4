#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace skep::cli {
namespace {

bool is_styled() noexcept {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return is_terminal(STDOUT_FILENO) && (no_color == nullptr || *no_color == '\0') &&
         term != nullptr && std::string_view(term) != "dumb";
}

std::string styled(std::string_view code, std::string_view text) {
  static const bool kIsOn = is_styled();
  std::string result(text);
  if (kIsOn) result.insert(0, code).append("\x1b[0m");
  return result;
}

}  // namespace

bool is_terminal(int descriptor) noexcept { return ::isatty(descriptor) == 1; }

std::size_t output_width() noexcept {
  constexpr std::size_t kElsewhere = 100;
  constexpr std::size_t kNarrowest = 40;
  winsize size{};
  if (!is_terminal(STDOUT_FILENO) || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
      size.ws_col == 0) {
    return kElsewhere;
  }
  return size.ws_col < kNarrowest ? kNarrowest : size.ws_col;
}

std::string bold(std::string_view text) { return styled("\x1b[1m", text); }
std::string dim(std::string_view text) { return styled("\x1b[2m", text); }
std::string red(std::string_view text) { return styled("\x1b[31m", text); }
std::string green(std::string_view text) { return styled("\x1b[32m", text); }

}  // namespace skep::cli
