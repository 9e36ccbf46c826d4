#include "json/write.hpp"

#include <boost/json/serializer.hpp>

#include <algorithm>
#include <array>

namespace skep::json {
namespace {

void write_name(std::string& out, std::string_view name) {
  if (!out.ends_with('{')) out += ',';
  out.append("\"").append(name).append("\":");
}

}  // namespace

void write_string(std::string& out, std::string_view text) {
  boost::json::serializer serializer;
  serializer.reset(boost::json::string_view(text.data(), text.size()));
  std::array<char, 4096> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  while (!serializer.done()) {
    const auto piece = serializer.read(buffer.data(), buffer.size());
    out.append(piece.data(), piece.size());
  }
}

void append_escaped(std::string& out, std::string_view text) {
  const auto is_special = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  };
  std::string escaped;
  while (!text.empty()) {
    const auto special = std::ranges::find_if(text, is_special);
    const auto plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    if (special == text.end()) return;
    escaped.clear();
    write_string(escaped, text.substr(plain, 1));
    out.append(escaped, 1, escaped.size() - 2);
    text.remove_prefix(plain + 1);
  }
}

void write_member(std::string& out, std::string_view name, std::string_view text) {
  write_name(out, name);
  write_string(out, text);
}

void write_member(std::string& out, std::string_view name, std::uint64_t number) {
  write_name(out, name);
  out += std::to_string(number);
}

}  // namespace skep::json
