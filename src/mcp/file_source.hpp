// Files that a model may emit.
#pragma once

#include "mcp/call.hpp"

#include <skep/blob.hpp>

#include <filesystem>
#include <memory>
#include <string>

namespace skep::mcp {

/// The bytes of the file at `path`, which counts from `root` and must lie below it, whatever links
/// lead there. `meter` tells how far it was read. Errors: `kInvalidArgument`, those of
/// `open_blob_source`.
[[nodiscard]] Result<std::shared_ptr<BlobSource>> open_file(const std::filesystem::path& root,
                                                            const std::string& path,
                                                            std::shared_ptr<ByteMeter> meter);

/// Bytes that are there.
[[nodiscard]] std::shared_ptr<BlobSource> source_of_bytes(std::string bytes);

}  // namespace skep::mcp
