#include "http/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <utility>
#include <vector>

namespace skep::http {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

const std::vector<double> kSeconds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                      0.1,    0.25,  0.5,    1,     2.5,  5,     10};

constexpr std::array kRefusals = {"bad_request",
                                  "unauthorized",
                                  "forbidden",
                                  "host_not_allowed",
                                  "origin_not_allowed",
                                  "no_route",
                                  "method_not_allowed",
                                  "request_timeout",
                                  "too_large",
                                  "target_too_long",
                                  "unsupported_media_type",
                                  "expectation_failed",
                                  "too_many_requests",
                                  "header_too_large",
                                  "not_implemented",
                                  "overloaded",
                                  "http_version_not_supported",
                                  "other"};

MetricFamily family(const char* name, const char* help, MetricType type) {
  MetricFamily made;
  made.name = name;
  made.help = help;
  made.type = type;
  made.metric.emplace_back();
  return made;
}

MetricFamily counter_family(const char* name, const char* help, std::uint64_t value) {
  MetricFamily made = family(name, help, MetricType::Counter);
  made.metric.front().counter.value = static_cast<double>(value);
  return made;
}

MetricFamily gauge_family(const char* name, const char* help, std::uint64_t value) {
  MetricFamily made = family(name, help, MetricType::Gauge);
  made.metric.front().gauge.value = static_cast<double>(value);
  return made;
}

MetricFamily commit_sizes(const StoreActivity& activity) {
  MetricFamily made =
      family("skep_commit_records", "Records that shared a commit.", MetricType::Histogram);
  ClientMetric::Histogram& histogram = made.metric.front().histogram;
  histogram.sample_count = activity.commit_count;
  histogram.sample_sum = static_cast<double>(activity.committed_record_count);
  std::uint64_t count = 0;
  for (std::size_t i = 0; i + 1 < StoreActivity::kSizeCount; ++i) {
    count += activity.commits_by_size[i];
    ClientMetric::Bucket bucket;
    bucket.upper_bound = static_cast<double>(std::uint64_t{1} << i);
    bucket.cumulative_count = count;
    histogram.bucket.push_back(bucket);
  }
  return made;
}

}  // namespace

Metrics::Metrics()
    : connections(gauge(registry_, "skep_http_connections", "Open connections.")),
      requests_in_flight(gauge(registry_, "skep_http_requests_in_flight", "Requests under way.")),
      stream_clients(gauge(registry_, "skep_stream_clients", "Clients that follow the store.")),
      body_memory_bytes(
          gauge(registry_, "skep_http_body_bytes", "Bodies of requests that are in memory.")),
      key_file_usable(gauge(registry_, "skep_key_file_usable",
                            "1, or 0 while the key file cannot be used as it is.")),
      pruned_records(counter(registry_, "skep_pruned_records_total",
                             "Records that the server's policy has removed.")),
      prune_failures(counter(registry_, "skep_prune_failures_total",
                             "Times that the server's policy failed.")) {
  key_file_usable.Set(1);
  auto& refusals = prometheus::BuildCounter()
                       .Name("skep_http_refusals_total")
                       .Help("Requests that were refused before anything was done for them.")
                       .Register(registry_);
  for (const char* problem : kRefusals) {
    refusals_[problem] = &refusals.Add({{"problem", problem}});
  }
}

prometheus::Counter& Metrics::refusal(std::string_view problem) {
  const auto found = refusals_.find(problem);
  return *(found != refusals_.end() ? found->second : refusals_.at("other"));
}

prometheus::Counter& Metrics::counter(prometheus::Registry& registry, const char* name,
                                      const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Gauge& Metrics::gauge(prometheus::Registry& registry, const char* name,
                                  const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

Metrics::Timer Metrics::make_timer(std::string_view route, std::string_view method) {
  auto& durations = prometheus::BuildHistogram()
                        .Name("skep_http_request_duration_seconds")
                        .Help("From a request's header to the end of its answer.")
                        .Register(registry_);
  Timer timer;
  for (std::size_t i = 0; i < timer.by_class_.size(); ++i) {
    timer.by_class_[i] = &durations.Add({{"route", std::string(route)},
                                         {"method", std::string(method)},
                                         {"status", std::to_string(i + 2) + "xx"}},
                                        kSeconds);
  }
  return timer;
}

std::string Metrics::text(const StoreActivity& activity, const StoreStats& stats) const {
  std::vector<MetricFamily> families = registry_.Collect();
  families.push_back(gauge_family("skep_append_queue_records",
                                  "Appends and batches that wait for a commit.",
                                  activity.queued_count));
  families.push_back(
      gauge_family("skep_append_queue_bytes", "Their bytes in memory.", activity.queued_bytes));
  families.push_back(
      counter_family("skep_commits_total", "Commits that stored outputs.", activity.commit_count));
  families.push_back(commit_sizes(activity));
  families.push_back(gauge_family("skep_outputs", "Outputs in the store.", stats.output_count));
  families.push_back(
      gauge_family("skep_database_bytes", "The size of the database.", stats.database_bytes));
  families.push_back(
      gauge_family("skep_wal_bytes", "The size of the write-ahead log.", stats.wal_bytes));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace skep::http
