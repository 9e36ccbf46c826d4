// A search through all records, some at a time.
#pragma once

#include "memory/record_index.hpp"
#include "search/matcher.hpp"

#include <skep/search.hpp>

#include <vector>

namespace skep::memory {

/// Not thread-safe.
class Search {
 public:
  /// Looks no further than `last_seq`. REQUIRES: the query is valid.
  Search(SearchQuery query, std::int64_t last_seq);

  /// Which records to look at next: few enough for others to have their turn soon.
  [[nodiscard]] const ListQuery& next() const noexcept { return next_; }

  /// Looks at them. Returns whether there are more.
  bool look(const RecordPage& page);

  /// The best of what was found.
  [[nodiscard]] SearchPage take() const;

 private:
  struct Candidate {
    RecordPtr record;
    search::Occurrences found;
  };

  [[nodiscard]] bool passes(const OutputRecord& record) const;

  SearchQuery query_;
  std::int64_t last_seq_;
  search::Matcher matcher_;
  ListQuery next_;
  std::vector<Candidate> candidates_;
};

}  // namespace skep::memory
