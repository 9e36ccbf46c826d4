#include "support/store_test.hpp"

#include <algorithm>

namespace skep::test {
namespace {

class TypeFilterTest : public StoreTest {
 protected:
  // All records of that type, in pages that may be short or empty.
  std::vector<std::string> walk_type(ListQuery query, std::size_t* page_count = nullptr) {
    std::vector<std::string> found;
    for (std::size_t pages = 1;; ++pages) {
      const auto page = run(store().list(query));
      EXPECT_TRUE(is_ok(page));
      if (!page) return found;
      EXPECT_LE(page->listing.records.size(), query.limit);
      for (const auto& id : ids_of(page->listing.records)) found.push_back(id);
      if (page_count != nullptr) *page_count = pages;
      if (!page->next_after_seq) return found;
      query.after_seq = *page->next_after_seq;
    }
  }
};
SKEP_INSTANTIATE(TypeFilterTest, backends());

TEST_P(TypeFilterTest, GivesTheRecordsOfThatTypeAlone) {
  const Inline text(json("\"x\""));
  const auto progress = append({"t", 1, "a", Progress("stage")});
  const auto partial = append({"t", 1, "a", Partial(text)});
  const auto artifact = append({"t", 1, "a", Artifact("final", text)});
  const auto last = append({"t", 1, "a", Final(text, true)});
  for (const auto& [type, ref] : {std::pair("progress", progress), std::pair("partial", partial),
                                  std::pair("artifact", artifact), std::pair("final", last)}) {
    ListQuery query;
    query.type = type;
    EXPECT_EQ(walk_type(query), std::vector{ref.str()}) << type;
    query.task_id = "t";
    query.producer_agent = "a";
    EXPECT_EQ(walk_type(query), std::vector{ref.str()}) << type;
    query.task_id = "u";
    EXPECT_TRUE(walk_type(query).empty()) << type;
  }
}

TEST_P(TypeFilterTest, PagesGoOnPastManyOthers) {
  std::vector<AppendRequest> batch;
  std::vector<std::size_t> finals;
  for (std::size_t i = 0; i < 2'500; ++i) {
    const bool is_final = i % 500 == 250;
    if (is_final) finals.push_back(i);
    batch.push_back(is_final ? request("t", 1, "a")
                             : AppendRequest("t", 1, "a", Progress("stage")));
  }
  const auto refs = run(store().append_all(batch));
  ASSERT_TRUE(is_ok(refs));
  std::vector<std::string> expected;
  for (const std::size_t i : finals) expected.push_back((*refs)[i].str());

  for (const std::size_t limit : {1U, 2U, 3U, 1000U}) {
    ListQuery query;
    query.type = "final";
    query.limit = limit;
    EXPECT_EQ(walk_type(query), expected) << limit;
  }
}

TEST_P(TypeFilterTest, RefusesAnUnknownType) {
  ListQuery query;
  for (const char* type : {"", "Final", "finals"}) {
    query.type = type;
    EXPECT_TRUE(is_error(run(store().list(query)), ErrorKind::kInvalidArgument, "event type"));
  }
}

}  // namespace
}  // namespace skep::test
