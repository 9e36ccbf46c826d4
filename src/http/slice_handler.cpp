// Parts of contents.
#include "http/access.hpp"
#include "http/handlers.hpp"
#include "slice/parameters.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <utility>

namespace skep::http {
namespace {

std::string encoded(std::string_view text) {
  namespace urls = boost::urls;
  return urls::encode(urls::string_view(text.data(), text.size()), urls::unreserved_chars);
}

OrProblem<SliceQuery> read_query(const Query& query) {
  const auto known =
      query.expect({"pointer", "lines", "bytes", "first", "last", "grep", "context", "ignore_case",
                    "max_matches", "from_byte", "from_line", "max_chars"});
  if (!known) return std::unexpected(known.error());
  std::vector<slice::Parameter> parameters;
  for (const std::string_view name : slice::kParameterNames) {
    if (const std::string* value = query.find(name)) parameters.push_back({name, *value});
  }
  auto read = slice::from_parameters(parameters);
  if (!read) return bad_request("the parameter " + read.error().message);
  return std::move(*read);
}

// The slice, and where to ask for the next one.
std::string with_next_url(const Slice& part) {
  std::string json = to_json(part);
  json.pop_back();
  json += R"(,"next_url":)";
  if (!part.next) return json + "null}";
  json += "\"/v1/outputs/" + encoded(part.id.str()) + "/slice";
  char separator = '?';
  for (const auto& parameter : slice::to_parameters(*part.next)) {
    json += separator;
    json.append(parameter.name).append("=").append(encoded(parameter.value));
    separator = '&';
  }
  return json + "\"}";
}

}  // namespace

AwaitableAnswer get_output_slice(Service& service, Request& request) {
  auto query = read_query(request.query);
  if (!query) co_return std::unexpected(std::move(query.error()));
  const std::string& ref = request.arguments.front();
  const auto options = service.call_options();
  if (request.claims.task_id) {
    // What a token may not see is not there for it, whatever it asks of it.
    const auto record = co_await service.store.get(OutputRef(ref), options);
    if (!record) co_return refuse(record.error());
    if (!may_see(request.claims, *record)) {
      co_return refuse(Error(ErrorKind::kNotFound, "output not found: " + ref));
    }
  }
  auto operation = service.store.slice(OutputRef(ref), std::move(*query), options);
  const auto part = co_await std::move(operation);
  if (!part) co_return refuse(part.error());
  co_return Response(with_next_url(*part));
}

}  // namespace skep::http
