// Idempotency keys: what was stored under them.
#pragma once

#include "sqlite/connection.hpp"
#include "store/request_hash.hpp"

#include <skep/output_record.hpp>

#include <optional>
#include <string>
#include <vector>

namespace skep::sqlite {

/// SQL that creates the table of the keys.
extern const char* const kCreateKeys;

/// The refs that were stored under `key`; nothing if it is new.
/// Errors: `kKeyReused` if it was stored with another request.
[[nodiscard]] Result<std::optional<std::vector<OutputRef>>> find_key(Connection& connection,
                                                                     const std::string& key,
                                                                     const RequestHash& hash);

/// Keeps a new key, and forgets some that are older than keys have to be kept. Within the
/// transaction that stores the records.
[[nodiscard]] Result<void> add_key(Connection& connection, const std::string& key,
                                   const RequestHash& hash, const std::vector<OutputRef>& refs,
                                   Timestamp now);

}  // namespace skep::sqlite
