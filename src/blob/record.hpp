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

/// The hash with which the path of a file ends, if it is called as the blobs of any store are.
[[nodiscard]] std::optional<std::string> sha256_in(const FileRef& file);

/// The JSON of `event`, with the hash of a blob in place of its path: where that lies, and whether
/// its store was moved, makes no difference.
[[nodiscard]] std::string placeless_json(const OutputEvent& event);

/// Whether both say the same, wherever their blobs lie.
[[nodiscard]] bool are_equal(const OutputRecord& left, const OutputRecord& right);

/// Makes the content of `event` the blob in `directory` whose hash its path names, if one of its
/// size is there.
[[nodiscard]] std::optional<StoredBlob> adopt(const std::filesystem::path& directory,
                                              OutputEvent& event);

/// Fails with `kIo`, retryable, if the blob was collected since it was stored. Asked within what
/// collecting waits for: from there on it can't be.
[[nodiscard]] Result<void> expect_present(const StoredBlob& blob);

[[nodiscard]] BlobInfo info_of(const OutputRecord& record, const Link& link);

/// Of a blob that no record names yet.
[[nodiscard]] BlobInfo info_of(const StoredBlob& blob);

/// Why the content of `record` can't be opened as a blob.
[[nodiscard]] Error no_blob(const OutputRecord& record);

}  // namespace skep::blob
