// How far a long command has come, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace skep::cli {

/// Draws nothing if standard error is no terminal. Wiped away when it is destroyed.
class ProgressBar {
 public:
  enum class Unit : std::uint8_t { kCount, kBytes };

  /// Without a total it shows the amount alone.
  ProgressBar(std::string label, std::optional<std::uint64_t> total, Unit unit = Unit::kCount);
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();

  /// Whether anybody sees it: then it may be worth to find out a total.
  [[nodiscard]] static bool is_shown();

  void update(std::uint64_t done);

 private:
  void draw(std::uint64_t done) const;

  std::string label_;
  std::optional<std::uint64_t> total_;
  Unit unit_;
  bool is_on_;
  bool is_drawn_ = false;
  std::chrono::steady_clock::time_point last_drawn_;
};

}  // namespace skep::cli
