#include "support/store_test.hpp"

#include <utility>

namespace skep::test {

void StoreTest::open(std::size_t max_body_bytes) {
  store_.reset();
  store_ = GetParam().open(directory_.path(), max_body_bytes);
}

std::unique_ptr<OutputStore> StoreTest::open_another() const {
  return GetParam().open(directory_.path(), kDefaultMaxBodyBytes);
}

OutputRef StoreTest::append(AppendRequest request) {
  auto ref = run(store().append(std::move(request)));
  EXPECT_TRUE(is_ok(ref));
  return ref.value_or(OutputRef());
}

OutputRecord StoreTest::get(const OutputRef& ref) {
  auto record = run(store().get(ref));
  EXPECT_TRUE(is_ok(record));
  return record.value_or(OutputRecord());
}

std::vector<OutputRecord> StoreTest::walk(ListQuery query) {
  std::vector<OutputRecord> found;
  for (;;) {
    auto page = run(store().list(query));
    EXPECT_TRUE(is_ok(page));
    if (!page) return found;
    EXPECT_TRUE(page->listing.damaged.empty());
    EXPECT_LE(page->listing.records.size(), query.limit);
    for (OutputRecord& record : page->listing.records) {
      EXPECT_GT(record.seq, found.empty() ? query.after_seq : found.back().seq);
      found.push_back(std::move(record));
    }
    if (!page->next_after_seq) return found;
    EXPECT_FALSE(page->listing.records.empty()) << "a page with a successor is empty";
    if (*page->next_after_seq <= query.after_seq) {
      ADD_FAILURE() << "the cursor doesn't move";
      return found;
    }
    query.after_seq = *page->next_after_seq;
  }
}

std::vector<OutputRecord> StoreTest::all() {
  ListQuery query;
  query.limit = kMaxPageCount;
  return walk(query);
}

std::vector<std::string> ids_of(const std::vector<OutputRecord>& records) {
  std::vector<std::string> ids;
  ids.reserve(records.size());
  for (const OutputRecord& record : records) ids.push_back(record.id.str());
  return ids;
}

}  // namespace skep::test
