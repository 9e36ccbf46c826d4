#include "store/descriptor.hpp"
#include "store/stop_flag.hpp"

#include <skep/blob.hpp>
#include <skep/isle.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

namespace skep {
namespace {

class FileSource final : public BlobSource {
 public:
  FileSource(Descriptor descriptor, std::filesystem::path path)
      : file_(std::make_shared<File>(std::move(descriptor), std::move(path))),
        reader_(start_isle<StopFlag>(
            []() -> Result<std::unique_ptr<StopFlag>> { return std::make_unique<StopFlag>(); })) {}

  Awaitable<std::size_t> read(std::span<char> buffer) override {
    // The buffer stays until the job has ended, whatever becomes of the caller.
    auto job = [file = file_, size = buffer.size()](StopFlag&) { return file->read(size); };
    const auto bytes = co_await reader_.isle.call(std::move(job));
    if (!bytes) co_return std::unexpected(bytes.error());
    co_return bytes->copy(buffer.data(), buffer.size());
  }

 private:
  struct File {
    File(Descriptor file, std::filesystem::path name)
        : descriptor(std::move(file)), path(std::move(name)) {}

    [[nodiscard]] Result<std::string> read(std::size_t size) const {
      std::string bytes(size, '\0');
      for (;;) {
        const auto got = ::read(descriptor.get(), bytes.data(), bytes.size());
        if (got >= 0) {
          bytes.resize(static_cast<std::size_t>(got));
          return bytes;
        }
        if (errno != EINTR) return io_failed("can't read", path, errno);
      }
    }

    const Descriptor descriptor;
    const std::filesystem::path path;
  };

  const std::shared_ptr<File> file_;
  StartedIsle<StopFlag> reader_;
};

}  // namespace

Result<std::shared_ptr<BlobSource>> open_blob_source(const std::filesystem::path& path) {
  if (path.empty()) {
    return std::make_shared<FileSource>(Descriptor(::dup(STDIN_FILENO)), "standard input");
  }
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!descriptor.is_open()) {
    if (errno == ENOENT) return fail(ErrorKind::kNotFound, "there is no file " + path.string());
    return io_failed("can't open", path, errno);
  }
  struct stat status{};
  if (::fstat(descriptor.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return fail(ErrorKind::kInvalidArgument, path.string() + " is a directory");
  }
  return std::make_shared<FileSource>(std::move(descriptor), path);
}

}  // namespace skep
