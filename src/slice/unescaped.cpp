#include "slice/unescaped.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::size_t kMaxEscapeBytes = 12;  // two of \uXXXX

std::unexpected<Error> malformed(std::uint64_t at) {
  return fail(ErrorKind::kCorrupt, "malformed JSON string at byte " + std::to_string(at));
}

// The number that four hexadecimal digits spell.
std::optional<std::uint32_t> hex4(std::string_view digits) {
  if (digits.size() < 4) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : digits.substr(0, 4)) {
    const char lower = static_cast<char>(c | 0x20);
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      digit = static_cast<std::uint32_t>(lower - 'a') + 10;
    } else {
      return std::nullopt;
    }
    value = value * 16 + digit;
  }
  return value;
}

struct Escape {
  std::uint32_t code_point;
  std::size_t written_bytes;
};

// What `text`, which begins with a backslash, escapes first.
std::optional<Escape> read_escape(std::string_view text) {
  if (text.size() < 2) return std::nullopt;
  constexpr std::string_view kNames = "\"\\/bfnrt";
  constexpr std::string_view kValues = "\"\\/\b\f\n\r\t";
  if (const auto name = kNames.find(text[1]); name != std::string_view::npos) {
    return Escape{static_cast<unsigned char>(kValues[name]), 2};
  }
  const auto unit = text[1] == 'u' ? hex4(text.substr(2)) : std::nullopt;
  if (!unit) return std::nullopt;
  if (*unit < 0xD800 || *unit > 0xDFFF) return Escape{*unit, 6};
  if (*unit > 0xDBFF || text.size() < kMaxEscapeBytes || text[6] != '\\' || text[7] != 'u') {
    return std::nullopt;
  }
  const auto low = hex4(text.substr(8));
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return std::nullopt;
  return Escape{0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00), kMaxEscapeBytes};
}

std::size_t write_utf8(std::uint32_t code_point, std::array<char, 4>& out) {
  const auto tail = [code_point](unsigned shift) {
    return static_cast<char>(0x80U | ((code_point >> shift) & 0x3FU));
  };
  if (code_point < 0x80) {
    out[0] = static_cast<char>(code_point);
    return 1;
  }
  if (code_point < 0x800) {
    out = {static_cast<char>(0xC0U | (code_point >> 6U)), tail(0)};
    return 2;
  }
  if (code_point < 0x10000) {
    out = {static_cast<char>(0xE0U | (code_point >> 12U)), tail(6), tail(0)};
    return 3;
  }
  out = {static_cast<char>(0xF0U | (code_point >> 18U)), tail(12), tail(6), tail(0)};
  return 4;
}

}  // namespace

Result<std::unique_ptr<UnescapedSource>> UnescapedSource::open(TextSource& json,
                                                               std::uint64_t begin,
                                                               std::uint64_t end,
                                                               const Stop& stop) {
  std::unique_ptr<UnescapedSource> source(new UnescapedSource(json, begin, end, stop));
  source->scratch_.resize(Window::kBytes);
  Mark at = source->marks_.front();
  while (at.written < end) {
    const auto got = source->unescape(at, source->scratch_);
    if (!got) return std::unexpected(got.error());
    source->marks_.push_back(at);
  }
  return source;
}

Result<bool> UnescapedSource::unescape_one(Mark& at, std::span<char> out, std::size_t& filled) {
  auto view = window_.at(at.written, kMaxEscapeBytes);
  if (!view) return std::unexpected(std::move(view.error()));
  const auto left =
      static_cast<std::size_t>(std::min<std::uint64_t>(view->size(), end_ - at.written));
  const auto escape = read_escape(view->substr(0, left));
  if (!escape) return malformed(at.written);
  std::array<char, 4> bytes{};
  const std::size_t count = write_utf8(escape->code_point, bytes);
  if (count > out.size() - filled) return false;
  std::copy_n(bytes.begin(), count, out.begin() + static_cast<std::ptrdiff_t>(filled));
  filled += count;
  at.written += escape->written_bytes;
  at.spelt += count;
  return true;
}

Result<std::size_t> UnescapedSource::unescape(Mark& at, std::span<char> out) {
  std::size_t filled = 0;
  while (at.written < end_ && filled < out.size()) {
    auto view = window_.at(at.written);
    if (!view) return std::unexpected(std::move(view.error()));
    if (view->empty()) return malformed(at.written);
    std::string_view plain = view->substr(
        0, static_cast<std::size_t>(std::min<std::uint64_t>(view->size(), end_ - at.written)));
    const std::size_t backslash = plain.find('\\');
    plain = plain.substr(0, std::min({plain.size(), backslash, out.size() - filled}));
    if (const auto quote = plain.find('"'); quote != std::string_view::npos) {
      return malformed(at.written + quote);
    }
    plain.copy(out.data() + filled, plain.size());
    filled += plain.size();
    at.written += plain.size();
    at.spelt += plain.size();
    if (plain.size() != backslash) continue;
    const auto has_room = unescape_one(at, out, filled);
    if (!has_room) return std::unexpected(has_room.error());
    if (!*has_room) break;
  }
  return filled;
}

Result<std::size_t> UnescapedSource::read(std::uint64_t offset, std::span<char> out) {
  if (offset >= size_bytes()) return 0;
  Mark at = last_;
  if (at.spelt != offset || at.written == 0) {
    const auto after = std::ranges::upper_bound(marks_, offset, {}, &Mark::spelt);
    at = *std::prev(after);
  }
  constexpr std::size_t kLongestCharacter = 4;
  if (at.spelt == offset && out.size() >= kLongestCharacter) {
    auto got = unescape(at, out);
    last_ = at;
    return got;
  }
  for (;;) {
    const std::uint64_t begin = at.spelt;
    const auto got = unescape(at, scratch_);
    if (!got) return std::unexpected(got.error());
    if (at.spelt <= offset) continue;
    const auto skipped = static_cast<std::size_t>(offset - begin);
    const std::size_t count = std::min(out.size(), *got - skipped);
    std::memcpy(out.data(), scratch_.data() + skipped, count);
    return count;
  }
}

}  // namespace skep::slice
