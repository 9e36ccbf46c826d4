#include "http/content.hpp"

#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <charconv>
#include <string>
#include <utility>
#include <variant>

namespace skep::http {
namespace {

using beast_http::field;
using beast_http::status;

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unexpected<Problem> not_satisfiable(std::size_t size) {
  Problem problem(status::range_not_satisfiable, "range_not_satisfiable",
                  "the content has " + std::to_string(size) + " bytes");
  problem.with_header("Content-Range", "bytes */" + std::to_string(size));
  return std::unexpected(std::move(problem));
}

OrProblem<Response> whole(const OutputRecord& record) {
  const auto missing = [&record](const std::string& why) {
    return refuse(status::not_found, "no_content", record.id.str() + " has no body here: " + why);
  };
  const ContentRef* content = content_of(record.event);
  if (content == nullptr) return missing("it is a progress event");
  const auto* inlined = std::get_if<Inline>(content);
  if (inlined == nullptr) {
    return missing("it is the file " + std::get<FileRef>(*content).path +
                   ", which Skep does not open");
  }
  if (auto text = inlined->value.as_string()) {
    return Response("text/plain; charset=utf-8", std::move(*text));
  }
  return Response("application/json", inlined->value.text());
}

// Whether a list of ETags holds this one, by weak comparison.
bool matches(std::string_view list, std::string_view etag) {
  if (list == "*") return true;
  for (auto at = list.find(etag); at != std::string_view::npos; at = list.find(etag, at + 1)) {
    const auto end = at + etag.size();
    const bool begins =
        at == 0 || list[at - 1] == ' ' || list[at - 1] == ',' || list[at - 1] == '/';
    if (begins && (end == list.size() || list[end] == ' ' || list[end] == ',')) return true;
  }
  return false;
}

OrProblem<void> cut(const Request& request, Response& response, const std::string& etag) {
  const std::string_view if_range = request.header(field::if_range);
  if (!if_range.empty() && if_range != etag) return {};
  const std::size_t size = response.body.size();
  const auto range = parse_range(request.header(field::range), size);
  if (!range) return std::unexpected(range.error());
  if (!*range) return {};
  const auto [first, last] = **range;
  response.body = response.body.substr(first, last - first + 1);
  response.status = status::partial_content;
  response.headers.emplace_back(
      "Content-Range",
      "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size));
  return {};
}

}  // namespace

OrProblem<std::optional<ByteRange>> parse_range(std::string_view header, std::size_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit) || header.find(',') != std::string_view::npos) {
    return std::nullopt;
  }
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  if (!first && dash == 0 && last) {  // the last so many bytes
    if (*last == 0 || size == 0) return not_satisfiable(size);
    return ByteRange{size - std::min(size, *last), size - 1};
  }
  const bool is_open = dash + 1 == header.size();
  if (!first || (!last && !is_open) || (last && *last < *first)) return std::nullopt;
  if (*first >= size) return not_satisfiable(size);
  return ByteRange{*first, is_open ? size - 1 : std::min(*last, size - 1)};
}

Answer content_response(const Request& request, const OutputRecord& record, bool is_fixed) {
  auto response = whole(record);
  if (!response) return response;
  response->headers.emplace_back("X-Content-Type-Options", "nosniff");
  response->headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  if (!is_fixed) {
    response->headers.emplace_back("Cache-Control", "no-cache");
    return response;
  }
  const std::string etag = '"' + record.id.str() + '"';
  response->headers.emplace_back("ETag", etag);
  response->headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  response->headers.emplace_back("Accept-Ranges", "bytes");
  const std::string_view if_none_match = request.header(field::if_none_match);
  if (!if_none_match.empty() && matches(if_none_match, etag)) {
    response->status = status::not_modified;
    response->body.clear();
    return response;
  }
  if (request.method == beast_http::verb::get) {
    if (auto part = cut(request, *response, etag); !part) {
      return std::unexpected(std::move(part.error()));
    }
  }
  return response;
}

}  // namespace skep::http
