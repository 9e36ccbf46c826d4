// Searching the index of words.
#pragma once

#include "search/language.hpp"
#include "sqlite/connection.hpp"

#include <skep/search.hpp>

#include <string>

namespace skep::sqlite {

/// The words in the syntax of FTS5. Whatever they are, it is one that FTS5 takes: each term is a
/// string of its, quoted.
[[nodiscard]] std::string to_fts5(const search::Words& words);

/// What the index, up to date or not, has of what `query`, which is valid, asks for.
[[nodiscard]] Result<SearchPage> search(Connection& connection, const SearchQuery& query);

}  // namespace skep::sqlite
