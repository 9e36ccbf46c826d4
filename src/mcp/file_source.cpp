#include "mcp/file_source.hpp"

#include "store/descriptor.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace skep::mcp {
namespace {

namespace fs = std::filesystem;

class MeteredSource final : public BlobSource {
 public:
  MeteredSource(std::shared_ptr<BlobSource> source, std::shared_ptr<ByteMeter> meter)
      : source_(std::move(source)), meter_(std::move(meter)) {}

  Awaitable<std::size_t> read(std::span<char> buffer) override {
    const auto size = co_await source_->read(buffer);
    if (size) meter_->done_bytes += *size;
    co_return size;
  }

 private:
  const std::shared_ptr<BlobSource> source_;
  const std::shared_ptr<ByteMeter> meter_;
};

class BytesSource final : public BlobSource {
 public:
  explicit BytesSource(std::string bytes) : bytes_(std::move(bytes)) {}

  Awaitable<std::size_t> read(std::span<char> buffer) override {
    const std::size_t size = bytes_.copy(buffer.data(), buffer.size(), at_);
    at_ += size;
    co_return size;
  }

 private:
  const std::string bytes_;
  std::size_t at_ = 0;
};

bool is_below(const fs::path& path, const fs::path& directory) {
  return std::ranges::mismatch(directory, path).in1 == directory.end();
}

}  // namespace

Result<std::shared_ptr<BlobSource>> open_file(const fs::path& root, const std::string& path,
                                              std::shared_ptr<ByteMeter> meter) {
  std::error_code error;
  const fs::path top = fs::canonical(root, error);
  const auto refuse = [&top](std::string why) {
    return fail(ErrorKind::kInvalidArgument,
                "only files below " + top.string() + " can be stored; " + std::move(why));
  };
  if (error || !is_below(fs::weakly_canonical(top / path, error), top)) {
    return refuse("'" + path + "' lies outside");
  }
  const Descriptor file(::open((top / path).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!file.is_open()) return refuse("there is no '" + path + "' that can be read");
  // Somebody may have put a link there meanwhile: what counts is what was opened.
  const fs::path opened = "/proc/self/fd/" + std::to_string(file.get());
  if (!is_below(fs::read_symlink(opened, error), top)) return refuse("'" + path + "' lies outside");
  struct stat status{};
  if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return refuse("'" + path + "' is a directory, or no file of bytes");
  }
  auto source = open_blob_source(opened);
  if (!source) return source;
  meter->total_bytes = static_cast<std::uint64_t>(status.st_size);
  return std::make_shared<MeteredSource>(std::move(*source), std::move(meter));
}

std::shared_ptr<BlobSource> source_of_bytes(std::string bytes) {
  return std::make_shared<BytesSource>(std::move(bytes));
}

}  // namespace skep::mcp
