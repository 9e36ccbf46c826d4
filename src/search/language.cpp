#include "search/language.hpp"

#include "json/check.hpp"
#include "search/tokens.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace skep::search {
namespace {

constexpr std::string_view kSpace = " \t\n\r\f\v";

std::unexpected<Error> wrong(std::size_t at, const std::string& what) {
  return fail(ErrorKind::kInvalidArgument, "the words: " + what + " at byte " + std::to_string(at));
}

// One term as it stands there, or the word OR.
struct Lexeme {
  std::size_t at = 0;
  Term term;
  bool is_or = false;
  bool is_excluded = false;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  // Nothing at the end.
  Result<std::optional<Lexeme>> next() {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
    if (at_ == text_.size()) return std::nullopt;
    Lexeme lexeme;
    lexeme.at = at_;
    lexeme.is_excluded = text_[at_] == '-';
    if (lexeme.is_excluded) ++at_;
    const bool is_phrase = at_ < text_.size() && text_[at_] == '"';
    std::string_view written;
    if (is_phrase) {
      const auto end = text_.find('"', at_ + 1);
      if (end == std::string_view::npos) return wrong(at_, "a quote that is not closed");
      written = text_.substr(at_ + 1, end - at_ - 1);
      at_ = end + 1;
      lexeme.term.is_prefix = at_ < text_.size() && text_[at_] == '*';
      if (lexeme.term.is_prefix) ++at_;
    } else {
      const auto end = std::min(text_.find_first_of(kSpace, at_), text_.size());
      written = text_.substr(at_, end - at_);
      at_ = end;
      lexeme.is_or = written == "OR" && !lexeme.is_excluded;
      lexeme.term.is_prefix = written.ends_with('*');
      if (lexeme.term.is_prefix) written.remove_suffix(1);
    }
    lexeme.term.text = written;
    std::ranges::replace(lexeme.term.text, '\0', ' ');
    return std::optional(std::move(lexeme));
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

Result<std::vector<Lexeme>> lexemes_of(std::string_view text) {
  std::vector<Lexeme> lexemes;
  Lexer lexer(text);
  for (;;) {
    auto lexeme = lexer.next();
    if (!lexeme) return std::unexpected(std::move(lexeme.error()));
    if (!*lexeme) return lexemes;
    if (!(*lexeme)->is_or && !has_word((*lexeme)->term.text)) continue;
    if (lexemes.size() == 2 * kMaxSearchTerms) break;
    lexemes.push_back(std::move(**lexeme));
  }
  return fail(ErrorKind::kTooLarge, "the words: there are more than " +
                                        std::to_string(kMaxSearchTerms) + " words and phrases");
}

}  // namespace

Result<Words> parse_words(std::string_view text) {
  if (text.size() > kMaxSearchWordBytes) {
    return fail(ErrorKind::kTooLarge, "the words take " + std::to_string(text.size()) +
                                          " bytes; the limit is " +
                                          std::to_string(kMaxSearchWordBytes));
  }
  if (auto checked = json::check_text("the text of the words", text); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  auto lexemes = lexemes_of(text);
  if (!lexemes) return std::unexpected(std::move(lexemes.error()));

  Words words;
  std::size_t term_count = 0;
  const Lexeme* pending_or = nullptr;
  bool follows_term = false;  // one that an OR may stand behind
  for (Lexeme& lexeme : *lexemes) {
    if (lexeme.is_or) {
      if (!follows_term) return wrong(lexeme.at, "OR without a word before it");
      pending_or = &lexeme;
      follows_term = false;
      continue;
    }
    if (++term_count > kMaxSearchTerms) {
      return fail(ErrorKind::kTooLarge, "the words: there are more than " +
                                            std::to_string(kMaxSearchTerms) + " words and phrases");
    }
    if (lexeme.is_excluded) {
      if (pending_or != nullptr) return wrong(lexeme.at, "OR before a word that is excluded");
      words.none_of.push_back(std::move(lexeme.term));
    } else if (pending_or != nullptr) {
      words.all_of.back().push_back(std::move(lexeme.term));
    } else {
      words.all_of.push_back({std::move(lexeme.term)});
    }
    follows_term = !lexeme.is_excluded;
    pending_or = nullptr;
  }
  if (pending_or != nullptr) return wrong(pending_or->at, "OR without a word after it");
  if (words.all_of.empty()) {
    return fail(ErrorKind::kInvalidArgument,
                words.none_of.empty() ? "the words: there is no word to search for"
                                      : "the words: only words to exclude, and none to search for");
  }
  return words;
}

}  // namespace skep::search
