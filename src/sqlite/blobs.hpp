// Which records of the file have blobs.
#pragma once

#include "blob/candidates.hpp"
#include "blob/record.hpp"
#include "sqlite/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skep::sqlite {

/// The table, and the trigger that forgets the blobs of records that are deleted, whoever does it.
extern const char* const kCreateBlobs;

/// Notes, within the transaction that inserts the record `id`, that it has the blob. Errors: as
/// `blob::expect_present`; collecting waits for that transaction.
[[nodiscard]] Result<void> add_blob(Connection& connection, const std::string& id,
                                    const blob::StoredBlob& stored);

/// The blob of a record, if its content is one.
[[nodiscard]] Result<std::optional<BlobInfo>> find_blob(Connection& connection,
                                                        const OutputRecord& record);

/// Says of each candidate whether no record has it, and removes those unless it is a dry run; all
/// in a transaction that keeps others from adding records. Errors: `kBusy` while a backup or a
/// check reads them.
[[nodiscard]] Result<std::vector<bool>> remove_unused_blobs(
    Connection& connection, const std::vector<blob::Candidate>& candidates,
    const BlobCollectQuery& query);

}  // namespace skep::sqlite
