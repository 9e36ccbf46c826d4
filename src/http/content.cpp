#include "http/content.hpp"

#include "blob/sha256.hpp"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace skep::http {
namespace {

using beast_http::field;
using beast_http::status;

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::unexpected<Problem> not_satisfiable(std::uint64_t size) {
  Problem problem(status::range_not_satisfiable, "range_not_satisfiable",
                  "the content has " + std::to_string(size) + " bytes");
  problem.with_header("Content-Range", "bytes */" + std::to_string(size));
  return std::unexpected(std::move(problem));
}

// A blob from `offset` up to `end`, read as it is written.
class BlobBody final : public BodySource {
 public:
  BlobBody(std::shared_ptr<BlobReader> blob, std::uint64_t offset, std::uint64_t end)
      : blob_(std::move(blob)), offset_(offset), end_(end) {}

  boost::asio::awaitable<std::optional<std::string>> next() override {
    const auto most = std::min<std::uint64_t>(end_ - offset_, kBlobPieceBytes);
    auto piece = co_await blob_->read(offset_, static_cast<std::size_t>(most));
    is_cut_ = !piece;
    if (!piece || piece->empty()) co_return std::nullopt;
    offset_ += piece->size();
    co_return std::move(*piece);
  }

  [[nodiscard]] bool is_cut() const noexcept override { return is_cut_; }

 private:
  const std::shared_ptr<BlobReader> blob_;
  std::uint64_t offset_;
  const std::uint64_t end_;
  bool is_cut_ = false;
};

// A response without its body, and what that comes from.
struct Content {
  Response response;
  std::shared_ptr<BlobReader> blob;  // null for one that is in `response`

  [[nodiscard]] std::uint64_t size() const {
    return blob ? blob->info().size_bytes : response.body.size();
  }

  /// Leaves `first` up to `end` of it.
  void keep(std::uint64_t first, std::uint64_t end) {
    if (blob) {
      response.source = std::make_unique<BlobBody>(blob, first, end);
      response.length = end - first;
    } else if (end - first < response.body.size()) {
      response.body = response.body.substr(first, end - first);
    }
  }
};

std::unexpected<Problem> no_content(const OutputRecord& record, const std::string& why) {
  return refuse(status::not_found, "no_content", record.id.str() + " has no body here: " + why);
}

boost::asio::awaitable<OrProblem<Content>> open_content(Service& service,
                                                        const OutputRecord& record) {
  const ContentRef* stored = content_of(record.event);
  Content content;
  if (const auto* inlined = std::get_if<Inline>(stored)) {
    auto text = inlined->value.as_string();
    content.response = text ? Response("text/plain; charset=utf-8", std::move(*text))
                            : Response("application/json", inlined->value.text());
    co_return content;
  }
  // To hash a large one for the first time may take longer than a request may wait for the store.
  auto blob = co_await service.store.open_blob(record.id);
  if (!blob && blob.error().kind == ErrorKind::kNotFound) {
    co_return no_content(
        record, "it is the file " + std::get<FileRef>(*stored).path + ", which Skep does not open");
  }
  if (!blob) co_return refuse(blob.error());
  content.response.content_type = (*blob)->info().media_type;
  content.blob = std::move(*blob);
  co_return content;
}

// An imported id may be any text, of any length: in a header only its hash stands for it.
std::string etag_of(const OutputRecord& record) {
  if (record.id.is_well_formed()) return '"' + record.id.str() + '"';
  blob::Sha256 hash;
  hash.add(record.id.str());
  return '"' + blob::hex(hash.finish()) + '"';
}

// Whether that header of the request, which may stand on several lines, lists this ETag. `weakly`,
// a "W/" in front of it does not count.
bool lists(const Request& request, field name, const std::string& etag, bool weakly) {
  const auto [first, last] = request.headers.equal_range(name);
  for (auto line = first; line != last; ++line) {
    std::vector<std::string> items;
    boost::algorithm::split(items, std::string(line->value()), boost::is_any_of(","));
    for (std::string& item : items) {
      boost::algorithm::trim(item);
      if (weakly && item.starts_with("W/")) item.erase(0, 2);
      if (item == etag || item == "*") return true;
    }
  }
  return false;
}

// What the conditions of the request say of a content that is there: nothing, if it is to be given.
// In their order (RFC 9110, 13.2.2).
OrProblem<std::optional<status>> evaluate(const Request& request, const std::string& etag) {
  if (!request.header(field::if_match).empty() && !lists(request, field::if_match, etag, false)) {
    return refuse(status::precondition_failed, "precondition_failed",
                  "the ETag is " + etag + ", which is not one of If-Match");
  }
  if (lists(request, field::if_none_match, etag, true)) return status::not_modified;
  return std::nullopt;
}

OrProblem<void> cut(const Request& request, Content& content, const std::string& etag) {
  const std::string_view if_range = request.header(field::if_range);
  if (!if_range.empty() && if_range != etag) return {};
  const std::uint64_t size = content.size();
  const auto range = parse_range(request.header(field::range), size);
  if (!range) return std::unexpected(range.error());
  if (!*range) return {};
  const auto [first, last] = **range;
  content.keep(first, last + 1);
  content.response.status = status::partial_content;
  content.response.headers.emplace_back(
      "Content-Range",
      "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + std::to_string(size));
  return {};
}

}  // namespace

OrProblem<std::optional<ByteRange>> parse_range(std::string_view header, std::uint64_t size) {
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

AwaitableAnswer content_response(Service& service, const Request& request,
                                 const OutputRecord& record, bool is_fixed) {
  const std::string etag = etag_of(record);
  const std::vector<std::pair<std::string, std::string>> headers = {
      {"ETag", etag},
      {"Cache-Control", is_fixed ? "private, max-age=31536000, immutable" : "private, no-cache"},
      {"Accept-Ranges", "bytes"},
      {"Content-Security-Policy", "default-src 'none'; sandbox"}};
  if (content_of(record.event) == nullptr) co_return no_content(record, "it is a progress event");
  // Before a file is looked at: what somebody has of it is what it was.
  const auto condition = evaluate(request, etag);
  if (!condition) co_return std::unexpected(condition.error());
  if (*condition) {
    Response unchanged("", "");
    unchanged.status = **condition;
    unchanged.headers = headers;
    co_return unchanged;
  }
  auto content = co_await open_content(service, record);
  if (!content) co_return std::unexpected(std::move(content.error()));
  content->keep(0, content->size());
  content->response.headers = headers;
  if (request.method == beast_http::verb::get) {
    if (auto part = cut(request, *content, etag); !part) {
      co_return std::unexpected(std::move(part.error()));
    }
  }
  co_return std::move(content->response);
}

}  // namespace skep::http
