// What Prometheus is told.
#pragma once

#include <skep/output_store.hpp>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>

namespace skep::http {

/// Thread-safe. Series are made when the server starts: nothing that a caller says makes another.
class Metrics {
 public:
  /// Of one route and method.
  class Timer {
   public:
    void observe(unsigned status, std::chrono::nanoseconds duration) {
      by_class_[status >= 200 && status < 600 ? status / 100 - 2 : 3]->Observe(
          std::chrono::duration<double>(duration).count());
    }

   private:
    friend class Metrics;
    std::array<prometheus::Histogram*, 4> by_class_{};  // 2xx … 5xx
  };

  Metrics();

  [[nodiscard]] Timer make_timer(std::string_view route, std::string_view method);

  /// Of requests that no handler saw, by the type of their problem.
  [[nodiscard]] prometheus::Counter& refusal(std::string_view problem);

 private:
  prometheus::Registry registry_;  // before the gauges, which it owns

 public:
  prometheus::Gauge& connections;
  prometheus::Gauge& requests_in_flight;
  prometheus::Gauge& stream_clients;
  prometheus::Gauge& body_memory_bytes;
  prometheus::Gauge& key_file_usable;
  prometheus::Counter& pruned_records;
  prometheus::Counter& prune_failures;

  /// All of it as text, with what the store tells of itself.
  [[nodiscard]] std::string text(const StoreActivity& activity, const StoreStats& stats) const;

 private:
  std::map<std::string_view, prometheus::Counter*> refusals_;  // Immutable once it is made.

  [[nodiscard]] static prometheus::Counter& counter(prometheus::Registry& registry,
                                                    const char* name, const char* help);
  [[nodiscard]] static prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name,
                                                const char* help);
};

/// The media type of that text.
inline constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace skep::http
