#include <skep/run_export.hpp>

#include "interop/format.hpp"
#include "interop/other_runs.hpp"
#include "interop/ref_cache.hpp"
#include "store/remaining.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <chrono>
#include <deque>
#include <utility>

namespace skep {
namespace {

using interop::Format;
using interop::KnownParent;
using interop::Placed;
using interop::RefCache;
using interop::RunEnd;

constexpr std::size_t kPageRecords = 500;

// A piece is given out once it is so large.
constexpr std::size_t kPieceBytes = std::size_t{1} << 20U;

constexpr std::size_t kKnownOutputs = 100'000;
constexpr std::size_t kKnownBytes = std::size_t{16} << 20U;

std::unique_ptr<Format> make_format(const ExportOptions& options) {
  switch (options.format) {
    case ExportFormat::kNdjson:
      break;
    case ExportFormat::kOpenLineage:
      return interop::make_openlineage_format();
    case ExportFormat::kOtlp:
      return interop::make_otlp_format(options.with_bodies);
  }
  return nullptr;  // Records need no run around them.
}

// What is known of the run at hand.
struct RunState {
  RunId run;
  RefCache<Timestamp> outputs{kKnownOutputs, kKnownBytes};
  std::optional<Timestamp> begin;
  Timestamp last;
  std::optional<bool> ok;
};

}  // namespace

class RunExport::Reader {
 public:
  Reader(OutputStore& store, ExportOptions options)
      : store_(store),
        options_(std::move(options)),
        format_(make_format(options_)),
        others_(store) {}

  Awaitable<std::optional<std::string>> next(CallOptions options) {
    const auto start = std::chrono::steady_clock::now();
    if (!std::exchange(has_begun_, true)) {
      if (auto begun = begin(); !begun) co_return failed(std::move(begun.error()));
    }
    while (!is_at_end_ && !query_) {
      auto operation = find_run(remaining(options, start));
      auto found = co_await std::move(operation);
      if (!found) co_return failed(std::move(found.error()));
    }
    if (is_at_end_) co_return std::optional<std::string>();
    if (!page_) {
      auto operation = read_page(remaining(options, start));
      auto read = co_await std::move(operation);
      if (!read) co_return failed(std::move(read.error()));
    }
    std::vector<OutputRecord>& records = page_->listing.records;
    for (; at_ < records.size() && made_bytes() < kPieceBytes; ++at_) {
      if (format_) {
        auto operation = place(records[at_], options, start);
        auto placed = co_await std::move(operation);
        if (!placed) co_return failed(std::move(placed.error()));
      } else {
        text_ += to_ndjson(records[at_]) + '\n';
      }
      ++record_count_;
    }
    if (at_ == records.size()) end_page();
    co_return std::optional<std::string>(format_ ? format_->take() : std::exchange(text_, {}));
  }

  [[nodiscard]] std::uint64_t record_count() const noexcept { return record_count_; }
  [[nodiscard]] std::vector<DamagedRecord> take_damaged() { return std::exchange(damaged_, {}); }

 private:
  std::unexpected<Error> failed(Error error) {
    is_at_end_ = true;
    return std::unexpected(std::move(error));
  }

  [[nodiscard]] Error nothing_there() const {
    std::string where = "task '" + *options_.task_id + "'";
    if (options_.attempt) where = "attempt " + std::to_string(*options_.attempt) + " of " + where;
    return {ErrorKind::kNotFound, "there are no outputs in " + where};
  }

  [[nodiscard]] ListQuery first_page(std::optional<std::string> task_id,
                                     std::optional<std::uint32_t> attempt) const {
    ListQuery query;
    query.task_id = std::move(task_id);
    query.attempt = attempt;
    query.limit = kPageRecords;
    return query;
  }

  // What can be read without a look at the runs.
  Result<void> begin() {
    if (options_.attempt && !options_.task_id) {
      return fail(ErrorKind::kInvalidArgument, "an attempt needs a task");
    }
    if (!format_) {
      query_ = first_page(options_.task_id, options_.attempt);
    } else if (options_.attempt) {
      begin_run(RunId(*options_.task_id, *options_.attempt));
    } else {
      runs_.task_id = options_.task_id;
      runs_.limit = kMaxPageCount;
    }
    return {};
  }

  Awaitable<void> find_run(CallOptions call) {
    if (found_.empty()) {
      if (has_all_runs_) {
        is_at_end_ = true;
        co_return Result<void>();
      }
      auto page = co_await store_.runs(runs_, call);
      if (!page) co_return std::unexpected(std::move(page.error()));
      const bool is_first = !runs_.after;
      if (is_first && page->empty() && options_.task_id) co_return std::unexpected(nothing_there());
      has_all_runs_ = page->size() < runs_.limit;
      for (auto& run : *page) found_.emplace_back(std::move(run.task_id), run.attempt);
      if (found_.empty()) co_return Result<void>();
      RunQuery::Position last;
      last.task_id = found_.back().task_id;
      last.attempt = found_.back().attempt;
      runs_.after = std::move(last);
    }
    begin_run(std::move(found_.front()));
    found_.pop_front();
    co_return Result<void>();
  }

