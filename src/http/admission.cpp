#include "http/admission.hpp"

#include "http/origin.hpp"
#include "http/too_many.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/beast/http/rfc7230.hpp>

#include <charconv>
#include <utility>

namespace skep::http {
namespace {

using beast_http::field;
using beast_http::status;
using boost::algorithm::iequals;

std::string_view value_of(const Header& header, field name) {
  const auto value = header[name];
  return {value.data(), value.size()};
}

bool is_json(std::string_view type) {
  return iequals(type, "application/json") ||
         (type.size() > 17 && boost::algorithm::istarts_with(type, "application/") &&
          boost::algorithm::iends_with(type, "+json"));
}

// Whether the body of the request is of a type that the route takes; sets what it becomes.
OrProblem<void> check_body(const Header& header, Admission& admission) {
  const BodyKind kind = admission.endpoint->route.body;
  if (kind == BodyKind::kNone) return {};
  const auto refused = [](std::string detail) {
    return refuse(status::unsupported_media_type, "unsupported_media_type", std::move(detail));
  };
  const std::string_view encoding = value_of(header, field::content_encoding);
  if (!encoding.empty() && !iequals(encoding, "identity")) {
    return refused("bodies come without a Content-Encoding");
  }
  const std::string_view header_value = value_of(header, field::content_type);
  const std::string type =
      boost::algorithm::trim_copy(std::string(header_value.substr(0, header_value.find(';'))));
  if (kind == BodyKind::kContent) {
    admission.is_text = boost::algorithm::istarts_with(type, "text/") && type.size() > 5;
    if (admission.is_text) {
      const std::string parameters(header_value.substr(type.size()));
      if (boost::algorithm::icontains(parameters, "charset=") &&
          !boost::algorithm::icontains(parameters, "utf-8") &&
          !boost::algorithm::icontains(parameters, "us-ascii")) {
        return refused("a text must be in UTF-8");
      }
      return {};
    }
    if (is_json(type)) return {};
    return refused(
        "the Content-Type must be text/* or application/json; POST other bodies to "
        "/v1/outputs/blob");
  }
  if (kind == BodyKind::kJson && !is_json(type)) {
    return refused("the Content-Type must be application/json");
  }
  if (kind == BodyKind::kNdjson && !iequals(type, "application/x-ndjson") &&
      !iequals(type, "application/jsonl") && !iequals(type, "application/ndjson")) {
    return refused("the Content-Type must be application/x-ndjson");
  }
  return {};
}

OrProblem<void> check_length(const Header& header, std::uint64_t max_bytes) {
  const std::string_view text = value_of(header, field::content_length);
  std::uint64_t length = 0;
  std::from_chars(text.data(), text.data() + text.size(), length);
  if (length <= max_bytes) return {};
  return refuse(status::payload_too_large, "too_large",
                "the body has " + std::to_string(length) + " bytes; the limit is " +
                    std::to_string(max_bytes));
}

// What `OPTIONS *` is told of the server as a whole.
constexpr std::string_view kServerMethods = "GET, HEAD, POST, DELETE, OPTIONS";

// What a browser asks before it calls from another origin, or what anybody may ask.
Response options_response(const std::string& allowed, const std::string& cors_origin) {
  Response response(std::string{});
  response.status = status::no_content;
  response.headers.emplace_back("Allow", allowed);
  if (!cors_origin.empty()) {
    response.headers.emplace_back("Access-Control-Allow-Methods", allowed);
    response.headers.emplace_back(
        "Access-Control-Allow-Headers",
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, "
        "Last-Event-ID, "
        "MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Range, X-Request-Id");
    response.headers.emplace_back("Access-Control-Max-Age", "600");
  }
  return response;
}

}  // namespace

OrProblem<auth::Claims> Gate::claims_of(const Header& header, const Query& query) {
  if (!service_.key_file) return everything();
  return token_check_.check(service_.key_file->keyring(), value_of(header, field::authorization),
                            query);
}

OrProblem<Admission> Gate::admit(const Header& header, Context& context) {
  const std::string_view host = value_of(header, field::host);
  if (header.find(field::host) != header.end()) {
    if (auto known = check_host(service_.options, host); !known) {
      return std::unexpected(std::move(known.error()));
    }
  }
  if (header.find(field::origin) != header.end()) {
    auto origin = check_origin(service_.options, value_of(header, field::origin), host);
    if (!origin) return std::unexpected(std::move(origin.error()));
    context.cors_origin = std::move(*origin);
  }
  const auto target = header.target();
  if (target.size() > service_.options.max_target_bytes) {
    return refuse(status::uri_too_long, "target_too_long",
                  "the target is longer than " + std::to_string(service_.options.max_target_bytes) +
                      " bytes");
  }
  auto parsed = parse_target({target.data(), target.size()});
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  if (parsed->authority) {
    if (auto known = check_host(service_.options, *parsed->authority); !known) {
      return std::unexpected(std::move(known.error()));
    }
  }

  if (parsed->is_server && header.method() != beast_http::verb::options) {
    return bad_request("the target * goes with OPTIONS only");
  }

  context.is_sound = true;
  context.client = address_;
  Admission admission;
  if (header.method() == beast_http::verb::options) {
    const std::string allowed =
        parsed->is_server ? std::string(kServerMethods) : router_.allowed(parsed->segments);
    if (!allowed.empty()) {
      admission.answer = options_response(allowed, context.cors_origin);
      return admission;
    }
  }
  auto match = router_.find(header.method(), parsed->segments);
  if (!match) return std::unexpected(std::move(match.error()));
  admission.endpoint = match->endpoint;
  if (match->endpoint->route.body == BodyKind::kStream) {
    admission.max_body_bytes = service_.options.max_blob_bytes;
  } else if (match->endpoint->route.body != BodyKind::kNone) {
    admission.max_body_bytes = service_.options.max_body_bytes;
  }
  Request& request = admission.request;
  if (const auto scope = match->endpoint->route.scope) {
    context.is_private = true;
    auto claims = claims_of(header, parsed->query);
    if (!claims) return std::unexpected(std::move(claims.error()));
    context.holder = claims->subject;
    if (auto allowed = may(*claims, *scope); !allowed) {
      return std::unexpected(std::move(allowed.error()));
    }
    if (!claims->id.empty()) context.client = claims->id;
    request.client = context.client;
    request.claims = std::move(*claims);
    auto [share, refusal] = service_.requests.take(request.client);
    if (!share) return too_many(refusal, "requests");
    request.share.emplace(std::move(*share));
  }
  if (auto body = check_body(header, admission); !body) return std::unexpected(body.error());
  if (auto length = check_length(header, admission.max_body_bytes); !length) {
    return std::unexpected(std::move(length.error()));
  }
  const std::string_view expect = value_of(header, field::expect);
  if (!expect.empty() && !iequals(expect, "100-continue")) {
    return refuse(status::expectation_failed, "expectation_failed",
                  "the only Expect here is 100-continue");
  }
  request.method = header.method();
  request.arguments = std::move(match->arguments);
  request.query = std::move(parsed->query);
  request.headers = header;
  if (const auto check = match->endpoint->route.check; check != nullptr) {
    if (auto checked = check(service_, request); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
  }
  return admission;
}

}  // namespace skep::http
