// The options of `skep serve`.
#pragma once

#include "cli/failure.hpp"
#include "http/log.hpp"
#include "http/options.hpp"

#include <skep/sqlite_store.hpp>

#include <CLI/App.hpp>

#include <string>

namespace skep::cli {

struct ServeOptions {
  http::ServerOptions server;
  std::string listen = "127.0.0.1:8377";
  std::string key_file;
  std::string log_level = "info";
  bool print_token = false;
  std::size_t max_queued_count = SqliteStoreOptions().max_queued_count;
};

/// Adds them to `command`. `options` must outlive the parsing.
void add_serve_options(CLI::App& command, ServeOptions& options);

/// Reads "ADDRESS:PORT" into the server's options; an IPv6 address stands in brackets.
[[nodiscard]] Status read_listen(ServeOptions& options);

[[nodiscard]] http::LogLevel log_level_of(const ServeOptions& options);

}  // namespace skep::cli
