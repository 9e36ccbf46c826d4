#include <skep/run_export.hpp>

#include "interop/format.hpp"
#include "interop/known_outputs.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <deque>
#include <utility>

namespace skep {
namespace {

using interop::Format;
using interop::KnownOutputs;
using interop::KnownParent;
using interop::Placed;
using interop::RunEnd;

constexpr std::size_t kPageRecords = 500;

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
  KnownOutputs outputs;
  std::optional<Timestamp> begin;
  Timestamp last;
  std::optional<bool> ok;
};

}  // namespace

class RunExport::Reader {
 public:
  Reader(OutputStore& store, ExportOptions options)
      : store_(store), options_(std::move(options)), format_(make_format(options_)) {}

  OutputStore::Awaitable<std::optional<std::string>> next(CallOptions call) {
    if (!std::exchange(has_begun_, true)) {
      if (auto begun = begin(); !begun) co_return failed(std::move(begun.error()));
    }
    while (!is_at_end_ && !query_) {
      auto operation = find_run(call);
      auto found = co_await std::move(operation);
      if (!found) co_return failed(std::move(found.error()));
    }
    if (is_at_end_) co_return std::optional<std::string>();
    auto page = co_await store_.list(*query_, call);
    if (!page) co_return failed(std::move(page.error()));
    for (auto& row : page->listing.damaged) damaged_.push_back(std::move(row));
    const bool has_any = !page->listing.records.empty() || !page->listing.damaged.empty();
    const bool is_asked_for = options_.task_id && query_->after_seq == 0;
    if (is_asked_for && !has_any && !page->next_after_seq) co_return failed(nothing_there());
    std::string text;
    if (format_) {
      auto operation = add(page->listing.records, !page->next_after_seq, call);
      auto added = co_await std::move(operation);
      if (!added) co_return failed(std::move(added.error()));
      text = format_->take();
    } else {
      for (const auto& record : page->listing.records) text += to_ndjson(record) + '\n';
    }
    record_count_ += page->listing.records.size();
    if (page->next_after_seq) {
      query_->after_seq = *page->next_after_seq;
    } else {
      query_.reset();
      is_at_end_ = !format_ || options_.attempt;
    }
    co_return std::optional<std::string>(std::move(text));
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

  OutputStore::Awaitable<void> find_run(CallOptions call) {
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

  OutputStore::Awaitable<void> add(const std::vector<OutputRecord>& records, bool is_last,
                                   CallOptions call) {
    for (const OutputRecord& record : records) {
      // A record of another program has no time of its own: that of the one before it, then.
      const Timestamp end = record.created_at.value_or(state_.last);
      if (!state_.begin) {
        state_.begin = end;
        format_->begin_run(state_.run, end);
      }
      Placed placed{record, begin_of(record, end), end, {}};
      if (options_.format == ExportFormat::kOtlp) {
        auto operation = find_parents(record, call);
        auto parents = co_await std::move(operation);
        if (!parents) co_return std::unexpected(std::move(parents.error()));
        placed.parents = std::move(*parents);
      }
      format_->add(placed);
      state_.outputs.add(record.id, end);
      state_.last = std::max(state_.last, end);
      state_.begin = std::min(*state_.begin, placed.begin);
      if (const auto* final = std::get_if<Final>(&record.event)) state_.ok = final->ok;
    }
    if (is_last && state_.begin) {
      format_->end_run(RunEnd{*state_.begin, state_.last, state_.ok});
    }
    co_return Result<void>();
  }

  [[nodiscard]] Timestamp begin_of(const OutputRecord& record, Timestamp end) const {
    std::optional<Timestamp> newest;
    for (const auto& parent : record.parent_refs) {
      if (const auto time = state_.outputs.time_of(parent)) newest = std::max(newest, time);
    }
    return std::min(newest.value_or(end), end);
  }

  OutputStore::Awaitable<std::vector<KnownParent>> find_parents(const OutputRecord& record,
                                                                CallOptions call) {
    std::vector<KnownParent> found;
    std::vector<OutputRef> refs = record.parent_refs;
    std::ranges::sort(refs);
    const auto repeated = std::ranges::unique(refs);
    refs.erase(repeated.begin(), repeated.end());
    for (const auto& ref : refs) {
      if (state_.outputs.time_of(ref)) {
        found.push_back({ref, state_.run});
        continue;
      }
      if (!options_.links_other_runs) continue;
      const auto parent = co_await store_.get(ref, call);
      if (parent) {
        found.push_back({ref, RunId(parent->task_id, parent->attempt)});
      } else if (parent.error().kind != ErrorKind::kNotFound &&
                 parent.error().kind != ErrorKind::kCorrupt) {
        co_return std::unexpected(parent.error());
      }
    }
    co_return found;
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
  std::uint64_t record_count_ = 0;
  std::vector<DamagedRecord> damaged_;
};

RunExport::RunExport(OutputStore& store, ExportOptions options)
    : reader_(std::make_unique<Reader>(store, std::move(options))) {}
RunExport::RunExport(RunExport&& other) noexcept = default;
RunExport& RunExport::operator=(RunExport&& other) noexcept = default;
RunExport::~RunExport() = default;

OutputStore::Awaitable<std::optional<std::string>> RunExport::next(CallOptions options) {
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
