// The store as a file, copied beside its own place and streamed from there.
#include "http/handlers.hpp"

#include <skep/blob.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace skep::http {
namespace {

// An empty directory, removed with all in it.
class SpoolDirectory {
 public:
  explicit SpoolDirectory(const std::filesystem::path& parent) {
    std::string name = (parent / ".skep-backup-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  SpoolDirectory(const SpoolDirectory&) = delete;
  SpoolDirectory& operator=(const SpoolDirectory&) = delete;
  ~SpoolDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }

  /// Empty if there is none, and `errno` says why.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

// A file without a name, so that nothing is left of it whatever happens.
class CopySource final : public BodySource {
 public:
  CopySource(std::shared_ptr<BlobSource> copy, ClientShares::Share share)
      : copy_(std::move(copy)), share_(std::move(share)) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    std::string piece(kBlobPieceBytes, '\0');
    const auto size = co_await copy_->read(piece);
    is_cut_ = !size;
    if (!size || *size == 0) co_return std::nullopt;
    piece.resize(*size);
    co_return piece;
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  const std::shared_ptr<BlobSource> copy_;
  const ClientShares::Share share_;
  bool is_cut_ = false;
};

std::unexpected<Problem> no_spool(const Service& service) {
  return refuse(Error(ErrorKind::kInternal, "no room for a copy in " +
                                                service.options.spool_directory.string() + ": " +
                                                std::generic_category().message(errno)));
}

}  // namespace

AwaitableAnswer get_backup(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto [share, refusal] = service.backups.take(request.client);
  if (!share) {
    co_return std::unexpected(no_room(beast_http::status::too_many_requests, "too_many_requests",
                                      "a backup is under way already"));
  }
  const SpoolDirectory directory(service.options.spool_directory);
  if (directory.path().empty()) co_return no_spool(service);
  const auto path = directory.path() / "store.db";
  BackupOptions options;
  options.blobs = false;  // it is one file that is sent
  auto operation = service.store.backup(path, options);
  const auto report = co_await std::move(operation);
  if (!report) co_return refuse(report.error());
  auto copy = open_blob_source(path);
  if (!copy) co_return refuse(copy.error());
  Response response;
  response.content_type = "application/vnd.sqlite3";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"skep.db\"");
  response.source = std::make_unique<CopySource>(std::move(*copy), std::move(*share));
  co_return response;
}

}  // namespace skep::http
