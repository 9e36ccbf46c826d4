#include "remote/answers.hpp"

#include "remote/members.hpp"
#include "slice/parameters.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <utility>

namespace skep::remote {
namespace {

// Reads with `read(boost::json::object)`; what it throws, when something is missing or of another
// type, is an answer that no Skep server gives.
template <class Read>
auto read_object(std::string_view text, Read read)
    -> Result<decltype(read(std::declval<const boost::json::object&>()))> try {
  const boost::json::value value =
      boost::json::parse(boost::json::string_view(text.data(), text.size()));
  return read(value.as_object());
} catch (const std::exception& exception) {
  return fail(ErrorKind::kInternal,
              std::string("the server's answer makes no sense: ") + exception.what());
}

std::uint64_t count_at(const boost::json::object& object, std::string_view name) {
  return object.at(name).to_number<std::uint64_t>();
}

std::int64_t seq_at(const boost::json::object& object, std::string_view name) {
  return object.at(name).to_number<std::int64_t>();
}

// Each element of the array `name`, as `read(boost::json::object)` gives it.
template <class Read>
auto read_array(std::string_view text, std::string_view name, Read read) {
  using Item = decltype(read(std::declval<const boost::json::object&>()));
  return read_object(text, [name, read](const boost::json::object& object) {
    std::vector<Item> items;
    for (const boost::json::value& item : object.at(name).as_array()) {
      items.push_back(read(item.as_object()));
    }
    return items;
  });
}

std::optional<std::uint64_t> optional_count_at(const boost::json::object& object,
                                               std::string_view name) {
  const boost::json::value& value = object.at(name);
  return value.is_null() ? std::nullopt : std::optional(value.to_number<std::uint64_t>());
}

// The text of a parameter, whatever its form.
std::string parameter_text(const boost::json::value& value) {
  return value.is_string() ? boost::json::value_to<std::string>(value)
                           : boost::json::serialize(value);
}

SliceQuery slice_query_of(const boost::json::object& object) {
  std::vector<slice::Parameter> parameters;
  for (const auto& member : object) {
    parameters.push_back({member.key(), parameter_text(member.value())});
  }
  auto query = slice::from_parameters(parameters);
  if (!query) throw std::invalid_argument(query.error().message);
  return std::move(*query);
}

}  // namespace

Result<OutputRef> read_ref(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    return OutputRef(string_at(object, "out_id"));
  });
}

Result<std::vector<OutputRef>> read_refs(std::string_view text, std::size_t count) {
  auto refs = read_array(text, "results", [](const boost::json::object& result) {
    return OutputRef(string_at(result, "out_id"));
  });
  if (!refs || refs->size() == count) return refs;
  return fail(ErrorKind::kInternal, "the server answered " + std::to_string(count) +
                                        " requests with " + std::to_string(refs->size()) + " refs");
}

Result<ImportResult> read_import_result(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    return ImportResult{.added_count = count_at(object, "added_count"),
                        .present_count = count_at(object, "present_count")};
  });
}

Result<std::vector<TaskSummary>> read_tasks(std::string_view text) {
  return read_array(text, "tasks", [](const boost::json::object& task) {
    return TaskSummary{.task_id = string_at(task, "task_id"),
                       .attempt_count = count_at(task, "attempt_count"),
                       .output_count = count_at(task, "output_count"),
                       .last_seq = seq_at(task, "last_seq")};
  });
}

Result<std::vector<RunSummary>> read_runs(std::string_view text) {
  return read_array(text, "runs", [](const boost::json::object& run) {
    return RunSummary{.task_id = string_at(run, "task_id"),
                      .attempt = run.at("attempt").to_number<std::uint32_t>(),
                      .output_count = count_at(run, "output_count"),
                      .last_seq = seq_at(run, "last_seq")};
  });
}

Result<std::vector<AgentSummary>> read_agents(std::string_view text) {
  return read_array(text, "agents", [](const boost::json::object& agent) {
    return AgentSummary{.producer_agent = string_at(agent, "producer_agent"),
                        .output_count = count_at(agent, "output_count"),
                        .last_seq = seq_at(agent, "last_seq")};
  });
}

