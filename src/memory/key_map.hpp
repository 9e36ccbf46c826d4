// Idempotency keys in memory, and what was stored under them. Not thread-safe.
#pragma once

#include "store/request_hash.hpp"

#include <skep/output_store.hpp>

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace skep::memory {

class KeyMap {
 public:
  struct Entry {
    RequestHash hash;
    std::vector<OutputRef> refs;
    Timestamp created_at;
  };

  /// nullptr if the key is unknown, or older than keys have to be kept.
  [[nodiscard]] const Entry* find(const std::string& key, Timestamp now);

  /// REQUIRES: the key is unknown.
  void add(const std::string& key, Entry entry);

 private:
  std::map<std::string, Entry> entries_;
  std::deque<std::string> by_age_;
};

/// What tells the requests from others.
[[nodiscard]] RequestHash hash_of(const std::vector<AppendRequest>& requests);

}  // namespace skep::memory