  void begin_run(RunId run) {
    query_ = first_page(run.task_id, run.attempt);
    state_ = RunState();
    state_.run = std::move(run);
  }

  Awaitable<void> read_page(CallOptions call) {
    auto page = co_await store_.list(*query_, call);
    if (!page) co_return std::unexpected(std::move(page.error()));
    for (auto& row : page->listing.damaged) damaged_.push_back(std::move(row));
    const bool has_any = !page->listing.records.empty() || !page->listing.damaged.empty();
    const bool is_asked_for = options_.task_id && query_->after_seq == 0;
    if (is_asked_for && !has_any && !page->next_after_seq) {
      co_return std::unexpected(nothing_there());
    }
    page_ = std::move(*page);
    at_ = 0;
    co_return Result<void>();
  }

  // All of the page was written.
  void end_page() {
    if (page_->next_after_seq) {
      query_->after_seq = *page_->next_after_seq;
    } else {
      if (format_ && state_.begin) {
        format_->end_run(RunEnd{*state_.begin, state_.last, state_.ok});
      }
      query_.reset();
      is_at_end_ = !format_ || options_.attempt;
    }
    page_.reset();
  }

  [[nodiscard]] std::size_t made_bytes() const noexcept {
    return format_ ? format_->made_bytes() : text_.size();
  }

  Awaitable<void> place(const OutputRecord& record, CallOptions options,
                        std::chrono::steady_clock::time_point start) {
    // A record of another program has no time of its own: that of the one before it, then.
    const Timestamp end = record.created_at.value_or(state_.last);
    if (!state_.begin) {
      state_.begin = end;
      format_->begin_run(state_.run, end);
    }
    Placed placed{record, begin_of(record, end), end, {}, 0};
    if (options_.format == ExportFormat::kOtlp) {
      auto operation = find_parents(placed, options, start);
      auto found = co_await std::move(operation);
      if (!found) co_return std::unexpected(std::move(found.error()));
    }
    format_->add(placed);
    state_.outputs.add(record.id, end);
    state_.last = std::max(state_.last, end);
    state_.begin = std::min(*state_.begin, placed.begin);
    if (const auto* final = std::get_if<Final>(&record.event)) state_.ok = final->ok;
    co_return Result<void>();
  }

  [[nodiscard]] Timestamp begin_of(const OutputRecord& record, Timestamp end) const {
    std::optional<Timestamp> newest;
    for (const auto& parent : record.parent_refs) {
      if (const auto* time = state_.outputs.find(parent))
        newest = std::max(newest, std::optional(*time));
    }
    return std::min(newest.value_or(end), end);
  }

  Awaitable<void> find_parents(Placed& placed, CallOptions options,
                               std::chrono::steady_clock::time_point start) {
    std::vector<OutputRef> refs = placed.record.parent_refs;
    std::ranges::sort(refs);
    const auto repeated = std::ranges::unique(refs);
    refs.erase(repeated.begin(), repeated.end());
    for (std::size_t i = 0; i < refs.size(); ++i) {
      if (placed.parents.size() == interop::kMaxLinks) {
        placed.dropped_link_count = refs.size() - i;
        break;
      }
      if (state_.outputs.find(refs[i]) != nullptr) {
        placed.parents.push_back({refs[i], state_.run});
        continue;
      }
      if (!options_.links_other_runs) continue;
      auto operation = others_.run_of(refs[i], remaining(options, start));
      auto run = co_await std::move(operation);
      if (!run) co_return std::unexpected(std::move(run.error()));
      if (*run) placed.parents.push_back({refs[i], std::move(**run)});
    }
    co_return Result<void>();
  }

  OutputStore& store_;
  ExportOptions options_;
  std::unique_ptr<Format> format_;
  bool has_begun_ = false;
  bool is_at_end_ = false;
  RunQuery runs_;
  std::deque<RunId> found_;  // Runs that come next.
  bool has_all_runs_ = false;
  std::optional<ListQuery> query_;  // The next page of the run at hand.
  RunState state_;
  std::optional<Page> page_;  // Of it, what comes next is `at_`.
  std::size_t at_ = 0;
  interop::OtherRuns others_;
  std::string text_;  // NDJSON.
  std::uint64_t record_count_ = 0;
  std::vector<DamagedRecord> damaged_;
};

RunExport::RunExport(OutputStore& store, ExportOptions options)
    : reader_(std::make_unique<Reader>(store, std::move(options))) {}
RunExport::RunExport(RunExport&& other) noexcept = default;
RunExport& RunExport::operator=(RunExport&& other) noexcept = default;
RunExport::~RunExport() = default;

Awaitable<std::optional<std::string>> RunExport::next(CallOptions options) {
  return reader_->next(options);
}

std::uint64_t RunExport::record_count() const noexcept { return reader_->record_count(); }

std::vector<DamagedRecord> RunExport::take_damaged() { return reader_->take_damaged(); }

std::optional<ExportFormat> export_format_from(std::string_view name) noexcept {
  if (name == "ndjson") return ExportFormat::kNdjson;
  if (name == "openlineage") return ExportFormat::kOpenLineage;
  if (name == "otlp") return ExportFormat::kOtlp;
  return std::nullopt;
}

}  // namespace skep
