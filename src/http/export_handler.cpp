// Runs in the formats of other tools, written as they are read.
#include "http/filter.hpp"
#include "http/handlers.hpp"
#include "http/too_many.hpp"

#include <skep/run_export.hpp>

#include <utility>

namespace skep::http {
namespace {

class Exporter final : public BodySource {
 public:
  Exporter(Service& service, ClientShares::Share share, RunExport source,
           std::optional<std::string> first)
      : service_(service),
        share_(std::move(share)),
        source_(std::move(source)),
        first_(std::move(first)) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    if (first_) co_return std::exchange(first_, std::nullopt);
    for (;;) {
      auto piece = co_await source_.next(service_.call_options());
      // The format has no place that names them: they must not pile up.
      static_cast<void>(source_.take_damaged());
      if (!piece) {
        is_cut_ = true;
        co_return std::nullopt;
      }
      // An empty chunk would be the last one.
      if (!*piece || !(*piece)->empty()) co_return std::move(*piece);
    }
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  Service& service_;
  const ClientShares::Share share_;
  RunExport source_;
  std::optional<std::string> first_;  // Was read before the answer began.
  bool is_cut_ = false;
};

OrProblem<ExportOptions> read_options(const Request& request) {
  const Query& query = request.query;
  if (auto known = query.expect({"task_id", "attempt", "format", "bodies"}); !known) {
    return std::unexpected(std::move(known.error()));
  }
  const auto filter = read_filter(query, request.claims);
  if (!filter) return std::unexpected(filter.error());
  const auto format = export_format_from(query.text("format").value_or("ndjson"));
  if (!format) return bad_request("the parameter 'format' must be ndjson, openlineage or otlp");
  const auto with_bodies = query.flag("bodies", false);
  if (!with_bodies) return std::unexpected(with_bodies.error());
  ExportOptions options(*format);
  options.task_id = filter->task_id;
  options.attempt = filter->attempt;
  options.with_bodies = *with_bodies;
  options.links_other_runs = !request.claims.task_id;
  return options;
}

}  // namespace

AwaitableAnswer export_outputs(Service& service, Request& request) {
  auto options = read_options(request);
  if (!options) co_return std::unexpected(std::move(options.error()));
  auto [share, refusal] = service.streams.take(request.client);
  if (!share) co_return too_many(refusal, "streams");
  RunExport source(service.store, std::move(*options));
  auto first = co_await source.next(service.call_options());
  if (!first) co_return refuse(first.error());
  if (*first && (*first)->empty()) first->reset();
  Response response;
  response.content_type = "application/x-ndjson";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.source =
      std::make_unique<Exporter>(service, std::move(*share), std::move(source), std::move(*first));
  co_return response;
}

}  // namespace skep::http
