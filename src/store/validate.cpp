#include "store/validate.hpp"

#include "json/stored.hpp"
#include "json/timestamp.hpp"
#include "search/language.hpp"

#include <skep/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace skep {
namespace {

constexpr std::array<std::string_view, 4> kEventTypes = {"progress", "partial", "artifact",
                                                         "final"};

// The longest form that one byte of a text takes in JSON: \u00xx.
constexpr std::size_t kMaxEscapeBytes = 6;

// More than the tags, keys and punctuation of the largest envelope.
constexpr std::size_t kMaxEnvelopeBytes = 256;

std::size_t content_bytes(const ContentRef& content) noexcept {
  if (const auto* inlined = std::get_if<Inline>(&content)) return inlined->value.text().size();
  const auto& file = std::get<FileRef>(content);
  return file.path.size() + (file.mime ? file.mime->size() : 0);
}

// As `text_bytes`, with the texts that JSON escapes counted at their longest.
std::size_t max_json_bytes(const OutputEvent& event) noexcept {
  const ContentRef* content = content_of(event);
  const auto* inlined = content != nullptr ? std::get_if<Inline>(content) : nullptr;
  const std::size_t verbatim = inlined != nullptr ? inlined->value.text().size() : 0;
  return kMaxEnvelopeBytes + verbatim + (text_bytes(event) - verbatim) * kMaxEscapeBytes;
}

// Encodes the event only where its size alone does not tell.
Result<void> check_size(const OutputEvent& event, std::size_t max_body_bytes) {
  if (max_json_bytes(event) <= max_body_bytes) return {};
  std::size_t bytes = text_bytes(event);
  if (bytes <= max_body_bytes) bytes = to_json(event).size();
  if (bytes <= max_body_bytes) return {};
  return fail(ErrorKind::kTooLarge, "the event takes " + std::to_string(bytes) +
                                        " bytes or more as JSON; this store takes " +
                                        std::to_string(max_body_bytes) +
                                        ". Put the body in a file and emit a file_ref");
}

Result<void> check_word(std::string_view what, std::string_view text, ErrorKind too_long) {
  if (text.size() > kMaxWordBytes) {
    return fail(too_long, std::string(what) + " has " + std::to_string(text.size()) +
                              " bytes; the limit is " + std::to_string(kMaxWordBytes));
  }
  return json::check_text(what, text);
}

Result<void> check_word(std::string_view what, std::string_view text) {
  return check_word(what, text, ErrorKind::kTooLarge);
}

Result<void> check_parents(const std::vector<OutputRef>& parents) {
  if (parents.size() > kMaxParentRefCount) {
    return fail(ErrorKind::kTooLarge, "parent_refs has " + std::to_string(parents.size()) +
                                          " refs; the limit is " +
                                          std::to_string(kMaxParentRefCount));
  }
  for (std::size_t i = 0; i < parents.size(); ++i) {
    auto checked = check_word("the ref", parents[i].str());
    if (!checked) {
      checked.error().message = "parent " + std::to_string(i) + ": " + checked.error().message;
      return checked;
    }
  }
  return {};
}

// What a request and a record have in common. The cheap checks come first.
template <class Output>
Result<void> check_output(const Output& output, std::size_t max_body_bytes) {
  if (auto checked = check_word("task_id", output.task_id); !checked) return checked;
  if (auto checked = check_word("producer_agent", output.producer_agent); !checked) return checked;
  if (auto checked = check_parents(output.parent_refs); !checked) return checked;
  if (auto checked = check_size(output.event, max_body_bytes); !checked) return checked;
  return json::check_event(output.event);
}

template <class Item, class Check>
Result<void> check_each(std::string_view what, const std::vector<Item>& items, Check check) {
  if (items.size() > kMaxBatchCount) {
    return fail(ErrorKind::kTooLarge, "the batch has " + std::to_string(items.size()) + " " +
                                          std::string(what) + "s; the limit is " +
                                          std::to_string(kMaxBatchCount));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    auto checked = check(items[i]);
    if (!checked) {
      checked.error().message =
          std::string(what) + " " + std::to_string(i) + ": " + checked.error().message;
      return checked;
    }
  }
  return {};
}

Result<void> check_range(std::string_view what, std::size_t number, std::size_t min,
                         std::size_t max) {
  if (number >= min && number <= max) return {};
  return fail(ErrorKind::kInvalidArgument, std::string(what) + " is " + std::to_string(number) +
                                               "; it must be from " + std::to_string(min) + " to " +
                                               std::to_string(max));
}

Result<void> check_limit(std::size_t limit) {
  return check_range("the limit", limit, 1, kMaxPageCount);
}

// A task, and an attempt within it.
Result<void> check_run(const std::optional<std::string>& task_id,
                       const std::optional<std::uint32_t>& attempt) {
  if (attempt && !task_id) {
    return fail(ErrorKind::kInvalidArgument,
                "an attempt is given without a task_id: attempts are numbered within a task");
  }
  return task_id ? check_key("task_id", *task_id) : Result<void>();
}

// The type of an event, and an agent.
Result<void> check_sender(const std::optional<std::string>& type,
                          const std::optional<std::string>& producer_agent) {
  if (type && !is_event_type(*type)) {
    return fail(ErrorKind::kInvalidArgument, "there is no event type \"" + *type +
                                                 "\"; it must be progress, partial, artifact or "
                                                 "final");
  }
  return producer_agent ? check_key("producer_agent", *producer_agent) : Result<void>();
}

}  // namespace

Result<void> check_record(const OutputRecord& record, std::size_t max_body_bytes) {
  if (record.id.str().empty()) return fail(ErrorKind::kInvalidArgument, "the id is empty");
  if (auto checked = check_word("id", record.id.str()); !checked) return checked;
  if (record.created_at && !json::is_writable(*record.created_at)) {
    return fail(ErrorKind::kInvalidArgument, "created_at is outside the years 0000 to 9999");
  }
  return check_output(record, max_body_bytes);
}

