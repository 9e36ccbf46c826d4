#include "blob/record.hpp"

#include "blob/layout.hpp"
#include "blob/sha256.hpp"
#include "store/validate.hpp"

#include <skep/json.hpp>

#include <system_error>
#include <utility>

namespace skep::blob {
namespace {

constexpr const char* kUnknownType = "application/octet-stream";

const FileRef* file_of(const OutputEvent& event) {
  const ContentRef* content = content_of(event);
  return content != nullptr ? std::get_if<FileRef>(content) : nullptr;
}

}  // namespace

void place(OutputEvent& event, const StoredBlob& blob) {
  auto& file = std::get<FileRef>(*content_of(event));
  file.path = blob.path.string();
  file.size_hint = blob.size_bytes;
}

std::optional<std::string> sha256_in(const FileRef& file) {
  const std::filesystem::path named(file.path);
  std::string sha256 = named.filename().string();
  const auto directory = named.parent_path().parent_path();
  if (!is_sha256_hex(sha256) || directory.extension() != kDirectorySuffix ||
      path_of(directory, sha256) != named) {
    return std::nullopt;
  }
  return sha256;
}

std::string placeless_json(const OutputEvent& event) {
  const FileRef* file = file_of(event);
  const auto sha256 = file != nullptr ? sha256_in(*file) : std::nullopt;
  if (!sha256) return to_json(event);
  OutputEvent without_place = event;
  std::get<FileRef>(*content_of(without_place)).path = *sha256;
  return to_json(without_place);
}

bool are_equal(const OutputRecord& left, const OutputRecord& right) {
  if (left == right) return true;
  if (file_of(left.event) == nullptr || file_of(right.event) == nullptr) return false;
  OutputRecord moved = left;
  moved.event = right.event;
  return moved == right && placeless_json(left.event) == placeless_json(right.event);
}

std::optional<StoredBlob> adopt(const std::filesystem::path& directory, OutputEvent& event) {
  const FileRef* file = file_of(event);
  auto sha256 = file != nullptr ? sha256_in(*file) : std::nullopt;
  if (!sha256) return std::nullopt;
  StoredBlob blob;
  blob.sha256 = std::move(*sha256);
  blob.path = path_of(directory, blob.sha256);
  std::error_code error;
  if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(blob.path, error))) {
    return std::nullopt;
  }
  blob.size_bytes = std::filesystem::file_size(blob.path, error);
  if (error || (file->size_hint && *file->size_hint != blob.size_bytes)) return std::nullopt;
  place(event, blob);
  return blob;
}

Result<void> expect_present(const StoredBlob& blob) {
  std::error_code error;
  if (std::filesystem::exists(blob.path, error)) return {};
  Error gone(ErrorKind::kIo,
             "the blob " + blob.path.string() + " was removed before its record was stored");
  gone.retryable = true;
  return std::unexpected(std::move(gone));
}

BlobInfo info_of(const OutputRecord& record, const Link& link) {
  BlobInfo info;
  info.sha256 = link.sha256;
  info.size_bytes = link.size_bytes;
  const FileRef* file = file_of(record.event);
  // What another program stored may not be fit for a header.
  const bool is_typed = file != nullptr && file->mime && is_media_type(*file->mime);
  info.media_type = is_typed ? *file->mime : kUnknownType;
  return info;
}

BlobInfo info_of(const StoredBlob& blob) { return {blob.sha256, blob.size_bytes, kUnknownType}; }

Error no_blob(const OutputRecord& record) {
  std::string what = "a progress event";
  if (const ContentRef* content = content_of(record.event)) {
    const auto* file = std::get_if<FileRef>(content);
    what = file == nullptr ? "in the record itself"
                           : "the file " + file->path + ", which Skep does not open";
  }
  return {ErrorKind::kNotFound, record.id.str() + " has no blob in the store: it is " + what};
}

}  // namespace skep::blob
