// The words that we find are those that SQLite's tokenizer finds.
#include "search/tokens.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <string>
#include <vector>

namespace skep::search {
namespace {

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (const Token& token : tokens_of(text)) words.push_back(token.folded);
  return words;
}

// As FTS5 finds them in the text with breaks.
std::vector<std::string> engine_words_of(std::string_view text) {
  sqlite3* raw = nullptr;
  sqlite3_open(":memory:", &raw);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> db(raw, sqlite3_close);
  sqlite3_exec(raw,
               "CREATE VIRTUAL TABLE t USING fts5(text, tokenize='unicode61 remove_diacritics 2');"
               "CREATE VIRTUAL TABLE v USING fts5vocab(t, instance)",
               nullptr, nullptr, nullptr);
  const auto prepared = [raw](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    sqlite3_prepare_v2(raw, sql, -1, &statement, nullptr);
    return std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>(statement, sqlite3_finalize);
  };
  const std::string broken = with_breaks(text);
  const auto insert = prepared("INSERT INTO t VALUES (?1)");
  sqlite3_bind_text64(insert.get(), 1, broken.data(), broken.size(), SQLITE_STATIC, SQLITE_UTF8);
  EXPECT_EQ(sqlite3_step(insert.get()), SQLITE_DONE);
  const auto select = prepared("SELECT term FROM v ORDER BY offset");
  std::vector<std::string> words;
  while (sqlite3_step(select.get()) == SQLITE_ROW) {
    words.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(select.get(), 0)));
  }
  return words;
}

using Words = std::vector<std::string>;

TEST(TokensTest, WordsAreFolded) {
  EXPECT_EQ(words_of("Bees DANCE, don't they? 42 na\u00efve caf\u00e9s; e\u0301"),
            (Words{"bees", "dance", "don", "t", "they", "42", "naive", "cafes", "e"}));
  EXPECT_EQ(words_of("\u041f\u0427\u0401\u041b\u0410 \u0391\u03a3"),
            (Words{"\u043f\u0447\u0451\u043b\u0430", "\u03b1\u03c3"}));
}

TEST(TokensTest, ChineseAndJapaneseCharactersAreWords) {
  EXPECT_EQ(words_of("\u6771\u4eacTower\u3092\u898b\u305f\u3002"),
            (Words{"\u6771", "\u4eac", "tower", "\u3092", "\u898b", "\u305f"}));
  EXPECT_EQ(words_of("\ubc8c\uc774 \ucda4\uc744"), (Words{"\ubc8c\uc774", "\ucda4\uc744"}));
}

TEST(TokensTest, TheyKnowWhereTheyAre) {
  const auto tokens = tokens_of("\u00abCaf\u00e9\u00bb e\u0301a");
  ASSERT_EQ(tokens.size(), 2U);
  EXPECT_EQ(tokens[0].where, (TextRange{2, 5}));
  EXPECT_EQ(tokens[1].where, (TextRange{10, 4}));
}

TEST(TokensTest, BytesThatAreNoCharactersAreSpace) {
  EXPECT_EQ(words_of("a\xff"
                     "b\xe2\x82"),
            (Words{"a", "b"}));
  EXPECT_TRUE(
      has_word("!\xff"
               "a"));
  EXPECT_FALSE(has_word("!?\xff \u0301\u200b\U0001F41D"));
}

TEST(TokensTest, BreaksCanBeTakenAway) {
  const std::string text = "a\u6771\u4eac b\u3042, c";
  std::string broken = with_breaks(text);
  EXPECT_NE(broken, text);
  for (auto at = broken.find(kBreak); at != std::string::npos; at = broken.find(kBreak)) {
    broken.erase(at, kBreak.size());
  }
  EXPECT_EQ(broken, text);
}

// Each character of the scripts that both are to know alike, between two letters. SQLite 3.40 knows
// those of Unicode 6.1.
TEST(TokensTest, TheEngineFindsTheSameWords) {
  std::string text;
  const auto add = [&text](unsigned first, unsigned last) {
    for (unsigned code = first; code <= last; ++code) {
      std::string character;
      if (code < 0x80) {
        character = static_cast<char>(code);
      } else if (code < 0x800) {
        character = {static_cast<char>(0xC0U | code >> 6U),
                     static_cast<char>(0x80U | (code & 63U))};
      } else {
        character = {static_cast<char>(0xE0U | code >> 12U),
                     static_cast<char>(0x80U | (code >> 6U & 63U)),
                     static_cast<char>(0x80U | (code & 63U))};
      }
      text += "q" + character + "q ";
    }
  };
  add(0x20, 0x2C1);     // Latin
  add(0x370, 0x52F);    // Greek, Cyrillic
  add(0x5D0, 0x5EA);    // Hebrew
  add(0x621, 0x64A);    // Arabic
  add(0x1E00, 0x1EFF);  // Latin
  add(0x2000, 0x2064);  // punctuation
  add(0x206A, 0x20B9);  // numbers, currencies
  add(0x2190, 0x23F3);  // arrows, mathematics
  add(0x2500, 0x26FF);  // lines, signs
  add(0x3000, 0x3029);  // punctuation
  add(0x3041, 0x3096);  // Hiragana
  add(0x30A0, 0x30FF);  // Katakana
  add(0x4E00, 0x4FFF);  // Han
  add(0xAC00, 0xACFF);  // Hangul
  add(0xFF01, 0xFF65);  // wide forms
  EXPECT_EQ(words_of(text), engine_words_of(text));
}

}  // namespace
}  // namespace skep::search
