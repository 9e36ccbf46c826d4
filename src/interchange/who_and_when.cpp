#include "interchange/who_and_when.hpp"

#include <boost/json.hpp>

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <map>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace skep::interchange {
namespace {

namespace fs = std::filesystem;
constexpr std::string_view kSource = "who-and-when";
constexpr std::uintmax_t kMaxFileBytes = std::uintmax_t{256} << 20U;

OutputRef ref_of(const std::string& task_id, const std::string& step) {
  std::string text(kSource);
  text += '\0';
  text += task_id;
  text += '\0';
  text += step;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  if (EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    throw std::runtime_error("OpenSSL gave no SHA-256");
  }
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  std::string ref = "out-";
  for (std::size_t i = 0; i < 5; ++i) {
    ref += kHexDigits[digest[i] >> 4U];
    ref += kHexDigits[digest[i] & 0xfU];
  }
  return OutputRef(std::move(ref));
}

std::unexpected<Error> malformed(const std::string& field, std::string_view what) {
  return fail(ErrorKind::kInvalidArgument, "field '" + field + "': " + std::string(what));
}

// One entry of the history.
struct Entry {
  std::string agent;
  std::string content;
};

Result<std::string> string_member(const boost::json::object& object, std::string_view key,
                                  const std::string& path) {
  const auto* value = object.if_contains(key);
  const std::string field = path + std::string(key);
  if (value == nullptr) return malformed(field, "is missing");
  if (!value->is_string()) return malformed(field, "is not a string");
  return std::string(value->get_string());
}

Result<std::vector<Entry>> read_history(const boost::json::object& run) {
  const auto* history = run.if_contains("history");
  if (history == nullptr) return malformed("history", "is missing");
  if (!history->is_array()) return malformed("history", "is not an array");
  if (history->get_array().empty()) return malformed("history", "is empty");
  std::vector<Entry> entries;
  for (const auto& item : history->get_array()) {
    const std::string path = "history[" + std::to_string(entries.size()) + "]";
    if (!item.is_object()) return malformed(path, "is not an object");
    const auto& object = item.get_object();
    auto agent = string_member(object, object.contains("name") ? "name" : "role", path + ".");
    if (!agent) return std::unexpected(std::move(agent.error()));
    auto content = string_member(object, "content", path + ".");
    if (!content) return std::unexpected(std::move(content.error()));
    entries.push_back({std::move(*agent), std::move(*content)});
  }
  return entries;
}

Result<bool> read_verdict(const boost::json::object& run) {
  const std::string field = run.contains("is_correct") ? "is_correct" : "is_corrected";
  const auto* verdict = run.if_contains(field);
  if (verdict == nullptr) return malformed("is_correct", "is missing, and so is 'is_corrected'");
  if (!verdict->is_bool()) return malformed(field, "is not a boolean");
  return verdict->get_bool();
}

// Whom an agent's words are for, if its name says so: "Orchestrator (-> WebSurfer)".
std::optional<std::string> addressee(std::string_view agent) {
  constexpr std::string_view kOpening = "Orchestrator (-> ";
  if (!agent.starts_with(kOpening) || !agent.ends_with(')')) return std::nullopt;
  agent.remove_prefix(kOpening.size());
  agent.remove_suffix(1);
  return std::string(agent);
}

OutputRecord record_of(const std::string& task_id, const std::string& step, std::string agent) {
  OutputRecord record;
  record.id = ref_of(task_id, step);
  record.task_id = task_id;
  record.attempt = 1;
  record.producer_agent = std::move(agent);
  return record;
}

Result<OutputRecord> annotation_of(const boost::json::object& run, const std::string& task_id) {
  boost::json::object annotation;
  for (const auto& [key, value] : run) {
    if (key != "history") annotation.emplace(key, value);
  }
  auto text = JsonText::parse(boost::json::serialize(annotation));
  if (!text) return std::unexpected(std::move(text.error()));
  auto record = record_of(task_id, "annotation", std::string(kSource));
  record.event = Artifact("annotation", Inline(std::move(*text)));
  return record;
}

}  // namespace

Result<std::vector<OutputRecord>> records_of_run(std::string_view text,
                                                 const std::string& task_id) {
  boost::system::error_code error;
  const boost::json::value document =
      boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error) return fail(ErrorKind::kInvalidArgument, "is not JSON: " + error.message());
  if (!document.is_object()) return fail(ErrorKind::kInvalidArgument, "is not a JSON object");
  const auto& run = document.get_object();
  auto entries = read_history(run);
  if (!entries) return std::unexpected(std::move(entries.error()));
  const auto verdict = read_verdict(run);
  if (!verdict) return std::unexpected(verdict.error());
  auto annotation = annotation_of(run, task_id);
  if (!annotation) return std::unexpected(std::move(annotation.error()));

  std::vector<OutputRecord> records;
  records.reserve(entries->size() + 1);
  records.push_back(std::move(*annotation));
  std::map<std::string, OutputRef> unanswered;  // The newest instruction to each agent.
  for (std::size_t i = 0; i < entries->size(); ++i) {
    Entry& entry = (*entries)[i];
    const std::string field = "history[" + std::to_string(i) + "].content";
    auto value = JsonText::from_string(entry.content);
    if (!value) return malformed(field, value.error().message);
    auto record = record_of(task_id, std::to_string(i), std::move(entry.agent));
    Inline content(std::move(*value));
    if (i + 1 == entries->size()) {
      record.event = Final(std::move(content), *verdict);
    } else {
      record.event = Artifact("step-" + std::to_string(i), std::move(content));
    }
    if (const auto asked = unanswered.find(record.producer_agent); asked != unanswered.end()) {
      record.parent_refs.push_back(asked->second);
      unanswered.erase(asked);
    } else if (i > 0) {
      record.parent_refs.push_back(records.back().id);
    }
    if (auto agent = addressee(record.producer_agent)) {
      unanswered.insert_or_assign(std::move(*agent), record.id);
    }
    records.push_back(std::move(record));
  }
  return records;
}

