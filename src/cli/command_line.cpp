#include "cli/command_line.hpp"

#include <algorithm>
#include <cstdlib>

namespace skep::cli {

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,@%+=-";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string_view::npos) {
    return std::string(text);
  }
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? R"('\'')" : std::string(1, c);
  return quoted + "'";
}

std::string option_text(std::string_view name, std::string_view value) {
  std::string text = " --" + std::string(name);
  std::ranges::replace(text, '_', '-');
  return text + (value.starts_with('-') ? '=' : ' ') + shell_word(value);
}

std::string store_options_text(const StoreOptions& store) {
  const auto is_set = [](const char* variable, const std::string& value) {
    const char* text = std::getenv(variable);
    return text != nullptr && value == text;
  };
  std::string text;
  if (store.url) {
    if (!is_set("SKEP_URL", *store.url)) text += option_text("url", *store.url);
    if (store.ca_file && !is_set("SKEP_CA_FILE", *store.ca_file)) {
      text += option_text("ca-file", *store.ca_file);
    }
  } else if (*store.database != kDefaultDatabase && !is_set("SKEP_DB", *store.database)) {
    text += option_text("db", *store.database);
  }
  return text;
}

}  // namespace skep::cli
