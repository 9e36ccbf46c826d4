#include "remote/http_store.hpp"

#include "remote/answers.hpp"
#include "remote/bodies.hpp"
#include "remote/client.hpp"
#include "remote/problem.hpp"
#include "remote/target.hpp"
#include "store/cancelled.hpp"
#include "store/not_found.hpp"
#include "store/remaining.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>
#include <utility>

namespace skep::remote {
namespace {

namespace asio = boost::asio;

constexpr const char* kJson = "application/json";
constexpr const char* kLines = "application/x-ndjson";

// How long the server holds a request that waits for news: less than it gives any request.
constexpr std::chrono::seconds kWait{20};

// Between two such requests, should they be answered at once with nothing.
constexpr std::chrono::milliseconds kPause{200};

std::string random_key() {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
    throw std::runtime_error("no random bytes for an idempotency key: RAND_bytes failed");
  }
  std::string key;
  for (const unsigned char byte : bytes) {
    key.push_back(kHexDigits[byte >> 4U]);
    key.push_back(kHexDigits[byte & 0xFU]);
  }
  return key;
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

// The caller's key, or one of ours.
Result<std::string> key_of(const AppendOptions& options) {
  if (!options.idempotency_key) return random_key();
  if (is_visible_ascii(*options.idempotency_key)) return *options.idempotency_key;
  return fail(ErrorKind::kInvalidArgument,
              "the idempotency key holds what is not visible ASCII: a server can't be told of it");
}

Target list_target(const ListQuery& query) {
  Target target("/v1/outputs");
  target.add("task_id", query.task_id)
      .add("attempt", query.attempt)
      .add("producer_agent", query.producer_agent)
      .add("type", query.type)
      .add("after_seq", std::max<std::int64_t>(query.after_seq, 0))
      .add("limit", query.limit);
  return target;
}

class HttpStore final : public OutputStore {
 public:
  HttpStore(ClientSettings settings, std::size_t max_body_bytes)
      : OutputStore(max_body_bytes), url_(settings.endpoint.url), client_(std::move(settings)) {}

 private:
  Awaitable<OutputRef> do_append(AppendRequest request, CallOptions options) override {
    Request message("/v1/data/emit", kJson, emit_body(request), random_key());
    request = {};
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, true, read_ref);
  }

  Awaitable<std::vector<OutputRef>> do_append_all(std::vector<AppendRequest> requests,
                                                  AppendOptions options) override {
    if (client_.closed()) co_return closed();
    if (requests.empty()) co_return std::vector<OutputRef>();
    auto key = key_of(options);
    if (!key) co_return std::unexpected(std::move(key.error()));
    const std::size_t count = requests.size();
    Request message("/v1/outputs?atomic=true", kLines, batch_body(requests), std::move(*key));
    requests = {};
    const CallOptions& call_options = options;
    const auto answer = co_await client_.send(std::move(message), call_options);
    co_return read(answer, true, [count](std::string_view text) { return read_refs(text, count); });
  }

  Awaitable<ImportResult> do_import_records(std::vector<OutputRecord> records,
                                            CallOptions options) override {
    if (client_.closed()) co_return closed();
    if (records.empty()) co_return ImportResult();
    Request message("/v1/records", kLines, records_body(std::move(records)));
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, true, read_import_result);
  }

  Awaitable<OutputRecord> do_get(OutputRef ref, CallOptions options) override {
    if (client_.closed()) co_return closed();
    // No record has an empty id, and no path an empty end.
    if (ref.str().empty()) co_return std::unexpected(not_found(ref.str()));
    Request message(Target("/v1/outputs").segment(ref.str()).text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_record);
  }

  Awaitable<OutputRecord> do_get_latest_by_name(std::string name, CallOptions options) override {
    Request message(Target("/v1/latest").add("producer_agent", name).text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_record);
  }

  Awaitable<OutputRecord> do_get_latest_by_name_in_run(std::string task_id, std::uint32_t attempt,
                                                       std::string name,
                                                       CallOptions options) override {
    Target target("/v1/latest");
    target.add("producer_agent", name).add("task_id", task_id).add("attempt", attempt);
    Request message(target.text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_record);
  }

  Awaitable<Page> do_list(ListQuery query, CallOptions options) override {
    Request message(list_target(query).text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_page);
  }

  Awaitable<Page> do_tail(ListQuery query, CallOptions options) override {
    const auto start = std::chrono::steady_clock::now();
    for (;;) {
      Request message(list_target(query).add("wait", kWait.count()).text());
      message.waits = true;
      const auto asked = std::chrono::steady_clock::now();
      const auto answer = co_await client_.send(std::move(message), remaining(options, start));
      auto page = read(answer, false, read_page);
      if (!page) co_return page;
      const auto& [records, damaged] = page->listing;
      if (!records.empty() || !damaged.empty()) {
        if (!page->next_after_seq) page->next_after_seq = last_seq(page->listing);
        co_return page;
      }
      query.after_seq = std::max(query.after_seq, page->next_after_seq.value_or(0));
      auto checked = check_cancelled(co_await asio::this_coro::cancellation_state);
      if (checked && std::chrono::steady_clock::now() - asked < kPause) {
        co_await pause(remaining(options, start));
        checked = check_cancelled(co_await asio::this_coro::cancellation_state);
      }
      if (!checked) co_return std::unexpected(std::move(checked.error()));
    }
  }

