#include "blob/verified_files.hpp"

#include "blob/layout.hpp"

#include <utility>

namespace skep::blob {

Result<std::shared_ptr<BlobFile>> VerifiedFiles::open(const BlobInfo& info,
                                                      const slice::Stop& stop) {
  auto file = BlobFile::open(path_of(directory_, info.sha256), info.size_bytes);
  if (!file) return std::unexpected(std::move(file.error()));
  if (!is_known(info.sha256, file->stamp())) {
    if (auto verified = file->verify(info.sha256, stop); !verified) {
      return std::unexpected(std::move(verified.error()));
    }
    remember(info.sha256, file->stamp());
  }
  return std::make_shared<BlobFile>(std::move(*file));
}

bool VerifiedFiles::is_known(const std::string& sha256, const FileStamp& stamp) {
  const std::lock_guard lock(mutex_);
  const auto known = stamps_.find(sha256);
  return known != stamps_.end() && known->second == stamp;
}

void VerifiedFiles::remember(const std::string& sha256, const FileStamp& stamp) {
  const std::lock_guard lock(mutex_);
  if (stamps_.size() >= kMaxCount) stamps_.clear();
  stamps_.insert_or_assign(sha256, stamp);
}

}  // namespace skep::blob