Result<BlobInfo> read_blob_info(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    BlobInfo info;
    info.sha256 = string_at(object, "sha256");
    info.size_bytes = count_at(object, "size_bytes");
    info.media_type = string_at(object, "media_type");
    return info;
  });
}

Result<BlobCollection> read_blob_collection(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    BlobCollection collection;
    collection.removed_count = count_at(object, "removed_count");
    collection.removed_bytes = count_at(object, "removed_bytes");
    collection.unfinished_count = count_at(object, "unfinished_count");
    collection.unfinished_bytes = count_at(object, "unfinished_bytes");
    collection.kept_count = count_at(object, "kept_count");
    collection.kept_bytes = count_at(object, "kept_bytes");
    return collection;
  });
}

Result<StoreStats> read_stats(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    StoreStats stats;
    stats.backend = string_at(object, "backend");
    stats.engine_version = string_at(object, "engine_version");
    stats.output_count = count_at(object, "output_count");
    stats.task_count = count_at(object, "task_count");
    stats.agent_count = count_at(object, "agent_count");
    stats.last_seq = seq_at(object, "last_seq");
    stats.database_bytes = count_at(object, "database_bytes");
    stats.wal_bytes = count_at(object, "wal_bytes");
    stats.warnings = boost::json::value_to<std::vector<std::string>>(object.at("warnings"));
    return stats;
  });
}

Result<PruneReport> read_prune_report(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    PruneReport report;
    report.dry_run = object.at("dry_run").as_bool();
    report.record_count = count_at(object, "record_count");
    report.bytes = count_at(object, "bytes");
    report.kept_newest_count = count_at(object, "kept_newest_count");
    report.kept_ancestor_count = count_at(object, "kept_ancestor_count");
    for (const boost::json::value& value : object.at("groups").as_array()) {
      const boost::json::object& item = value.as_object();
      report.groups.push_back({string_at(item, "task_id"), string_at(item, "producer_agent"),
                               count_at(item, "record_count"), count_at(item, "bytes")});
    }
    report.given_back_bytes = count_at(object, "given_back_bytes");
    report.blob_count = count_at(object, "blob_count");
    report.blob_bytes = count_at(object, "blob_bytes");
    report.note = string_at(object, "note");
    return report;
  });
}

Result<VerifyReport> read_verify_report(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    VerifyReport report;
    report.backend = string_at(object, "backend");
    report.finding_count = count_at(object, "finding_count");
    for (const boost::json::value& value : object.at("checks").as_array()) {
      const boost::json::object& item = value.as_object();
      VerifyCheck& check = report.checks.emplace_back(string_at(item, "name"));
      check.checked_count = count_at(item, "checked_count");
      check.finding_count = count_at(item, "finding_count");
      if (!item.at("skipped").is_null()) check.skipped = string_at(item, "skipped");
    }
    for (const boost::json::value& value : object.at("findings").as_array()) {
      const boost::json::object& item = value.as_object();
      report.findings.push_back(
          {string_at(item, "kind"), string_at(item, "where"), string_at(item, "message")});
    }
    return report;
  });
}

Result<Slice> read_slice(std::string_view text) {
  return read_object(text, [](const boost::json::object& object) {
    Slice slice;
    slice.id = OutputRef(string_at(object, "id"));
    slice.text = string_at(object, "text");
    slice.media_type = string_at(object, "media_type");
    slice.begin_byte = count_at(object, "begin_byte");
    slice.end_byte = count_at(object, "end_byte");
    slice.total_bytes = count_at(object, "total_bytes");
    slice.first_line = optional_count_at(object, "first_line");
    slice.last_line = optional_count_at(object, "last_line");
    slice.total_lines = optional_count_at(object, "total_lines");
    slice.remaining_bytes = count_at(object, "remaining_bytes");
    slice.invalid_bytes = count_at(object, "invalid_bytes");
    for (const boost::json::value& item : object.at("matches").as_array()) {
      const boost::json::object& match = item.as_object();
      slice.matches.push_back({.line = count_at(match, "line"),
                               .byte = count_at(match, "byte"),
                               .length_bytes = count_at(match, "length_bytes")});
    }
    slice.summary = string_at(object, "summary");
    const boost::json::value& next = object.at("next");
    if (!next.is_null()) slice.next = slice_query_of(next.as_object());
    return slice;
  });
}

}  // namespace skep::remote
