// What a record says of its blob.
#pragma once

#include "blob/writer.hpp"

#include <skep/blob.hpp>
#include <skep/output_record.hpp>

#include <optional>
#include <string>

namespace skep::blob {

/// Which blob of its store a record's content is.
struct Link {
  std::string sha256;
  std::uint64_t size_bytes = 0;
};

/// Makes the content of `event`, which is a file, the blob.
void place(OutputEvent& event, const StoredBlob& blob);

/// The blob in `directory` with the hash that the content's path ends with, if that is called as
/// the blobs of any store are.
[[nodiscard]] std::optional<StoredBlob> find_in(const std::filesystem::path& directory,
                                                const OutputEvent& event);

/// Fails with `kIo`, retryable, if the blob was collected since it was stored. Asked within what
/// collecting waits for: from there on it can't be.
[[nodiscard]] Result<void> expect_present(const StoredBlob& blob);

[[nodiscard]] BlobInfo info_of(const OutputRecord& record, const Link& link);

/// Why the content of `record` can't be opened as a blob.
[[nodiscard]] Error no_blob(const OutputRecord& record);

}  // namespace skep::blob
