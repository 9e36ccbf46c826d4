// The blobs of a copied file, copied too.
#pragma once

#include "slice/text_source.hpp"
#include "sqlite/connection.hpp"

#include <skep/backup.hpp>

#include <filesystem>
#include <string>

namespace skep::sqlite {

/// Copies the blobs that the records in the file `copy` have from the directory `from` into `to`,
/// each hashed on its way, and adds what came of it to `report`. One that is damaged is reported
/// and left out. Errors: `kIo`, `kCancelled` soon after `stop` is true; the engine's.
[[nodiscard]] Result<void> copy_blobs(const std::string& copy, const std::filesystem::path& from,
                                      const std::filesystem::path& to, const slice::Stop& stop,
                                      BackupReport& report);

}  // namespace skep::sqlite
