#include "cli/options.hpp"

#include <charconv>
#include <limits>

namespace skep::cli {
namespace {

// A decimal number from 0. CLI11 reads 010 as eight.
template <class Number>
CLI::Option& add_number(CLI::App& command, const std::string& name, std::optional<Number>& value,
                        const std::string& description) {
  const auto keep = [&value, name](const std::string& text) {
    Number number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end || number < Number{0}) {
      throw CLI::ValidationError(name, "'" + text + "' is not a number from 0 to " +
                                           std::to_string(std::numeric_limits<Number>::max()));
    }
    value = number;
  };
  return *command.add_option_function<std::string>(name, keep, description)->type_name("N");
}

}  // namespace

CLI::App& add_command(CLI::App& app, const std::string& name, const std::string& description) {
  CLI::App* command = app.add_subcommand(name, description);
  command->fallthrough();
  return *command;
}

// CLI11 takes an empty text for an absent one if it is given a std::optional: hence a function.
CLI::Option& add_text(CLI::App& command, const std::string& name, std::optional<std::string>& value,
                      const std::string& description) {
  const auto keep = [&value](const std::string& text) { value = text; };
  return *command.add_option_function<std::string>(name, keep, description)->type_name("");
}

CLI::Option& add_attempt(CLI::App& command, std::optional<std::uint32_t>& value,
                         const std::string& description) {
  return add_number(command, "--attempt", value, description);
}

CLI::Option& add_seq(CLI::App& command, const std::string& name, std::optional<std::int64_t>& value,
                     const std::string& description) {
  return add_number(command, name, value, description);
}

CLI::Option& add_count(CLI::App& command, const std::string& name,
                       std::optional<std::size_t>& value, const std::string& description) {
  return add_number(command, name, value, description);
}

}  // namespace skep::cli