std::size_t text_bytes(const OutputEvent& event) noexcept {
  if (const auto* progress = std::get_if<Progress>(&event)) {
    return progress->stage.size() + (progress->note ? progress->note->size() : 0);
  }
  const auto* artifact = std::get_if<Artifact>(&event);
  return (artifact != nullptr ? artifact->name.size() : 0) + content_bytes(*content_of(event));
}

bool is_event_type(std::string_view type) noexcept {
  return std::ranges::find(kEventTypes, type) != kEventTypes.end();
}

Result<void> check_request(const AppendRequest& request, std::size_t max_body_bytes) {
  return check_output(request, max_body_bytes);
}

Result<void> check_blob_request(const AppendRequest& request, std::size_t max_body_bytes) {
  const ContentRef* content = content_of(request.event);
  const auto* file = content != nullptr ? std::get_if<FileRef>(content) : nullptr;
  if (file == nullptr || !file->path.empty()) {
    return fail(ErrorKind::kInvalidArgument,
                "the content of a blob's event must be a file_ref with an empty path");
  }
  if (file->mime && !is_media_type(*file->mime)) {
    return fail(ErrorKind::kInvalidArgument,
                "the media type must be of the form type/subtype, in ASCII, and at most " +
                    std::to_string(kMaxMediaTypeBytes) + " bytes long");
  }
  return check_request(request, max_body_bytes);
}

bool is_media_type(std::string_view text) noexcept {
  const auto slash = text.find('/');
  return text.size() <= kMaxMediaTypeBytes && slash != 0 && slash < text.size() - 1 &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

Result<void> check_requests(const std::vector<AppendRequest>& requests,
                            std::size_t max_body_bytes) {
  return check_each("request", requests, [max_body_bytes](const AppendRequest& request) {
    return check_request(request, max_body_bytes);
  });
}

Result<void> check_records(const std::vector<OutputRecord>& records, std::size_t max_body_bytes) {
  return check_each("record", records, [max_body_bytes](const OutputRecord& record) {
    return check_record(record, max_body_bytes);
  });
}

Result<void> check_key(std::string_view what, std::string_view text) {
  return check_word(what, text, ErrorKind::kInvalidArgument);
}

Result<void> check_query(const ListQuery& query) {
  if (auto checked = check_limit(query.limit); !checked) return checked;
  if (auto checked = check_run(query.task_id, query.attempt); !checked) return checked;
  return check_sender(query.type, query.producer_agent);
}

Result<void> check_query(const RunQuery& query) {
  if (auto checked = check_limit(query.limit); !checked) return checked;
  if (auto checked = check_run(query.task_id, std::nullopt); !checked) return checked;
  if (query.after) return check_key("after", query.after->task_id);
  return {};
}

Result<void> check_query(const SearchQuery& query) {
  if (auto words = search::parse_words(query.words); !words) {
    return std::unexpected(std::move(words.error()));
  }
  auto checked = check_run(query.task_id, query.attempt);
  if (checked) checked = check_sender(query.type, query.producer_agent);
  if (checked) checked = check_range("the limit", query.limit, 1, kMaxSearchLimit);
  if (checked) checked = check_range("the offset", query.offset, 0, kMaxSearchOffset);
  if (checked) checked = check_range("snippet_chars", query.snippet_chars, 0, kMaxSnippetChars);
  if (!checked) return checked;
  for (const auto& time : {query.created_from, query.created_before}) {
    if (time && !json::is_writable(*time)) {
      return fail(ErrorKind::kInvalidArgument, "a time lies outside the years 0000 to 9999");
    }
  }
  return {};
}

Result<void> check_query(const LineageQuery& query) {
  auto checked = check_range("max_depth", query.max_depth, 0, kMaxLineageDepth);
  if (checked) checked = check_range("max_count", query.max_count, 1, kMaxLineageCount);
  if (checked) checked = check_run(query.task_id, query.attempt);
  return checked;
}

Result<void> check_query(const PruneQuery& query) {
  if (!query.older_than && !query.keep_per_producer && !query.task_id) {
    return fail(ErrorKind::kInvalidArgument,
                "a prune needs a criterion: older_than, keep_per_producer or task_id");
  }
  if (query.older_than && !json::is_writable(*query.older_than)) {
    return fail(ErrorKind::kInvalidArgument, "older_than lies outside the years 0000 to 9999");
  }
  constexpr auto kMaxKept = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (query.keep_per_producer &&
      (*query.keep_per_producer < 1 || *query.keep_per_producer > kMaxKept)) {
    return fail(ErrorKind::kInvalidArgument, "keep_per_producer must be at least 1");
  }
  if (query.task_id) return check_key("task_id", *query.task_id);
  return {};
}

Result<void> check_options(const AppendOptions& options) {
  if (!options.idempotency_key) return {};
  if (options.idempotency_key->empty()) {
    return fail(ErrorKind::kInvalidArgument, "the idempotency key is empty");
  }
  if (options.idempotency_key->size() > kMaxIdempotencyKeyBytes) {
    return fail(ErrorKind::kTooLarge,
                "the idempotency key has " + std::to_string(options.idempotency_key->size()) +
                    " bytes; the limit is " + std::to_string(kMaxIdempotencyKeyBytes));
  }
  return json::check_text("the idempotency key", *options.idempotency_key);
}

Result<void> check_query(const NameQuery& query) {
  if (auto checked = check_limit(query.limit); !checked) return checked;
  if (query.after) return check_key("after", *query.after);
  return {};
}

}  // namespace skep
