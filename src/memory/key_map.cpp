#include "memory/key_map.hpp"

#include "blob/record.hpp"
#include "json/stored.hpp"

#include <utility>

namespace skep::memory {

const KeyMap::Entry* KeyMap::find(const std::string& key, Timestamp now) {
  while (!by_age_.empty()) {
    const auto oldest = entries_.find(by_age_.front());
    if (now - oldest->second.created_at < kIdempotencyKeyLifetime) break;
    entries_.erase(oldest);
    by_age_.pop_front();
  }
  const auto found = entries_.find(key);
  return found != entries_.end() ? &found->second : nullptr;
}

void KeyMap::add(const std::string& key, Entry entry) {
  entries_.emplace(key, std::move(entry));
  by_age_.push_back(key);
}

RequestHash hash_of(const std::vector<AppendRequest>& requests) {
  RequestHasher hasher;
  for (const AppendRequest& request : requests) {
    hasher.add(request.task_id, request.attempt, request.producer_agent,
               blob::placeless_json(request.event), json::parent_refs_to_json(request.parent_refs));
  }
  return hasher.finish();
}

}  // namespace skep::memory
