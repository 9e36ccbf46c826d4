// The store as a file, copied beside its own place and streamed from there.
#include "http/handlers.hpp"
#include "http/log.hpp"

#include <boost/asio/this_coro.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace skep::http {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{128} << 10U;

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
class FileSource final : public BodySource {
 public:
  FileSource(int descriptor, ClientShares::Share share)
      : descriptor_(descriptor), share_(std::move(share)) {}
  ~FileSource() override { ::close(descriptor_); }

  boost::asio::awaitable<std::optional<std::string>> next() override {
    std::string piece(kPieceBytes, '\0');
    ssize_t size = -1;
    do {
      size = ::read(descriptor_, piece.data(), piece.size());
    } while (size < 0 && errno == EINTR);
    is_cut_ = size < 0;
    if (size <= 0) co_return std::nullopt;
    piece.resize(static_cast<std::size_t>(size));
    co_return piece;
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  const int descriptor_;
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
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) co_return no_spool(service);
  Response response;
  response.content_type = "application/vnd.sqlite3";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"skep.db\"");
  response.source = std::make_unique<FileSource>(descriptor, std::move(*share));
  co_return response;
}

}  // namespace skep::http
