#include "http/service.hpp"

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
      mcp(output_store, SKEP_VERSION) {
  mcp.request_timeout = options.request_timeout;
}

}  // namespace skep::http
