// Storing many outputs, a line each.
#include "http/access.hpp"
#include "http/emit.hpp"
#include "http/handlers.hpp"
#include "store/validate.hpp"

#include <skep/json.hpp>

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace skep::http {
namespace {

constexpr std::size_t kCommitLines = 1'000;

struct Line {
  std::uint64_t number;
  std::string_view text;
};

OrProblem<std::vector<Line>> split_lines(std::string_view body) {
  std::vector<Line> lines;
  for (std::uint64_t number = 1; !body.empty(); ++number) {
    const auto end = body.find('\n');
    std::string_view text = body.substr(0, end);
    body.remove_prefix(end == std::string_view::npos ? body.size() : end + 1);
    if (text.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    lines.push_back({number, text});
    if (lines.size() > kMaxBatchCount) {
      return refuse(beast_http::status::payload_too_large, "too_large",
                    "the body has more than " + std::to_string(kMaxBatchCount) + " lines");
    }
  }
  return lines;
}

std::unexpected<Problem> at_line(const Line& line, Problem problem) {
  problem.detail = "line " + std::to_string(line.number) + ": " + problem.detail;
  problem.line = line.number;
  return std::unexpected(std::move(problem));
}

OrProblem<AppendRequest> read_line(const Line& line, const Service& service,
                                   const Request& request) {
  auto append = read_emit(line.text, service);
  if (append) {
    auto allowed = may_emit(request.claims, *append);
    // Here, so that a line over a limit fails alone.
    if (allowed) {
      if (auto valid = check_request(*append, service.store.max_body_bytes()); !valid) {
        allowed = refuse(valid.error());
      }
    }
    if (!allowed) append = std::unexpected(std::move(allowed.error()));
  }
  if (!append) return at_line(line, std::move(append.error()));
  return append;
}

OrProblem<OutputRecord> read_record(const Line& line, const Service& service) {
  if (auto valid = check_json(line.text); !valid) return at_line(line, std::move(valid.error()));
  auto record = record_from_json(line.text, service.store.max_body_bytes());
  if (!record) return at_line(line, record.error());
  if (auto valid = check_record(*record, service.store.max_body_bytes()); !valid) {
    return at_line(line, valid.error());
  }
  return std::move(*record);
}

// The results of lines, in their order, and how many of them are good.
class Results {
 public:
  void stored(std::uint64_t line, const std::string& ref) {
    begin(line);
    json_ += R"("out_id":)" + boost::json::serialize(boost::json::string(ref)) + '}';
    ++stored_count_;
  }
  void failed(std::uint64_t line, Problem problem) {
    problem.line.reset();
    begin(line);
    json_ += R"("error":)" + to_json(problem, {}) + '}';
    ++failed_count_;
  }
  [[nodiscard]] std::string take() {
    json_ += R"(],"stored_count":)" + std::to_string(stored_count_) + R"(,"failed_count":)" +
             std::to_string(failed_count_) + '}';
    return std::move(json_);
  }

 private:
  void begin(std::uint64_t line) {
    if (stored_count_ + failed_count_ != 0) json_ += ',';
    json_ += R"({"line":)" + std::to_string(line) + ',';
  }

  std::string json_ = R"({"results":[)";
  std::size_t stored_count_ = 0;
  std::size_t failed_count_ = 0;
};

// Some lines that are stored together: those of them that are valid.
struct Portion {
  std::vector<AppendRequest> appends;
  std::vector<std::optional<Problem>> problems;  // one a line; nothing where it is valid
};

AwaitableAnswer store_atomically(Service& service, const Request& request,
                                 const std::vector<Line>& lines, AppendOptions options) {
  std::vector<AppendRequest> appends;
  appends.reserve(lines.size());
  for (const Line& line : lines) {
    auto append = read_line(line, service, request);
    if (!append) co_return std::unexpected(std::move(append.error()));
    appends.push_back(std::move(*append));
  }
  const auto refs = co_await service.store.append_all(std::move(appends), std::move(options));
  if (!refs) co_return refuse(refs.error());
  Results results;
  for (std::size_t i = 0; i < lines.size(); ++i) results.stored(lines[i].number, (*refs)[i].str());
  co_return Response(results.take());
}

AwaitableAnswer store_each(Service& service, const Request& request, const std::vector<Line>& lines,
                           AppendOptions options) {
  Results results;
  // A key stands for all lines, so they are stored together.
  const std::size_t together = options.idempotency_key ? kMaxBatchCount : kCommitLines;
  for (std::size_t first = 0; first < lines.size(); first += together) {
    const std::size_t last = std::min(lines.size(), first + together);
    Portion portion;
    for (std::size_t i = first; i < last; ++i) {
      auto append = read_line(lines[i], service, request);
      portion.problems.push_back(append ? std::nullopt : std::optional(std::move(append.error())));
      if (append) portion.appends.push_back(std::move(*append));
    }
    auto refs = co_await service.store.append_all(std::move(portion.appends), options);
    std::size_t next = 0;
    for (std::size_t i = first; i < last; ++i) {
      auto& problem = portion.problems[i - first];
      if (problem) {
        results.failed(lines[i].number, std::move(*problem));
      } else if (refs) {
        results.stored(lines[i].number, (*refs)[next++].str());
      } else {
        results.failed(lines[i].number, refs.error());
      }
    }
    // Nothing was stored so far, so the batch as a whole has failed.
    if (!refs && first == 0) co_return refuse(refs.error());
    if (refs) continue;
    // What comes after a hole is not stored.
    Error error = refs.error();
    error.outcome = Outcome::kNotApplied;
    for (std::size_t i = last; i < lines.size(); ++i) results.failed(lines[i].number, error);
    break;
  }
  co_return Response(results.take());
}

}  // namespace

AwaitableAnswer emit_batch(Service& service, Request& request) {
  if (auto known = request.query.expect({"atomic"}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const auto is_atomic = request.query.flag("atomic", false);
  if (!is_atomic) co_return std::unexpected(is_atomic.error());
  auto options = append_options(service, request);
  if (!options) co_return std::unexpected(std::move(options.error()));
  const auto lines = split_lines(request.body);
  if (!lines) co_return std::unexpected(lines.error());
  if (*is_atomic) {
    co_return co_await store_atomically(service, request, *lines, std::move(*options));
  }
  co_return co_await store_each(service, request, *lines, std::move(*options));
}

AwaitableAnswer import_records(Service& service, Request& request) {
  if (auto known = request.query.expect({"adopt_blobs"}); !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  const auto adopts = request.query.flag("adopt_blobs", false);
  if (!adopts) co_return std::unexpected(adopts.error());
  const auto lines = split_lines(request.body);
  if (!lines) co_return std::unexpected(lines.error());
  std::vector<OutputRecord> records;
  records.reserve(lines->size());
  for (const Line& line : *lines) {
    auto record = read_record(line, service);
    if (!record) co_return std::unexpected(std::move(record.error()));
    records.push_back(std::move(*record));
  }
  ImportOptions options = service.call_options();
  options.adopt_blobs = *adopts;
  auto importing = service.store.import_records(std::move(records), options);
  const auto imported = co_await std::move(importing);
  if (!imported) co_return refuse(imported.error());
  const boost::json::object answer{{"added_count", imported->added_count},
                                   {"present_count", imported->present_count}};
  co_return Response(boost::json::serialize(answer));
}

}  // namespace skep::http
