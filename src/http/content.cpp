#include "http/content.hpp"

#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <variant>

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
  if (stored == nullptr) co_return no_content(record, "it is a progress event");
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
  auto content = co_await open_content(service, record);
  if (!content) co_return std::unexpected(std::move(content.error()));
  content->keep(0, content->size());
  Response& response = content->response;
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Content-Security-Policy", "default-src 'none'; sandbox");
  if (!is_fixed) {
    response.headers.emplace_back("Cache-Control", "no-cache");
    co_return std::move(response);
  }
  const std::string etag = '"' + record.id.str() + '"';
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
  response.headers.emplace_back("Accept-Ranges", "bytes");
  const std::string_view if_none_match = request.header(field::if_none_match);
  if (!if_none_match.empty() && matches(if_none_match, etag)) {
    response.status = status::not_modified;
    response.body.clear();
    response.source.reset();
    response.length.reset();
    co_return std::move(response);
  }
  if (request.method == beast_http::verb::get) {
    if (auto part = cut(request, *content, etag); !part) {
      co_return std::unexpected(std::move(part.error()));
    }
  }
  co_return std::move(response);
}

}  // namespace skep::http
