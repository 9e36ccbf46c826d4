// The blobs of a store in memory: files in a temporary directory.
#pragma once

#include "blob/directory.hpp"
#include "blob/layout.hpp"
#include "blob/record.hpp"
#include "blob/temporary_directory.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skep::memory {

/// Which records have which blobs. Not thread-safe.
class BlobMap {
 public:
  void add(const OutputRef& ref, const blob::StoredBlob& stored) {
    const bool is_new =
        links_.insert_or_assign(ref, blob::Link{stored.sha256, stored.size_bytes}).second;
    if (is_new) ++record_counts_[stored.sha256];
  }

  /// Forgets the blobs of records of which `is_there` is false.
  template <class IsThere>
  void keep(IsThere is_there) {
    std::erase_if(links_, [&](const auto& link) {
      if (is_there(link.first)) return false;
      const auto count = record_counts_.find(link.second.sha256);
      if (--count->second == 0) record_counts_.erase(count);
      return true;
    });
  }

  /// The blob of a record, if its content is one.
  [[nodiscard]] std::optional<BlobInfo> find(const OutputRecord& record) const {
    const auto found = links_.find(record.id);
    if (found == links_.end()) return std::nullopt;
    return blob::info_of(record, found->second);
  }

  /// Says of each candidate whether no record has it, and removes those unless it is a dry run.
  [[nodiscard]] Result<std::vector<bool>> remove_unused(
      const std::vector<blob::Candidate>& candidates, const BlobCollectQuery& query) const {
    std::vector<bool> unused;
    for (const blob::Candidate& candidate : candidates) {
      Result<bool> is_unused = !record_counts_.contains(candidate.sha256);
      if (*is_unused && !query.dry_run) is_unused = blob::remove_if_old(candidate, query.grace);
      if (!is_unused) return std::unexpected(std::move(is_unused.error()));
      unused.push_back(*is_unused);
    }
    return unused;
  }

 private:
  std::map<OutputRef, blob::Link> links_;
  std::map<std::string, std::size_t> record_counts_;
};

/// The files. Thread-safe.
struct BlobFiles {
  blob::TemporaryDirectory temporary;
  blob::Directory directory{blob::directory_of(temporary.path() / "outputs")};
};

}  // namespace skep::memory
