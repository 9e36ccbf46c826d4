#include "cli/options.hpp"

#include <charconv>

namespace skep::cli {

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

// CLI11 reads 010 as eight.
CLI::Option& add_attempt(CLI::App& command, std::optional<std::uint32_t>& value,
                         const std::string& description) {
  const auto keep = [&value](const std::string& text) {
    std::uint32_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) {
      throw CLI::ValidationError("--attempt",
                                 "'" + text + "' is not a number from 0 to 4294967295");
    }
    value = number;
  };
  return *command.add_option_function<std::string>("--attempt", keep, description)->type_name("N");
}

}  // namespace skep::cli