  Awaitable<std::vector<TaskSummary>> do_tasks(NameQuery query, CallOptions options) override {
    Request message(Target("/v1/tasks").add("after", query.after).add("limit", query.limit).text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_tasks);
  }

  Awaitable<std::vector<RunSummary>> do_runs(RunQuery query, CallOptions options) override {
    Target target("/v1/runs");
    target.add("task_id", query.task_id).add("limit", query.limit);
    if (query.after) {
      target.add("after_task_id", query.after->task_id).add("after_attempt", query.after->attempt);
    }
    Request message(target.text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_runs);
  }

  Awaitable<std::vector<AgentSummary>> do_agents(NameQuery query, CallOptions options) override {
    Request message(
        Target("/v1/agents").add("after", query.after).add("limit", query.limit).text());
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_agents);
  }

  Awaitable<StoreStats> do_stats(CallOptions options) override {
    Request message("/v1/stats");
    const auto answer = co_await client_.send(std::move(message), options);
    co_return read(answer, false, read_stats);
  }

  // The queue and the commits are the server's.
  [[nodiscard]] StoreActivity do_activity() const noexcept override { return {}; }

  Awaitable<void> do_close() override { return client_.close(); }

  static std::unexpected<Error> closed() { return fail(ErrorKind::kClosed, "the store is closed"); }

  // What `read_body` makes of an answer that says yes, or why there is none.
  template <class Read>
  auto read(const Result<Answer>& answer, bool writes, Read read_body) const
      -> decltype(read_body(std::string_view())) {
    if (!answer) return std::unexpected(answer.error());
    if (answer->status < 200 || answer->status > 299) {
      return std::unexpected(error_of(*answer, url_, writes));
    }
    auto value = read_body(std::string_view(answer->body));
    // It said yes, in whatever words.
    if (!value && writes) value.error().outcome = Outcome::kInDoubt;
    return value;
  }

  static std::int64_t last_seq(const Listing& listing) {
    std::int64_t last = 0;
    if (!listing.records.empty()) last = listing.records.back().seq;
    if (!listing.damaged.empty()) last = std::max(last, listing.damaged.back().seq);
    return last;
  }

  static asio::awaitable<void> pause(CallOptions left) {
    const std::chrono::nanoseconds most = kPause;
    asio::steady_timer timer(co_await asio::this_coro::executor,
                             std::min(left.timeout.value_or(most), most));
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::string url_;
  Client client_;
};

Result<asio::ssl::context> make_tls(const std::string& ca_file) try {
  using Context = asio::ssl::context;
  Context tls(Context::tls_client);
  tls.set_options(Context::no_tlsv1 | Context::no_tlsv1_1);
  tls.set_default_verify_paths();
  tls.set_verify_mode(asio::ssl::verify_peer);
  if (!ca_file.empty()) tls.load_verify_file(ca_file);
  return tls;
} catch (const boost::system::system_error& error) {
  return fail(ErrorKind::kInvalidArgument,
              "the CA file '" + ca_file + "': " + error.code().message());
}

}  // namespace

Result<std::unique_ptr<OutputStore>> make_http_store(HttpStoreOptions options) {
  auto endpoint = parse_endpoint(options.url);
  if (!endpoint) return std::unexpected(std::move(endpoint.error()));
  const auto refuse = [](std::string why) { return fail(ErrorKind::kInvalidArgument, why); };
  if (!is_visible_ascii(options.token)) return refuse("the token holds what no token holds");
  if (options.max_connections < 1 || options.max_connections > 1'024) {
    return refuse("max_connections must be from 1 to 1024");
  }
  ClientSettings settings;
  if (endpoint->secure) {
    auto tls = make_tls(options.ca_file);
    if (!tls) return std::unexpected(std::move(tls.error()));
    settings.tls = std::move(*tls);
  } else if (!options.ca_file.empty()) {
    return refuse("a CA file goes with https only, and the URL is " + endpoint->url);
  }
  settings.endpoint = std::move(*endpoint);
  settings.token = std::move(options.token);
  settings.max_connections = options.max_connections;
  settings.connect_timeout = options.connect_timeout;
  // A body may be spelt once more, escaped, as `value_text`.
  settings.max_answer_bytes = 3 * options.max_body_bytes + 4 * kMaxPageBytes;
  return std::make_unique<HttpStore>(std::move(settings), options.max_body_bytes);
}

}  // namespace skep::remote
