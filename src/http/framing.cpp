#include "http/framing.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <iterator>

namespace skep::http {
namespace {

using beast_http::field;
using beast_http::status;

std::size_t count(const Header& header, field name) {
  const auto [first, last] = header.equal_range(name);
  return static_cast<std::size_t>(std::distance(first, last));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 19 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool is_plain(std::string_view bytes, bool is_first) noexcept {
  if (!is_first && !bytes.empty() && (bytes.front() == ' ' || bytes.front() == '\t')) return false;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] == '\0') return false;
    if (bytes[i] != '\n') continue;
    if (i == 0 || bytes[i - 1] != '\r') return false;
    if (i + 1 < bytes.size() && (bytes[i + 1] == ' ' || bytes[i + 1] == '\t')) return false;
  }
  return true;
}

bool is_of_other_version(std::string_view header) noexcept {
  constexpr std::string_view kName = "HTTP/";
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::string_view line = header.substr(0, header.find("\r\n"));
  const std::string_view version = line.substr(line.rfind(' ') + 1);
  return std::ranges::count(line, ' ') == 2 && version.size() == kName.size() + 3 &&
         version.starts_with(kName) && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]) && version != "HTTP/1.0" && version != "HTTP/1.1";
}

OrProblem<void> check_framing(const Header& header) {
  for (const field name :
       {field::content_length, field::transfer_encoding, field::host, field::authorization,
        field::origin, field::content_type, field::expect, field::range, field::content_encoding}) {
    if (count(header, name) > 1) {
      const auto text = beast_http::to_string(name);
      return bad_request("the header " + std::string(text.data(), text.size()) + " is there twice");
    }
  }
  if (header.version() == 11 && count(header, field::host) == 0) {
    return bad_request("the header Host is missing");
  }
  const auto length = header.find(field::content_length);
  const auto coding = header.find(field::transfer_encoding);
  if (length != header.end()) {
    if (coding != header.end()) {
      return bad_request("Content-Length and Transfer-Encoding exclude each other");
    }
    const auto text = length->value();
    if (!is_number({text.data(), text.size()})) {
      return bad_request("Content-Length must be a number of bytes");
    }
  }
  if (coding != header.end()) {
    if (header.version() == 10) return bad_request("HTTP/1.0 has no Transfer-Encoding");
    if (!boost::algorithm::iequals(coding->value(), "chunked")) {
      return refuse(status::not_implemented, "not_implemented",
                    "the only Transfer-Encoding here is chunked");
    }
  }
  return {};
}

}  // namespace skep::http
