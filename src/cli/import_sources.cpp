#include "cli/import_sources.hpp"

#include "cli/input.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"
#include "interchange/ndjson.hpp"
#include "interchange/who_and_when.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <istream>
#include <utility>

namespace skep::cli {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ > STDERR_FILENO) ::close(number_);
  }
  [[nodiscard]] int number() const noexcept { return number_; }

 private:
  int number_;
};

std::optional<std::uint64_t> size_of(int descriptor) {
  struct stat status = {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

OrFailure<ImportResult> import_ndjson_file(const Session& session, const std::string& source) {
  const bool is_standard = source == "-";
  const std::string name = is_standard ? "standard input" : "'" + source + "'";
  const Descriptor file(is_standard ? STDIN_FILENO : ::open(source.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) return failed(read_failure(name, errno));
  DescriptorBuffer buffer(file.number());
  std::istream in(&buffer);
  // A first look, so that input that cannot be read does not leave an empty store behind.
  in.peek();
  if (in.bad()) return failed(read_failure(name, buffer.error()));
  in.clear();

  auto store = session.open_or_create();
  if (!store) return failed(store.error());
  ProgressBar bar("importing", size_of(file.number()), ProgressBar::Unit::kBytes);
  const auto on_progress = [&bar](std::uint64_t done) {
    bar.update(done);
    return !interrupted();
  };
  auto result = interchange::import_ndjson(*store, in, {}, on_progress);
  if (result) return std::move(*result);
  Failure failure(result.error());
  if (result.error().is_io) {
    const Failure cause = read_failure(name, buffer.error());
    failure = Failure(cause.code, cause.message + " (" + failure.message + ")");
  } else {
    failure.message = name + ", " + failure.message;
  }
  return failed(failure);
}

OrFailure<DataSetResult> import_data_set(const Session& session, const std::string& directory) {
  const auto runs = interchange::find_runs(directory);
  if (!runs) return failed(runs.error());
  auto store = session.open_or_create();
  if (!store) return failed(store.error());
  ProgressBar bar("importing runs", runs->size());
  DataSetResult result;
  const auto explained = [&result](Failure failure) {
    failure.message += "; " + std::to_string(result.run_count) + " runs before it stay stored";
    return failed(failure);
  };
  for (const auto& run : *runs) {
    if (interrupted()) return explained({ExitCode::kInterrupted, "interrupted"});
    bar.update(result.run_count);
    auto records = interchange::load_run(run);
    if (!records) return explained(records.error());
    const std::uint64_t output_count = records->size() - 1;
    const auto stored = store->import_records(std::move(*records));
    if (!stored) {
      Failure failure(stored.error());
      failure.message = "'" + run.path.string() + "': " + failure.message;
      return explained(std::move(failure));
    }
    ++result.run_count;
    result.output_count += output_count;
    result.records.added_count += stored->added_count;
    result.records.present_count += stored->present_count;
  }
  return result;
}

}  // namespace skep::cli
