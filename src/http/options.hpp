// What a server is told when it starts.
#pragma once

#include <skep/blob.hpp>
#include <skep/limits.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace skep::http {

/// The limits, and what happens at each: docs/http.md.
struct ServerOptions {
  std::string address = "127.0.0.1";  ///< An IP address.
  std::uint16_t port = 8377;          ///< 0 picks a free one.
  std::size_t thread_count = 1;       ///< 1 … 64.

  bool no_auth = false;            ///< Everybody may do everything; on loopback addresses only.
  std::filesystem::path key_file;  ///< Of the tokens; unused with `no_auth`.
  bool behind_proxy = false;       ///< A proxy guards the way here: no TLS is asked for.
  std::filesystem::path tls_certificate;  ///< PEM, with its chain; empty: no TLS.
  std::filesystem::path tls_key;
  std::vector<std::string> allowed_hosts;  ///< Names for `Host`, besides localhost.
  std::vector<std::string> cors_origins;   ///< Other origins that may call.

  /// What is removed again and again, `prune_every`; nothing without a criterion.
  std::optional<std::chrono::seconds> prune_older_than;
  std::optional<std::uint64_t> prune_keep;
  std::chrono::seconds prune_every{3'600};

  /// Where copies lie while they are sent; a copy of the store must fit.
  std::filesystem::path spool_directory = std::filesystem::temp_directory_path();

  std::size_t max_target_bytes = std::size_t{8} << 10U;
  std::size_t max_header_bytes = std::size_t{16} << 10U;
  std::size_t max_body_bytes = kDefaultMaxBodyBytes + (std::size_t{8} << 20U);
  std::uint64_t max_blob_bytes = kDefaultMaxBlobBytes;
  std::size_t max_body_memory_bytes = std::size_t{256} << 20U;
  std::size_t max_connection_count = 1'024;
  std::size_t max_request_count = 1'024;
  std::size_t max_requests_per_client = 256;
  std::size_t max_stream_count = 256;
  std::size_t max_streams_per_client = 64;
  std::size_t max_comparison_count = 8;
  std::size_t max_comparisons_per_client = 2;

  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds body_timeout{30'000};
  std::chrono::milliseconds write_timeout{30'000};
  std::chrono::milliseconds idle_timeout{75'000};
  std::chrono::milliseconds request_timeout{30'000};
  std::chrono::milliseconds stream_ping{15'000};
  std::chrono::milliseconds stop_timeout{10'000};
};

}  // namespace skep::http
