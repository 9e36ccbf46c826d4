// Storing one output.
#include "http/access.hpp"
#include "http/emit.hpp"
#include "http/handlers.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <limits>
#include <utility>

namespace skep::http {
namespace {

Answer ref_answer(const Result<OutputRef>& ref) {
  if (!ref) return refuse(ref.error());
  const boost::json::object answer{{"out_id", ref->str()}};
  return Response(boost::json::serialize(answer));
}

AwaitableAnswer store(Service& service, Request& request, OrProblem<AppendRequest> append) {
  if (!append) co_return std::unexpected(std::move(append.error()));
  if (auto allowed = may_emit(request.claims, *append); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  auto options = append_options(service, request);
  if (!options) co_return std::unexpected(std::move(options.error()));
  const auto ref = co_await service.store.append(std::move(*append), std::move(*options));
  co_return ref_answer(ref);
}

AwaitableAnswer refused(Problem problem) { co_return std::unexpected(std::move(problem)); }

// The event that the query describes around a content.
OrProblem<OutputEvent> event_around(const Query& query, ContentRef content) {
  const std::string type = query.text("type").value_or("final");
  const auto ok = query.flag("ok", true);
  if (!ok) return std::unexpected(ok.error());
  if (type != "final" && query.find("ok") != nullptr) {
    return bad_request("the parameter 'ok' goes with the type final only");
  }
  if (type != "artifact" && query.find("name") != nullptr) {
    return bad_request("the parameter 'name' goes with the type artifact only");
  }
  if (type == "final") return Final(std::move(content), *ok);
  if (type == "partial") return Partial(std::move(content));
  if (type != "artifact") {
    return bad_request("the parameter 'type' must be final, artifact or partial");
  }
  auto name = query.required("name");
  if (!name) return std::unexpected(std::move(name.error()));
  return Artifact(std::move(*name), std::move(content));
}

// The request that the query describes, still without its event.
OrProblem<AppendRequest> request_without_event(const Query& query) {
  if (auto known = query.expect({"task_id", "attempt", "producer_agent", "type", "name", "ok"},
                                "parent_ref");
      !known) {
    return std::unexpected(std::move(known.error()));
  }
  AppendRequest append;
  auto task_id = query.required("task_id");
  if (!task_id) return std::unexpected(std::move(task_id.error()));
  append.task_id = std::move(*task_id);
  const auto attempt = query.number("attempt", 0, std::numeric_limits<std::uint32_t>::max());
  if (!attempt) return std::unexpected(attempt.error());
  if (!*attempt) return bad_request("the parameter 'attempt' is missing");
  append.attempt = static_cast<std::uint32_t>(**attempt);
  auto producer_agent = query.required("producer_agent");
  if (!producer_agent) return std::unexpected(std::move(producer_agent.error()));
  append.producer_agent = std::move(*producer_agent);
  for (auto& parent : query.all("parent_ref")) append.parent_refs.emplace_back(std::move(parent));
  return append;
}

OrProblem<AppendRequest> with_content(OrProblem<AppendRequest> append, const Query& query,
                                      ContentRef content) {
  if (!append) return append;
  auto event = event_around(query, std::move(content));
  if (!event) return std::unexpected(std::move(event.error()));
  append->event = std::move(*event);
  return append;
}

OrProblem<AppendRequest> request_of_content(Request& request) {
  auto append = request_without_event(request.query);
  if (!append) return append;
  // A text was put between quotes on its way in.
  auto value = JsonText::parse(std::move(request.body));
  if (!value) {
    return refuse(beast_http::status::bad_request, "malformed_json", value.error().message);
  }
  return with_content(std::move(append), request.query, Inline(std::move(*value)));
}

}  // namespace

OrProblem<void> check_content_query(Service& service, const Request& request) {
  auto append = with_content(request_without_event(request.query), request.query, FileRef());
  if (!append) return std::unexpected(std::move(append.error()));
  if (auto allowed = may_emit(request.claims, *append); !allowed) return allowed;
  const auto options = append_options(service, request);
  if (!options) return std::unexpected(options.error());
  return {};
}

AwaitableAnswer emit(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) return refused(std::move(known.error()));
  return store(service, request, take_emit(std::move(request.body), service));
}

AwaitableAnswer emit_by_name(Service& service, Request& request) {
  if (auto known = request.query.expect({}); !known) return refused(std::move(known.error()));
  return store(service, request,
               take_emit(std::move(request.body), service, &request.arguments.front()));
}

AwaitableAnswer emit_content(Service& service, Request& request) {
  return store(service, request, request_of_content(request));
}

// The waits for the body have deadlines of their own: how long it takes as a whole is its sender's.
AwaitableAnswer emit_blob(Service& service, Request& request) {
  FileRef file;
  const std::string_view type = request.header(beast_http::field::content_type);
  if (!type.empty()) file.mime = type;
  auto append = with_content(request_without_event(request.query), request.query, std::move(file));
  if (!append) co_return std::unexpected(std::move(append.error()));
  if (auto allowed = may_emit(request.claims, *append); !allowed) {
    co_return std::unexpected(std::move(allowed.error()));
  }
  auto options = append_options(service, request);
  if (!options) co_return std::unexpected(std::move(options.error()));
  options->timeout.reset();
  auto stored = service.store.append_blob(std::move(*append), request.source, std::move(*options));
  const auto ref = co_await std::move(stored);
  co_return ref_answer(ref);
}

}  // namespace skep::http
