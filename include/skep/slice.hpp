// Reading only what is needed of a large output.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace skep {

/// The budget of a slice where none is given, and the largest: characters (code points).
inline constexpr std::size_t kDefaultSliceChars = 8'000;
inline constexpr std::size_t kMaxSliceChars = 1'000'000;

/// The smallest budget of a grep: room for one shortened line.
inline constexpr std::size_t kMinGrepChars = 100;

/// The longest JSON Pointer, and the longest pattern of a grep.
inline constexpr std::size_t kMaxPointerBytes = 4'096;
inline constexpr std::size_t kMaxPatternBytes = 1'024;

/// What a grep shows at most around a match, and in one slice.
inline constexpr std::size_t kMaxGrepContextLines = 100;
inline constexpr std::size_t kMaxGrepMatches = 1'000;

/// Lines are counted, and numbered, in content up to this size: 64 MiB.
inline constexpr std::uint64_t kMaxCountedBytes = std::uint64_t{64} << 20U;

/// All of the content, from its beginning.
struct Whole {
  friend bool operator==(const Whole&, const Whole&) = default;
};

/// Lines `first` to `last`, from 1, both included; without `last`, to the end. A line ends with its
/// line feed.
struct LineRange {
  std::uint64_t first = 1;
  std::optional<std::uint64_t> last;

  friend bool operator==(const LineRange&, const LineRange&) = default;
};

/// Bytes `first` to `last`, from 0, both included; without `last`, to the end. A character belongs
/// to the range that its first byte lies in, so ranges that adjoin give each character once.
struct ByteRange {
  std::uint64_t first = 0;
  std::optional<std::uint64_t> last;

  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

/// The first so many characters, or a few less, so that no word is cut: `Whole` with this budget.
struct FirstChars {
  std::uint64_t count = kDefaultSliceChars;

  friend bool operator==(const FirstChars&, const FirstChars&) = default;
};

/// The last so many characters, or a few less.
struct LastChars {
  std::uint64_t count = kDefaultSliceChars;

  friend bool operator==(const LastChars&, const LastChars&) = default;
};

/// The lines that a regular expression (RE2's syntax) matches somewhere, as `grep -n` shows them.
/// It never matches across lines; `^` and `$` are the ends of a line. A line longer than 4,096
/// bytes is taken for several with the same number, in which a match of up to 1,024 bytes is found
/// wherever it lies.
struct Grep {
  std::string pattern;
  std::size_t context_lines =
      0;  ///< Shown before and after a match; `kMaxGrepContextLines` at most.
  bool ignore_case = false;
  std::size_t max_matches = 100;  ///< Lines that match, 1 … `kMaxGrepMatches`.
  std::uint64_t from_byte = 0;    ///< Where to begin: the start of a line, as `Slice::next` says.
  std::optional<std::uint64_t> from_line;  ///< Its number, if it is known.

  Grep() = default;
  explicit Grep(std::string regular_expression) : pattern(std::move(regular_expression)) {}
  friend bool operator==(const Grep&, const Grep&) = default;
};

using Selection = std::variant<Whole, LineRange, ByteRange, FirstChars, LastChars, Grep>;

/// Which part of an output's content to show. The content is the characters of a JSON string, and
/// the text of any other value as its producer wrote it.
struct SliceQuery {
  /// A JSON Pointer (RFC 6901) to the value that is meant. Of members with one name the first.
  std::optional<std::string> pointer;
  Selection selection;
  /// The budget: characters, 1 … `kMaxSliceChars`. Unset: `kDefaultSliceChars`, or as many as
  /// `FirstChars` and `LastChars` ask for.
  std::optional<std::size_t> max_chars;

  SliceQuery() = default;
  explicit SliceQuery(Selection selected, std::optional<std::size_t> budget_chars = std::nullopt)
      : selection(std::move(selected)), max_chars(budget_chars) {}
  friend bool operator==(const SliceQuery&, const SliceQuery&) = default;
};

/// One line that a grep found.
struct SliceMatch {
  std::uint64_t line = 0;          ///< From 1; 0 if lines were not counted.
  std::uint64_t byte = 0;          ///< Of the match, from the beginning of the content.
  std::uint64_t length_bytes = 0;  ///< Of the match, which is the first in its line.

  friend bool operator==(const SliceMatch&, const SliceMatch&) = default;
};

/// A part of an output's content, what it is of it, and how to read on. Offsets are in bytes of the
/// content, or of the value that the pointer selects.
struct Slice {
  OutputRef id;
  std::string text;        ///< Always UTF-8.
  std::string media_type;  ///< Of the content: "text/plain; charset=utf-8" or "application/json".

  /// What is shown: bytes `begin_byte` up to, not including, `end_byte`. Of a grep: what it has
  /// looked at.
  std::uint64_t begin_byte = 0;
  std::uint64_t end_byte = 0;
  std::uint64_t total_bytes = 0;
  /// From 1. Absent if nothing is shown, or lines were not counted (`kMaxCountedBytes`).
  std::optional<std::uint64_t> first_line;
  std::optional<std::uint64_t> last_line;
  std::optional<std::uint64_t> total_lines;

  std::uint64_t remaining_bytes = 0;  ///< What `next`, and what follows it, have yet to read.
  std::uint64_t invalid_bytes = 0;    ///< Bytes that are not UTF-8; each is shown as U+FFFD.
  std::vector<SliceMatch> matches;    ///< Of a grep, in the order of the text.

  /// In words, what is shown of what, and what was left out; never empty.
  std::string summary;

  /// With what to read on. Following it until it is absent shows all that was selected, each byte
  /// once. After `FirstChars` it goes on to the end, after `LastChars` it gives what lies before.
  std::optional<SliceQuery> next;

  Slice() = default;
};

/// The slice as one JSON object; docs/slices.md lists its members. Pure and thread-safe.
[[nodiscard]] std::string to_json(const Slice& slice);

}  // namespace skep
