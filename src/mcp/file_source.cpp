#include "mcp/file_source.hpp"

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

}  // namespace

Result<std::shared_ptr<BlobSource>> open_file(const fs::path& root, const std::string& path,
                                              std::shared_ptr<ByteMeter> meter) {
  std::error_code error;
  const fs::path top = fs::canonical(root, error);
  const fs::path file = error ? fs::path() : fs::canonical(top / path, error);
  if (error) return fail(ErrorKind::kNotFound, "no file '" + path + "': " + error.message());
  if (std::ranges::mismatch(top, file).in1 != top.end()) {
    return fail(ErrorKind::kDenied, "the file '" + path + "' lies outside " + top.string());
  }
  if (!fs::is_regular_file(file, error)) {
    return fail(ErrorKind::kInvalidArgument, "'" + path + "' is no file of bytes");
  }
  auto source = open_blob_source(file);
  if (!source) return source;
  const auto size = fs::file_size(file, error);
  if (!error) meter->total_bytes = size;
  return std::make_shared<MeteredSource>(std::move(*source), std::move(meter));
}

std::shared_ptr<BlobSource> source_of_bytes(std::string bytes) {
  return std::make_shared<BytesSource>(std::move(bytes));
}

}  // namespace skep::mcp
