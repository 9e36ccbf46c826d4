#include "memory/verify.hpp"

#include <algorithm>

namespace skep::memory {

IndexVerification::IndexVerification() { report_.backend = "memory"; }

bool IndexVerification::advance(const RecordIndex& index) {
  ListQuery query;
  query.after_seq = last_seq_;
  query.limit = kMaxPageCount;
  const RecordPage page = index.page(query);
  for (const RecordPtr& record : page.records) check(index, record);
  return !page.next_after_seq.has_value();
}

void IndexVerification::check(const RecordIndex& index, const RecordPtr& record) {
  const std::string place =
      "record " + record->id.str() + " (seq " + std::to_string(record->seq) + ")";
  records_.count_checked();
  if (record->seq <= last_seq_) {
    records_.add("seq_not_increasing", place,
                 "the record before it has seq " + std::to_string(last_seq_));
  }
  last_seq_ = std::max(last_seq_, record->seq);
  if (index.find(record->id) != record) {
    records_.add("damaged_record", place, "it is not found by its id");
  }
  for (const OutputRef& parent : record->parent_refs) {
    edges_.count_checked();
    const auto* children = index.children(parent);
    if (children == nullptr ||
        !std::ranges::binary_search(*children, record->seq, {}, &OutputRecord::seq)) {
      edges_.add("edge_missing", place, "it is no child of its parent " + parent.str());
    }
  }
}

VerifyProgress IndexVerification::progress(const RecordIndex& index) const {
  return {"records", records_.checked_count(), index.counts().output_count};
}

}  // namespace skep::memory
