#include "sqlite/blob_copy.hpp"

#include "blob/file.hpp"
#include "blob/layout.hpp"
#include "blob/writer.hpp"
#include "sqlite/open.hpp"
#include "sqlite/schema.hpp"
#include "store/cancelled.hpp"

#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

// Fails with `kBlobMissing` or `kBlobAltered` for one that must not be copied.
Result<void> copy_blob(const std::filesystem::path& from, const std::filesystem::path& to,
                       const std::string& copy, const std::string& sha256, std::uint64_t size_bytes,
                       const slice::Stop& stop) {
  const auto file = blob::BlobFile::open(blob::path_of(from, sha256), size_bytes);
  if (!file) return std::unexpected(file.error());
  blob::BlobWriter writer(to, copy);
  if (auto begun = writer.begin(); !begun) return begun;
  std::vector<char> buffer(kPieceBytes);
  for (;;) {
    if (stop()) return skep::cancelled();
    const auto size = file->read(writer.size_bytes(), buffer);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) break;
    if (auto written = writer.write({buffer.data(), *size}); !written) return written;
  }
  if (writer.sha256() != sha256) return blob::altered(file->path());
  const auto stored = writer.publish(stop);
  if (!stored) return std::unexpected(stored.error());
  return {};
}

}  // namespace

Result<void> copy_blobs(const std::string& copy, const std::filesystem::path& from,
                        const std::filesystem::path& to, const slice::Stop& stop,
                        BackupReport& report) {
  auto connection = open_reader(copy, kBusyTimeout);
  if (!connection) return std::unexpected(std::move(connection.error()));
  const auto shape = read_shape(**connection);
  if (!shape) return std::unexpected(shape.error());
  if (!shape->has_blobs) return {};
  auto statement =
      (*connection)
          ->prepare("SELECT sha256, size_bytes FROM skep_blobs GROUP BY sha256 ORDER BY sha256");
  if (!statement) return std::unexpected(std::move(statement.error()));
  for (;;) {
    const auto row = statement->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    const std::string sha256(statement->text(0).value_or(""));
    const auto size_bytes = static_cast<std::uint64_t>(statement->integer(1).value_or(0));
    auto copied = copy_blob(from, to, copy, sha256, size_bytes, stop);
    if (copied) {
      ++report.blob_count;
      report.blob_bytes += size_bytes;
      continue;
    }
    const ErrorKind kind = copied.error().kind;
    if (kind != ErrorKind::kBlobMissing && kind != ErrorKind::kBlobAltered) return copied;
    ++report.blob_error_count;
    if (report.blob_errors.size() < kMaxListedBlobErrors) {
      report.blob_errors.push_back(std::move(copied.error()));
    }
  }
}

}  // namespace skep::sqlite