FaultOr<std::vector<RunFile>> find_runs(const fs::path& directory) {
  // Sorted by subfolder, then by number (shorter is smaller once leading zeros are gone).
  using Key = std::tuple<std::string, std::size_t, std::string, std::string>;
  std::map<Key, RunFile> runs;
  std::error_code error;
  auto folder = fs::directory_iterator(directory, error);
  for (; !error && folder != fs::directory_iterator(); folder.increment(error)) {
    std::error_code ignored;  // A file beside the folders, or a dangling link.
    if (!folder->is_directory(ignored)) continue;
    const std::string group = folder->path().filename().string();
    auto file = fs::directory_iterator(folder->path(), error);
    for (; !error && file != fs::directory_iterator(); file.increment(error)) {
      const std::string stem = file->path().stem().string();
      const bool is_number = stem.find_first_not_of("0123456789") == std::string::npos;
      if (file->path().extension() != ".json" || !is_number) continue;
      const std::string digits = stem.substr(std::min(stem.find_first_not_of('0'), stem.size()));
      runs.try_emplace({group, digits.size(), digits, stem},
                       RunFile{file->path(), (fs::path(group) / stem).generic_string()});
    }
    if (error) break;
  }
  if (error) {
    return std::unexpected(
        Fault::io("cannot read '" + directory.string() + "': " + error.message()));
  }
  if (runs.empty()) {
    return std::unexpected(Error(ErrorKind::kNotFound, "no runs in '" + directory.string() +
                                                           "': expected FOLDER/NUMBER.json"));
  }
  std::vector<RunFile> sorted;
  sorted.reserve(runs.size());
  for (auto& [key, run] : runs) sorted.push_back(std::move(run));
  return sorted;
}

FaultOr<std::vector<OutputRecord>> load_run(const RunFile& run) {
  const std::string name = "'" + run.path.string() + "'";
  std::error_code error;
  const auto size_bytes = fs::file_size(run.path, error);
  if (error) return std::unexpected(Fault::io("cannot read " + name + ": " + error.message()));
  if (size_bytes > kMaxFileBytes) {
    return std::unexpected(Error(ErrorKind::kTooLarge, name + ": is larger than 256 MiB"));
  }
  std::string text(size_bytes, '\0');
  std::ifstream file(run.path, std::ios::binary);
  if (!file.read(text.data(), static_cast<std::streamsize>(text.size()))) {
    return std::unexpected(Fault::io("cannot read " + name));
  }
  auto records = records_of_run(text, run.task_id);
  if (!records) {
    Error cause = std::move(records.error());
    cause.message = name + ": " + cause.message;
    return std::unexpected<Fault>(std::move(cause));
  }
  return std::move(*records);
}

}  // namespace skep::interchange
