// A store in memory: for tests, and for programs that need no durability.
#pragma once

#include <skep/output_store.hpp>

#include <memory>

namespace skep {

struct MemoryStoreOptions {
  std::size_t max_body_bytes = kDefaultMaxBodyBytes;  ///< Of one event, as JSON text.
  std::uint64_t max_blob_bytes = kDefaultMaxBlobBytes;
};

/// Makes an empty store that lives in this process and ends with it. Its operations complete
/// without waiting for anything but a mutex; but blobs are files, in a temporary directory that is
/// removed at its end.
[[nodiscard]] std::unique_ptr<OutputStore> make_memory_store(MemoryStoreOptions options = {});

}  // namespace skep
