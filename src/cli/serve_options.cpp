#include "cli/serve_options.hpp"

#include "cli/keys.hpp"
#include "cli/lifetime.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <functional>
#include <utility>

namespace skep::cli {
namespace {

using std::chrono::milliseconds;

// CLI11 takes -1 for the largest number there is.
void add_size(CLI::App& command, const std::string& name, std::size_t& bytes,
              const std::string& description) {
  const auto keep = [&bytes, name](const std::string& text) {
    static const CLI::AsSizeValue kAsSize(true);
    std::string number = text;
    const bool is_number = !text.empty() && text.front() >= '0' && text.front() <= '9';
    const std::string wrong = is_number ? kAsSize(number) : "it begins with no digit";
    const char* end = number.data() + number.size();
    if (!wrong.empty() || std::from_chars(number.data(), end, bytes).ptr != end) {
      throw CLI::ValidationError(name, "'" + text + "' is not a size, like 64MiB");
    }
  };
  command.add_option_function<std::string>(name, keep, description)
      ->type_name("SIZE")
      ->default_str(std::to_string(bytes >> 20U) + "MiB");
}

void add_count(CLI::App& command, const std::string& name, std::size_t& count,
               const std::string& description) {
  command.add_option(name, count, description)
      ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}))
      ->type_name("N")
      ->capture_default_str();
}

void add_seconds(CLI::App& command, const std::string& name, milliseconds& time,
                 const std::string& description) {
  const auto keep = [&time](double seconds) { time = milliseconds(std::lround(seconds * 1000)); };
  const std::string otherwise = std::to_string(time.count() / 1000);
  command.add_option_function<double>(name, keep, description)
      ->check(CLI::Range(0.001, 86'400.0))
      ->type_name("SECONDS")
      ->default_str(otherwise);
}

void add_limits(CLI::App& command, ServeOptions& options) {
  http::ServerOptions& server = options.server;
  add_size(command, "--max-body", server.max_body_bytes, "The largest body of a request");
  add_size(command, "--max-blob", server.max_blob_bytes, "The largest blob");
  add_size(command, "--max-body-memory", server.max_body_memory_bytes,
           "What bodies of requests and answers may take in memory, all together");
  add_count(command, "--max-connections", server.max_connection_count, "Open connections");
  add_count(command, "--max-requests", server.max_request_count, "Requests under way");
  add_count(command, "--max-requests-per-client", server.max_requests_per_client,
            "Those of one client");
  add_count(command, "--max-queue", options.max_queued_count, "Emits that wait for a commit");
  add_count(command, "--max-streams", server.max_stream_count, "Clients that follow the store");
  add_count(command, "--max-streams-per-client", server.max_streams_per_client,
            "Streams of one client");
  add_count(command, "--max-comparisons", server.max_comparison_count, "Comparisons under way");
  add_count(command, "--max-comparisons-per-client", server.max_comparisons_per_client,
            "Those of one client");
  add_seconds(command, "--header-timeout", server.header_timeout, "For a request's header");
  add_seconds(command, "--body-timeout", server.body_timeout, "Between two pieces of a body");
  add_seconds(command, "--write-timeout", server.write_timeout, "For an answer to be taken");
  add_seconds(command, "--idle-timeout", server.idle_timeout, "For the next request");
  add_seconds(command, "--request-timeout", server.request_timeout,
              "For what the store does for a request");
  add_seconds(command, "--stream-ping", server.stream_ping, "Between signs of life on a stream");
  add_seconds(command, "--stop-timeout", server.stop_timeout,
              "For what is under way when the server stops");
}

// An age or an interval, like 30d. It is read when the command is parsed.
void add_age(CLI::App& command, const std::string& name,
             const std::function<void(std::chrono::seconds)>& keep,
             const std::string& description) {
  const auto read = [name, keep](const std::string& text) {
    const auto age = parse_lifetime(name, text);
    if (!age) throw CLI::ValidationError(name, age.error().message);
    if (!*age) throw CLI::ValidationError(name, "'never' is no time");
    keep(**age);
  };
  command.add_option_function<std::string>(name, read, description)->type_name("AGE");
}

void add_pruning(CLI::App& command, http::ServerOptions& server) {
  add_age(
      command, "--prune-older-than", [&server](auto age) { server.prune_older_than = age; },
      "Remove outputs that are older, e.g. 30d; never the newest of an agent, nor what others that "
      "stay were derived from");
  command
      .add_option_function<std::uint64_t>(
          "--prune-keep", [&server](std::uint64_t count) { server.prune_keep = count; },
          "Remove outputs that are not among the N newest of their agent; with an age, those that "
          "are older and beyond")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}))
      ->type_name("N");
  add_age(
      command, "--prune-every", [&server](auto time) { server.prune_every = time; },
      "How often; at the start for the first time (default 1h)");
}

}  // namespace

void add_serve_options(CLI::App& command, ServeOptions& options) {
  http::ServerOptions& server = options.server;
  command.add_option("--listen", options.listen, "Where to listen; port 0 picks a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  command.add_flag("--no-auth", server.no_auth,
                   "Ask for no tokens: whoever reaches it may do everything (loopback only)");
  add_key_file(command, options.key_file);
  command.add_flag("--print-token", options.print_token,
                   "Print a token with all scopes, as the first start does");
  command.add_option("--tls-cert", server.tls_certificate, "Speak TLS with this certificate, PEM")
      ->type_name("FILE");
  command.add_option("--tls-key", server.tls_key, "The key of the certificate, PEM")
      ->type_name("FILE");
  command.add_flag("--behind-proxy", server.behind_proxy,
                   "A proxy guards the way here and speaks TLS");
  command
      .add_option("--allow-host", server.allowed_hosts, "A name by which clients call the server")
      ->allow_extra_args(false)
      ->type_name("NAME");
  command
      .add_option("--cors-origin", server.cors_origins,
                  "An origin whose pages may call it, e.g. https://example.com")
      ->allow_extra_args(false)
      ->type_name("ORIGIN");
  add_count(command, "--threads", server.thread_count, "Threads that serve connections");
  command.add_option("--log-level", options.log_level, "debug, info, warn, error or off")
      ->check(CLI::IsMember({"debug", "info", "warn", "error", "off"}))
      ->type_name("LEVEL")
      ->capture_default_str();
  add_pruning(command, server);
  add_limits(command, options);
}

Status read_listen(ServeOptions& options) {
  const std::string& text = options.listen;
  const auto colon = text.rfind(':');
  std::string address = text.substr(0, colon);
  if (address.size() > 1 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  if (address == "localhost") address = "127.0.0.1";
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const char* begin = colon == std::string::npos ? end : text.data() + colon + 1;
  const auto [stop, error] = std::from_chars(begin, end, port);
  if (error != std::errc() || stop != end || address.empty()) {
    return usage_error("--listen: '" + text + "' is not ADDRESS:PORT, like 127.0.0.1:8377");
  }
  options.server.address = std::move(address);
  options.server.port = port;
  return {};
}

http::LogLevel log_level_of(const ServeOptions& options) {
  if (options.log_level == "debug") return http::LogLevel::kDebug;
  if (options.log_level == "info") return http::LogLevel::kInfo;
  if (options.log_level == "warn") return http::LogLevel::kWarn;
  if (options.log_level == "error") return http::LogLevel::kError;
  return http::LogLevel::kOff;
}

}  // namespace skep::cli
