#include "http/service.hpp"

#include "http/log.hpp"

#include <algorithm>
#include <utility>

namespace skep::http {

Service::Service(OutputStore& output_store, ServerOptions server_options,
                 std::unique_ptr<auth::KeyFile> keys)
    : store(output_store),
      options(std::move(server_options)),
      key_file(std::move(keys)),
      requests(options.max_request_count, options.max_requests_per_client),
      streams(options.max_stream_count, options.max_streams_per_client),
      comparisons(options.max_comparison_count, options.max_comparisons_per_client),
      body_bytes(options.max_body_memory_bytes,
                 std::max(options.max_body_memory_bytes / 2,
                          options.max_body_bytes + options.max_body_bytes / 16)),
      mcp(output_store, SKEP_VERSION) {
  mcp.request_timeout = options.request_timeout;
  if (!key_file) return;
  key_file->watch([this](const std::optional<Error>& error) {
    metrics.key_file_usable.Set(error ? 0 : 1);
    if (error) {
      log_event(LogLevel::kError,
                "the key file cannot be used; tokens are checked with the keys read before",
                {{"error", error->message}});
    } else {
      log_event(LogLevel::kInfo, "the key file is read again");
    }
  });
}

}  // namespace skep::http
