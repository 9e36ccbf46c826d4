// Records as they are committed, as server-sent events.
#include "http/body_memory.hpp"
#include "http/filter.hpp"
#include "http/handlers.hpp"
#include "http/log.hpp"
#include "http/too_many.hpp"

#include <skep/json.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>
#include <utility>

namespace skep::http {
namespace {

// A page is what a client may have waiting in memory: so many records, and about so many bytes.
constexpr std::size_t kPageRecords = 100;
constexpr std::size_t kStreamedBytes = std::size_t{1} << 20U;

// One event. Only the last of those that share a `seq` has the id: a client that goes on from there
// has seen them all.
std::string event_text(const char* name, std::int64_t seq, bool has_id, const std::string& data) {
  std::string text = "event: ";
  text += name;
  if (has_id) text += "\nid: " + std::to_string(seq);
  return text + "\ndata: " + data + "\n\n";
}

class Follower final : public BodySource {
 public:
  Follower(Service& service, const std::string& client, ClientShares::Share share, ListQuery query,
           bool with_bodies)
      : service_(service),
        share_(std::move(share)),
        memory_(service, client),
        query_(std::move(query)),
        with_bodies_(with_bodies) {
    service_.metrics.stream_clients.Increment();
  }
  ~Follower() override { service_.metrics.stream_clients.Decrement(); }

  boost::asio::awaitable<std::optional<std::string>> next() override {
    // With where it stands: a client that saw no event yet can go on from there, too.
    if (!std::exchange(has_begun_, true)) co_return "retry: 1000\n" + position();
    if (next_event_ == events_.size()) {
      memory_.release();  // by now the peer has taken all of the last page
      auto page = co_await service_.store.tail(query_, CallOptions(service_.options.stream_ping));
      if (!page && page.error().kind == ErrorKind::kTimedOut) co_return ": ping\n\n";
      if (!page) co_return std::nullopt;  // cancelled, or closed
      take(std::move(*page));
      if (events_.empty()) co_return position() + ": ping\n\n";
      // Whoever is cut off for want of room comes back for the rest.
      if (auto room = memory_.grow_to(held_bytes()); !room) {
        log_event(LogLevel::kWarn, "a stream was cut", {{"why", room.error().detail}});
        co_return std::nullopt;
      }
    }
    std::string piece;
    while (next_event_ != events_.size() && piece.size() < kStreamedBytes) {
      piece += std::exchange(events_[next_event_++], {});
    }
    co_return piece;
  }

  [[nodiscard]] bool is_endless() const noexcept override { return true; }

 private:
  // A block without data: it only sets the id that the client reconnects with.
  [[nodiscard]] std::string position() const {
    return "id: " + std::to_string(query_.after_seq) + "\n\n";
  }

  // No more than there is room for when nobody else takes any: the page must get through one day.
  [[nodiscard]] std::size_t held_bytes() const {
    std::size_t bytes = 0;
    for (const std::string& event : events_) bytes += event.size();
    return std::min(bytes, service_.options.max_body_memory_bytes / 4);
  }

  void take(Page page) {
    events_.clear();
    next_event_ = 0;
    query_.after_seq = *page.next_after_seq;
    const auto& [records, damaged] = page.listing;
    auto record = records.begin();
    auto row = damaged.begin();
    const auto is_last_of = [&](std::int64_t seq) {
      return (record == records.end() || record->seq != seq) &&
             (row == damaged.end() || row->seq != seq);
    };
    while (record != records.end() || row != damaged.end()) {
      if (row == damaged.end() || (record != records.end() && record->seq < row->seq)) {
        const std::int64_t seq = record->seq;
        const std::string data = with_bodies_ ? to_ndjson(*record) : record_json(*record, false);
        ++record;
        events_.push_back(event_text("output", seq, is_last_of(seq), data));
      } else {
        const boost::json::object data{{"id", row->id}, {"seq", row->seq}, {"reason", row->reason}};
        const std::int64_t seq = row++->seq;
        events_.push_back(
            event_text("damaged", seq, is_last_of(seq), boost::json::serialize(data)));
      }
    }
  }

  Service& service_;
  const ClientShares::Share share_;
  BodyMemory memory_;  // Of the page that is being handed over.
  ListQuery query_;
  const bool with_bodies_;
  bool has_begun_ = false;
  std::vector<std::string> events_;
  std::size_t next_event_ = 0;
};

OrProblem<std::optional<std::int64_t>> read_position(const Request& request) {
  constexpr std::uint64_t kLastSeq = std::numeric_limits<std::int64_t>::max();
  const auto header = request.headers.find("Last-Event-ID");
  if (header != request.headers.end()) {
    std::int64_t seq = 0;
    const auto value = header->value();
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), seq);
    if (error == std::errc() && end == value.data() + value.size() && seq >= 0) return seq;
    return bad_request("Last-Event-ID must be the id of an event of this stream");
  }
  const auto after_seq = request.query.number("after_seq", 0, kLastSeq);
  if (!after_seq) return std::unexpected(after_seq.error());
  if (!*after_seq) return std::nullopt;
  return static_cast<std::int64_t>(**after_seq);
}

}  // namespace

AwaitableAnswer stream_outputs(Service& service, Request& request) {
  const Query& query = request.query;
  if (auto known =
          query.expect({"task_id", "attempt", "producer_agent", "type", "bodies", "after_seq"});
      !known) {
    co_return std::unexpected(std::move(known.error()));
  }
  auto filter = read_filter(query, request.claims);
  if (!filter) co_return std::unexpected(std::move(filter.error()));
  const auto with_bodies = query.flag("bodies", true);
  if (!with_bodies) co_return std::unexpected(with_bodies.error());
  const auto position = read_position(request);
  if (!position) co_return std::unexpected(position.error());
  auto [share, refusal] = service.streams.take(request.client);
  if (!share) co_return too_many(refusal, "streams");
  filter->limit = kPageRecords;
  if (*position) {
    filter->after_seq = **position;
  } else {
    const auto stats = co_await service.store.stats(service.call_options());
    if (!stats) co_return refuse(stats.error());
    filter->after_seq = stats->last_seq;
  }
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.headers.emplace_back("X-Accel-Buffering", "no");  // nginx would hold events back
  response.source = std::make_unique<Follower>(service, request.client, std::move(*share),
                                               std::move(*filter), *with_bodies);
  co_return response;
}

}  // namespace skep::http
