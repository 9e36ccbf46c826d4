#include "remote/answers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

#include <cstdint>
#include <exception>
#include <utility>

namespace skep::remote {
namespace {

namespace json = boost::json;

// Reads with `read(json::object)`; what it throws, when something is missing or of another type, is
// an answer that no Skep server gives.
template <class Read>
auto read_object(std::string_view text, Read read)
    -> Result<decltype(read(std::declval<const json::object&>()))> try {
  const json::value value = json::parse(json::string_view(text.data(), text.size()));
  return read(value.as_object());
} catch (const std::exception& exception) {
  return fail(ErrorKind::kInternal,
              std::string("the server's answer makes no sense: ") + exception.what());
}

std::string string_at(const json::object& object, std::string_view name) {
  return json::value_to<std::string>(object.at(name));
}

std::uint64_t count_at(const json::object& object, std::string_view name) {
  return object.at(name).to_number<std::uint64_t>();
}

std::int64_t seq_at(const json::object& object, std::string_view name) {
  return object.at(name).to_number<std::int64_t>();
}

// Each element of the array `name`, as `read(json::object)` gives it.
template <class Read>
auto read_array(std::string_view text, std::string_view name, Read read) {
  using Item = decltype(read(std::declval<const json::object&>()));
  return read_object(text, [name, read](const json::object& object) {
    std::vector<Item> items;
    for (const json::value& item : object.at(name).as_array()) {
      items.push_back(read(item.as_object()));
    }
    return items;
  });
}

}  // namespace

Result<OutputRef> read_ref(std::string_view text) {
  return read_object(
      text, [](const json::object& object) { return OutputRef(string_at(object, "out_id")); });
}

Result<std::vector<OutputRef>> read_refs(std::string_view text, std::size_t count) {
  auto refs = read_array(text, "results", [](const json::object& result) {
    return OutputRef(string_at(result, "out_id"));
  });
  if (!refs || refs->size() == count) return refs;
  return fail(ErrorKind::kInternal, "the server answered " + std::to_string(count) +
                                        " requests with " + std::to_string(refs->size()) + " refs");
}

Result<ImportResult> read_import_result(std::string_view text) {
  return read_object(text, [](const json::object& object) {
    return ImportResult{.added_count = count_at(object, "added_count"),
                        .present_count = count_at(object, "present_count")};
  });
}

Result<std::vector<TaskSummary>> read_tasks(std::string_view text) {
  return read_array(text, "tasks", [](const json::object& task) {
    return TaskSummary{.task_id = string_at(task, "task_id"),
                       .attempt_count = count_at(task, "attempt_count"),
                       .output_count = count_at(task, "output_count"),
                       .last_seq = seq_at(task, "last_seq")};
  });
}

Result<std::vector<RunSummary>> read_runs(std::string_view text) {
  return read_array(text, "runs", [](const json::object& run) {
    return RunSummary{.task_id = string_at(run, "task_id"),
                      .attempt = run.at("attempt").to_number<std::uint32_t>(),
                      .output_count = count_at(run, "output_count"),
                      .last_seq = seq_at(run, "last_seq")};
  });
}

Result<std::vector<AgentSummary>> read_agents(std::string_view text) {
  return read_array(text, "agents", [](const json::object& agent) {
    return AgentSummary{.producer_agent = string_at(agent, "producer_agent"),
                        .output_count = count_at(agent, "output_count"),
                        .last_seq = seq_at(agent, "last_seq")};
  });
}

Result<StoreStats> read_stats(std::string_view text) {
  return read_object(text, [](const json::object& object) {
    StoreStats stats;
    stats.backend = string_at(object, "backend");
    stats.engine_version = string_at(object, "engine_version");
    stats.output_count = count_at(object, "output_count");
    stats.task_count = count_at(object, "task_count");
    stats.agent_count = count_at(object, "agent_count");
    stats.last_seq = seq_at(object, "last_seq");
    stats.database_bytes = count_at(object, "database_bytes");
    stats.wal_bytes = count_at(object, "wal_bytes");
    stats.warnings = json::value_to<std::vector<std::string>>(object.at("warnings"));
    return stats;
  });
}

}  // namespace skep::remote
