#include "cli/timeline.hpp"

#include "cli/body.hpp"
#include "cli/terminal.hpp"
#include "cli/text.hpp"
#include "cli/time_text.hpp"
#include "cli/wrap.hpp"

#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <string_view>
#include <variant>

namespace skep::cli {
namespace {

constexpr std::size_t kFirstLines = 6;
constexpr std::size_t kTimeColumns = 9;
constexpr std::string_view kIndent = "          ";  // Below the time.

// "+12.3 s", "+4:05", "+1:02:03".
std::string offset_text(std::chrono::milliseconds offset) {
  const std::string sign = offset.count() < 0 ? "-" : "+";
  const auto millis = static_cast<unsigned long long>(std::abs(offset.count()));
  const unsigned long long seconds = millis / 1000;
  std::array<char, 48> text{};
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "%llu.%llu s", seconds, millis / 100 % 10);
  } else if (seconds < 3600) {
    std::snprintf(text.data(), text.size(), "%llu:%02llu", seconds / 60, seconds % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%llu:%02llu:%02llu", seconds / 3600, seconds / 60 % 60,
                  seconds % 60);
  }
  return sign + text.data();
}

std::string padded(std::string text, std::size_t columns) {
  if (text.size() < columns) text.resize(columns, ' ');
  return text;
}

std::string what_it_is(const OutputEvent& event) {
  std::string text(type_of(event));
  if (const auto* artifact = std::get_if<Artifact>(&event)) text += " " + one_line(artifact->name);
  if (const auto* final = std::get_if<Final>(&event)) text += final->ok ? ", ok" : ", not ok";
  if (const auto size_bytes = body_bytes(event)) text += ", " + human_bytes(*size_bytes);
  return text;
}

}  // namespace

Timeline::Timeline(Output& out, bool is_full)
    : out_(out), is_full_(is_full), width_(output_width()) {}

void Timeline::add(const OutputRecord& record) {
  if (record.created_at && !first_time_) {
    first_time_ = record.created_at;
    const auto begun = std::chrono::floor<std::chrono::seconds>(*first_time_);
    out_.line(dim("began " + time_text(begun)));
  }
  if (const auto* progress = std::get_if<Progress>(&record.event)) {
    write_progress(record, *progress);
  } else {
    out_.line("");
    write_heading(record);
    write_body(record);
  }
}

void Timeline::write_heading(const OutputRecord& record) {
  const std::string time = record.created_at ? offset_text(*record.created_at - *first_time_) : "-";
  out_.line(dim(padded(time, kTimeColumns)) + ' ' + bold(one_line(record.producer_agent)) + "  " +
            what_it_is(record.event) + "  " + dim(one_line(record.id.str())));
  if (record.parent_refs.empty()) return;
  constexpr std::size_t kMaxShown = 8;
  std::string from = "from";
  for (std::size_t i = 0; i < record.parent_refs.size() && i < kMaxShown; ++i) {
    from += ' ' + one_line(record.parent_refs[i].str());
  }
  if (record.parent_refs.size() > kMaxShown) {
    from += " and " + std::to_string(record.parent_refs.size() - kMaxShown) + " more";
  }
  out_.line(std::string(kIndent) + dim(from));
}

void Timeline::write_progress(const OutputRecord& record, const Progress& progress) {
  const std::string time = record.created_at ? offset_text(*record.created_at - *first_time_) : "-";
  const std::string said = progress.note ? progress.stage + ": " + *progress.note : progress.stage;
  const std::string agent = one_line(record.producer_agent) + ": ";
  const std::size_t used = kTimeColumns + 1 + width_of(agent);
  const std::size_t room = width_ > used + 10 ? width_ - used : 10;
  out_.line(dim(padded(time, kTimeColumns) + ' ' + agent + preview(said, room)));
}

void Timeline::write_body(const OutputRecord& record) {
  const auto body = body_of(record.event);
  if (!body) {
    out_.line(std::string(kIndent) +
              one_line(describe(std::get<FileRef>(*content_of(record.event)))));
    return;
  }
  // The first lines are within the first bytes, however wide the terminal.
  constexpr std::size_t kMaxShortBytes = std::size_t{64} << 10U;
  const bool is_cut = !is_full_ && body->size() > kMaxShortBytes;
  const std::string text =
      many_lines(is_cut ? std::string_view(*body).substr(0, kMaxShortBytes) : *body);
  std::size_t count = 0;
  bool is_whole = !is_cut;
  wrap(text, width_ - kIndent.size(), [&](std::string_view line) {
    if (!is_full_ && count == kFirstLines) {
      is_whole = false;
      return false;
    }
    ++count;
    out_.line(line.empty() ? std::string() : std::string(kIndent).append(line));
    return out_.ok();
  });
  if (!is_whole) out_.line(std::string(kIndent) + dim("…"));
}

}  // namespace skep::cli
