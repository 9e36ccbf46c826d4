// Finding outputs by the words in them.
#pragma once

#include <skep/output_record.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skep {

/// The longest text of words, in bytes, and the most words and phrases in it.
inline constexpr std::size_t kMaxSearchWordBytes = 1'000;
inline constexpr std::size_t kMaxSearchTerms = 32;

/// The most hits of a page, and the most that lie before one.
inline constexpr std::size_t kMaxSearchLimit = 100;
inline constexpr std::size_t kMaxSearchOffset = 10'000;

/// The longest snippet: characters (code points).
inline constexpr std::size_t kMaxSnippetChars = 1'000;

/// Of an output's text, so many bytes from its beginning can be found: 64 KiB.
inline constexpr std::size_t kMaxSearchedBytes = std::size_t{64} << 10U;

/// Which outputs to find: those that match the words and every filter that is set.
struct SearchQuery {
  /// Words that all must be there; docs/search.md has the language: `"a phrase"`, `-not`, `pre*`,
  /// `this OR that`.
  std::string words;

  std::optional<std::string> task_id;
  std::optional<std::uint32_t> attempt;  ///< Only together with `task_id`.
  std::optional<std::string> producer_agent;
  std::optional<std::string> type;  ///< Of the event: progress, partial, artifact or final.
  /// When it was stored: at `created_from` or later, and before `created_before`. A record without
  /// a time, as other programs write them, matches neither.
  std::optional<Timestamp> created_from;
  std::optional<Timestamp> created_before;

  std::size_t limit = 20;           ///< Hits, 1 … `kMaxSearchLimit`.
  std::size_t offset = 0;           ///< Better hits to pass over, up to `kMaxSearchOffset`.
  std::size_t snippet_chars = 160;  ///< Of each snippet, at most; 0 … `kMaxSnippetChars`.

  SearchQuery() = default;
  explicit SearchQuery(std::string text) : words(std::move(text)) {}
};

/// A part of a text, in bytes.
struct TextRange {
  std::size_t begin = 0;
  std::size_t length = 0;

  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// A few words of a text around what was found in it.
struct Snippet {
  std::string text;                ///< UTF-8; any white space is one space.
  std::vector<TextRange> matches;  ///< Within `text`, in its order, whole characters.
  bool is_cut_before = false;      ///< Something stands before it,
  bool is_cut_after = false;       ///< or after it.

  friend bool operator==(const Snippet&, const Snippet&) = default;
};

/// An output that was found, without its body.
struct SearchHit {
  OutputRef id;
  std::string task_id;
  std::uint32_t attempt = 0;
  std::string producer_agent;
  std::string type;  ///< Of the event.
  std::int64_t seq = 0;
  std::optional<Timestamp> created_at;
  double score = 0;  ///< The greater the better; comparable within one search only.
  Snippet snippet;

  SearchHit() = default;
};

/// Some of what was found, the best first; of equals the newest.
struct SearchPage {
  std::vector<SearchHit> hits;
  std::optional<std::size_t> next_offset;  ///< Of the next page; absent on the last one.

  SearchPage() = default;
};

/// The page as one JSON object; docs/search.md lists its members. Pure and thread-safe.
[[nodiscard]] std::string to_json(const SearchPage& page);

}  // namespace skep
