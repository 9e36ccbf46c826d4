// Options that several commands have.
#pragma once

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace skep::cli {

/// A command of `app`, which takes the global options too.
CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description);

/// An option, or a positional argument, that holds any text, the empty one included. `value` must
/// outlive the parsing.
CLI::Option& add_text(CLI::App& command, const std::string& name, std::optional<std::string>& value,
                      const std::string& description);

/// `--attempt`, a decimal number. `value` must outlive the parsing.
CLI::Option& add_attempt(CLI::App& command, std::optional<std::uint32_t>& value,
                         const std::string& description);

/// A `seq`, a decimal number. `value` must outlive the parsing.
CLI::Option& add_seq(CLI::App& command, const std::string& name, std::optional<std::int64_t>& value,
                     const std::string& description);

/// How many of something, a decimal number. `value` must outlive the parsing.
CLI::Option& add_count(CLI::App& command, const std::string& name,
                       std::optional<std::size_t>& value, const std::string& description);

}  // namespace skep::cli
