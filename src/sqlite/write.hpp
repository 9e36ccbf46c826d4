// Writing records: one transaction at a time, each record with the next `seq`.
#pragma once

#include "blob/writer.hpp"
#include "sqlite/connection.hpp"
#include "store/id_generator.hpp"
#include "store/request_hash.hpp"

#include <skep/output_store.hpp>

#include <optional>
#include <string>
#include <vector>

namespace skep::sqlite {

/// An append in the form in which it is stored, encoded before it reaches the writer's thread.
struct EncodedAppend {
  explicit EncodedAppend(AppendRequest request);

  /// What it holds in memory, about.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return sizeof *this + task_id.size() + producer_agent.size() + event_json.size() +
           parent_refs_json.size();
  }

  std::string task_id;
  std::uint32_t attempt;
  std::string producer_agent;
  std::string event_json;
  std::string parent_refs_json;
  std::optional<blob::StoredBlob> blob;  ///< Its content.
  std::string placeless_json;            ///< Of an event with a blob: what makes it the same.
};

/// Appends that are stored at most once.
struct KeyedAppends {
  KeyedAppends(std::string idempotency_key, std::vector<EncodedAppend> encoded);

  std::string key;
  RequestHash request_hash{};
  std::vector<EncodedAppend> appends;
};

/// Inserts rows within one transaction that the caller has begun.
class Insertion {
 public:
  /// Reads the greatest `seq` so far.
  [[nodiscard]] static Result<Insertion> start(Connection& connection);

  /// Inserts under a new id. A collision of ids is retried with another and never shown.
  [[nodiscard]] Result<OutputRef> insert(const EncodedAppend& append, OutputRefGenerator& ids);

  /// Inserts all or none of `appends`; what was inserted before them stays.
  [[nodiscard]] Result<std::vector<OutputRef>> insert(const std::vector<EncodedAppend>& appends,
                                                      OutputRefGenerator& ids);

  /// The same, unless they are stored under their key: then gives the refs of that time.
  /// Errors: `kKeyReused` if others are.
  [[nodiscard]] Result<std::vector<OutputRef>> insert(const KeyedAppends& keyed,
                                                      OutputRefGenerator& ids);

  /// Inserts under `id`. False, and nothing written, if that id is taken.
  [[nodiscard]] Result<bool> insert_as(const std::string& id, const EncodedAppend& append,
                                       std::optional<Timestamp> created_at);

  /// To be called before the transaction commits: moves the edges of what was inserted into their
  /// table. Those that it can't move wait in their log. Errors: the transaction is gone.
  [[nodiscard]] Result<void> finish();

  /// The greatest `seq` there is now.
  [[nodiscard]] std::int64_t last_seq() const noexcept { return last_seq_; }

 private:
  Insertion(Connection& connection, std::int64_t last_seq, Timestamp now)
      : connection_(&connection), last_seq_(last_seq), now_(now) {}

  Connection* connection_;
  std::int64_t last_seq_;
  Timestamp now_;
  std::size_t edge_row_count_ = 0;  // inserted with parents
};

/// Imports all or none, in one transaction of its own. Blobs that they name, and that the directory
/// `blobs`, unless it is null, has, are theirs: their paths lead there then.
[[nodiscard]] Result<ImportResult> import_records(Connection& connection,
                                                  std::vector<OutputRecord>& records,
                                                  const std::filesystem::path* blobs);

}  // namespace skep::sqlite
