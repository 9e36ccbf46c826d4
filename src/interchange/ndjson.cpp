#include "interchange/ndjson.hpp"

#include "interchange/line_reader.hpp"

#include <skep/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace skep::interchange {
namespace {

Error interrupted() { return {ErrorKind::kCancelled, "interrupted"}; }

// Gathers records and stores them batch by batch.
class Importer {
 public:
  Importer(BlockingStore& store, const ImportLimits& limits) : store_(store), limits_(limits) {}

  [[nodiscard]] Result<void> add(OutputRecord record, std::uint64_t line, std::size_t line_bytes) {
    lines_.push_back(line);
    batch_.push_back(std::move(record));
    batch_bytes_ += line_bytes;
    if (batch_.size() < limits_.max_batch_count && batch_bytes_ < limits_.max_batch_bytes)
      return {};
    return flush();
  }

  [[nodiscard]] Result<void> flush() {
    if (batch_.empty()) return {};
    auto stored = store_.import_records(batch_);
    if (!stored) {
      Error error = std::move(stored.error());
      const std::string where = place_of(error);
      const std::string what = where + ": " + error.message;
      return std::unexpected(explain(std::move(error), what));
    }
    batch_.clear();
    lines_.clear();
    batch_bytes_ = 0;
    result_.added_count += stored->added_count;
    result_.present_count += stored->present_count;
    return {};
  }

  // Says where it went wrong, and what of the input is in the store all the same.
  [[nodiscard]] Error explain(Error error, const std::string& what) const {
    const auto stored = result_.added_count + result_.present_count;
    error.message = what + "; " +
                    (stored == 0 ? "nothing was imported"
                                 : "the first " + std::to_string(stored) + " records stay stored");
    return error;
  }

  [[nodiscard]] const ImportResult& result() const noexcept { return result_; }

 private:
  // The line that the store refused, as far as it can be told.
  [[nodiscard]] std::string place_of(const Error& error) {
    if (error.kind == ErrorKind::kConflict) {
      for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (conflicts(i)) return "line " + std::to_string(lines_[i]);
      }
    }
    const std::string first = std::to_string(lines_.front());
    if (lines_.size() == 1) return "line " + first;
    return "lines " + first + " to " + std::to_string(lines_.back());
  }

  // Whether a record differs from what has its id, in the store or earlier in the batch.
  [[nodiscard]] bool conflicts(std::size_t index) {
    const OutputRecord& record = batch_[index];
    for (std::size_t i = 0; i < index; ++i) {
      if (batch_[i].id == record.id && batch_[i] != record) return true;
    }
    const auto present = store_.get(record.id);
    return present && *present != record;
  }

  BlockingStore& store_;
  const ImportLimits& limits_;
  std::vector<OutputRecord> batch_;
  std::size_t batch_bytes_ = 0;
  std::vector<std::uint64_t> lines_;  // Where each record of the batch was read.
  ImportResult result_;
};

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

FaultOr<ImportResult> import_ndjson(BlockingStore& store, std::istream& in,
                                    const ImportLimits& limits, const OnProgress& on_progress) {
  LineReader reader(in, limits.max_line_bytes);
  Importer importer(store, limits);
  const auto here = [&reader] { return "line " + std::to_string(reader.line_number()); };
  for (;;) {
    auto line = reader.next();
    if (!line) {
      Fault fault = std::move(line.error());
      const auto where =
          fault.is_io ? "reading stopped after " + here() : here() + ": " + fault.error.message;
      fault.error = importer.explain(std::move(fault.error), where);
      return std::unexpected(std::move(fault));
    }
    if (!*line) break;
    if (is_blank(**line)) continue;
    auto record = record_from_json(**line, limits.max_body_bytes);
    if (!record) {
      const std::string what = here() + ": " + record.error().message;
      return std::unexpected<Fault>(importer.explain(std::move(record.error()), what));
    }
    if (auto added = importer.add(std::move(*record), reader.line_number(), (*line)->size());
        !added) {
      return std::unexpected<Fault>(std::move(added.error()));
    }
    if (on_progress && !on_progress(reader.consumed_bytes())) {
      return std::unexpected<Fault>(importer.explain(interrupted(), "interrupted after " + here()));
    }
  }
  if (auto flushed = importer.flush(); !flushed) {
    return std::unexpected<Fault>(std::move(flushed.error()));
  }
  return importer.result();
}

}  // namespace skep::interchange
