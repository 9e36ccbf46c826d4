#include "cli/progress_bar.hpp"

#include "cli/terminal.hpp"
#include "cli/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace skep::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::string_view kClearLine = "\r\x1b[K";

// A bar is no output: where it cannot be drawn, nothing is lost.
void show(std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressBar::ProgressBar(std::string label, std::optional<std::uint64_t> total, Unit unit)
    : label_(std::move(label)), total_(total), unit_(unit), is_on_(is_shown()) {}

ProgressBar::~ProgressBar() {
  if (is_drawn_) show(kClearLine);
}

bool ProgressBar::is_shown() {
  const char* term = std::getenv("TERM");
  return is_terminal(STDERR_FILENO) && term != nullptr && std::string_view(term) != "dumb";
}

void ProgressBar::update(std::uint64_t done) {
  if (!is_on_) return;
  const auto now = std::chrono::steady_clock::now();
  if (is_drawn_ && now - last_drawn_ < kRedrawInterval) return;
  is_drawn_ = true;
  last_drawn_ = now;
  draw(done);
}

void ProgressBar::draw(std::uint64_t done) const {
  const auto amount = [this](std::uint64_t n) {
    return unit_ == Unit::kBytes ? human_bytes(n) : std::to_string(n);
  };
  std::string text(kClearLine);
  text += label_ + " ";
  if (total_ && *total_ > 0) {
    constexpr std::size_t kCells = 24;
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(*total_));
    const auto full = static_cast<std::size_t>(part * static_cast<double>(kCells));
    text += "[" + std::string(full, '#') + std::string(kCells - full, '.') + "] " +
            std::to_string(static_cast<int>(part * 100)) + "%  " + amount(done) + " of " +
            amount(*total_);
  } else {
    text += amount(done);
  }
  show(text);
}

}  // namespace skep::cli
