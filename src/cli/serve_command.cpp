#include "auth/token.hpp"
#include "cli/commands.hpp"
#include "cli/keys.hpp"
#include "cli/options.hpp"
#include "cli/serve_options.hpp"
#include "http/server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>

namespace skep::cli {
namespace {

constexpr std::chrono::days kTokenLifetime(30);

// A token that may do everything.
OrFailure<std::string> mint_token(const auth::Keyring& keys) {
  auto id = auth::new_token_id();
  if (!id) return failed(id.error());
  auth::Claims claims;
  claims.id = std::move(*id);
  claims.subject = "operator";
  claims.scopes = {auth::Scope::kEmit, auth::Scope::kRead, auth::Scope::kAdmin};
  claims.issued_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  claims.expires_at = claims.issued_at + kTokenLifetime;
  auto token = auth::mint(keys, claims);
  if (!token) return failed(token.error());
  return std::move(*token);
}

// The token that this start prints, if it prints one.
OrFailure<std::optional<std::string>> prepare_keys(const Session& session, ServeOptions& options) {
  if (options.server.no_auth) return std::nullopt;
  const auto path = key_file_path(session, options.key_file);
  if (!path) return failed(path.error());
  options.server.key_file = *path;
  const auto made = auth::create_keys_if_missing(options.server.key_file);
  if (!made) return failed(key_failure(made.error()));
  if (!*made && !options.print_token) return std::nullopt;
  const auto keys = auth::Keyring::load(options.server.key_file);
  if (!keys) return failed(key_failure(keys.error()));
  auto token = mint_token(*keys);
  if (!token) return failed(token.error());
  return std::optional(std::move(*token));
}

void greet(Session& session, const std::string& url, const std::optional<std::string>& token,
           bool no_auth) {
  const std::string header =
      no_auth ? "" : " -H \"Authorization: Bearer " + token.value_or("$SKEP_TOKEN") + '"';
  Output& out = session.out;
  out.line("skep " SKEP_VERSION " serves " + session.place());
  if (token) {
    out.line("token: " + *token);
    out.line("  It may do everything, for 30 days; 'skep token mint' makes others.");
  } else if (!no_auth) {
    out.line("  Requests need a token; 'skep token mint' makes one.");
  }
  out.line("Try:");
  out.line("  curl -s " + url + "/v1/data/emit" + header + " --json \\");
  out.line(R"(    '{"task_id":"bees","attempt":1,"producer_agent":"writer",)");
  out.line(
      R"(      "event":{"type":"final","content":{"kind":"inline","value":"Bees dance."},"ok":true}}')");
  out.line("  curl -s \"" + url + "/v1/latest/content?producer_agent=writer\"" + header);
  out.line("Open " + url + "/ in a browser, or stop with Ctrl-C.");
  out.line("listening on " + url);
  out.flush();
}

// Each connection has one, each open blob another; shells hand out few by default.
void allow_all_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
}

// SIGINT or SIGTERM, from its construction on.
class StopSignal {
 public:
  void wait() {
    signals_.async_wait([](const boost::system::error_code&, int) {});
    context_.run();
    // Whoever asks once more at the terminal does not want to wait; a supervisor may repeat itself.
    signals_.clear();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_IGN);
  }

 private:
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_, SIGINT, SIGTERM};
};

Status serve(Session& session, ServeOptions& options) {
  if (session.store.url)
    return usage_error("serve: it serves a file, not another server; name one with --db");
  if (auto listen = read_listen(options); !listen) return listen;
  allow_all_descriptors();
  SqliteStoreOptions store_options;
  store_options.max_blob_bytes = options.server.max_blob_bytes;
  store_options.max_queued_count = options.max_queued_count;
  auto store = session.open_or_create(store_options);
  if (!store) return failed(store.error());
  StopSignal stop_signal;  // before anybody is told that the server is there
  const auto token = prepare_keys(session, options);
  if (!token) return failed(token.error());
  http::start_log(log_level_of(options));
  const bool no_auth = options.server.no_auth;
  // Where the store fits, a copy of it most likely does, and it is as private there.
  const auto folder = std::filesystem::path(*session.store.database).parent_path();
  options.server.spool_directory = folder.empty() ? "." : folder;
  auto server = http::Server::start(store->async(), std::move(options.server));
  if (!server) {
    http::stop_log();
    return failed(server.error());
  }
  const auto stats = store->stats();
  if (stats) {
    for (const auto& warning : stats->warnings) {
      http::log_event(http::LogLevel::kWarn, "store warning", {{"warning", warning}});
    }
  }
  http::log_event(http::LogLevel::kInfo, "started",
                  {{"url", (*server)->url()}, {"store", session.place()}});
  greet(session, (*server)->url(), *token, no_auth);
  stop_signal.wait();
  http::log_event(http::LogLevel::kInfo, "stopping");
  (*server)->stop();
  const auto closed = store->close();
  http::log_event(http::LogLevel::kInfo, "stopped");
  http::stop_log();
  if (!closed) return failed(closed.error());
  return {};
}

}  // namespace

void add_serve(CLI::App& app, Session& session) {
  auto& command = add_command(app, "serve", "Serve the store over HTTP");
  const auto options = std::make_shared<ServeOptions>();
  add_serve_options(command, *options);
  command.footer(
      "Examples:\n"
      "  skep serve --db swarm.db\n"
      "  skep serve --listen 0.0.0.0:8377 --tls-cert cert.pem --tls-key key.pem\n"
      "  skep serve --no-auth --listen 127.0.0.1:0\n"
      "SIZEs take KiB, MiB, GiB. All routes: docs/http.md, or /openapi.json on the server.");
  command.callback([&session, options] {
    session.action = [&session, options] { return serve(session, *options); };
  });
}

}  // namespace skep::cli
