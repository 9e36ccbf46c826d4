// Run events of OpenLineage, spec 2-0-2. A run is a job's run; each output with a content is one
// too, whose parent is that, and a dataset; its parents are what went in.
#include "interop/digests.hpp"
#include "interop/format.hpp"
#include "json/timestamp.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>

namespace skep::interop {
namespace {

constexpr std::string_view kNamespace = "skep";
constexpr std::string_view kProducer = "urn:skep:" SKEP_VERSION;
constexpr std::string_view kSpec = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/";
constexpr std::string_view kFacets = "https://openlineage.io/spec/facets/";

boost::json::object facet(const std::string& schema) {
  return {{"_producer", kProducer}, {"_schemaURL", schema}};
}

// One that OpenLineage does not name: its schema is the base that all facets of its kind share.
boost::json::object own_facet(std::string_view base) {
  return facet(std::string(kSpec).append(base));
}

boost::json::object standard_facet(const std::string& version, const std::string& name) {
  return facet(std::string(kFacets) + version + '/' + name + ".json#/$defs/" + name);
}

boost::json::object job(std::string_view name, std::string_view type) {
  boost::json::object job_type = standard_facet("2-0-3", "JobTypeJobFacet");
  job_type["processingType"] = "BATCH";
  job_type["integration"] = "SKEP";
  job_type["jobType"] = type;
  return {{"namespace", kNamespace},
          {"name", name},
          {"facets", boost::json::object{{"jobType", std::move(job_type)}}}};
}

boost::json::object dataset(const OutputRef& ref) {
  return {{"namespace", kNamespace}, {"name", ref.str()}};
}

class OpenLineage final : public Format {
 public:
  void begin_run(const RunId& run, Timestamp begin) override {
    run_ = run;
    write("START", begin, run_object(), job(run_.task_id, "TASK"));
  }

  void add(const Placed& placed) override {
    const OutputRecord& record = placed.record;
    if (const auto* progress = std::get_if<Progress>(&record.event)) {
      boost::json::object reached = own_facet("RunFacet");
      reached["producer_agent"] = record.producer_agent;
      reached["stage"] = progress->stage;
      if (progress->note) reached["note"] = *progress->note;
      boost::json::object run = run_object();
      run["facets"].as_object()["skep_progress"] = std::move(reached);
      write("RUNNING", placed.end, std::move(run), job(run_.task_id, "TASK"));
      return;
    }
    boost::json::array inputs;
    std::unordered_set<std::string_view> seen;
    for (const OutputRef& parent : record.parent_refs) {
      if (seen.insert(parent.str()).second) inputs.push_back(dataset(parent));
    }
    const auto* final = std::get_if<Final>(&record.event);
    const boost::json::object agent = job(run_.task_id + '.' + record.producer_agent, "AGENT");
    const boost::json::object run = output_run(record);
    write("START", placed.begin, run, agent, inputs);
    write(final != nullptr && !final->ok ? "FAIL" : "COMPLETE", placed.end, run, agent,
          std::move(inputs), boost::json::array{output_dataset(record)});
  }

  void end_run(const RunEnd& end) override {
    // Without a final output nobody said that the run is over.
    const std::string_view type = !end.ok ? "RUNNING" : *end.ok ? "COMPLETE" : "FAIL";
    write(type, end.end, run_object(), job(run_.task_id, "TASK"));
  }

  [[nodiscard]] std::size_t made_bytes() const noexcept override { return text_.size(); }

  std::string take() override { return std::exchange(text_, {}); }

 private:
  [[nodiscard]] boost::json::object run_object() const {
    boost::json::object identity = own_facet("RunFacet");
    identity["task_id"] = run_.task_id;
    identity["attempt"] = run_.attempt;
    return {{"runId", uuid_of(run_)},
            {"facets", boost::json::object{{"skep_run", std::move(identity)}}}};
  }

  [[nodiscard]] boost::json::object output_run(const OutputRecord& record) const {
    boost::json::object parent = standard_facet("1-1-0", "ParentRunFacet");
    parent["run"] = boost::json::object{{"runId", uuid_of(run_)}};
    parent["job"] = boost::json::object{{"namespace", kNamespace}, {"name", run_.task_id}};
    return {{"runId", uuid_of(record.id)},
            {"facets", boost::json::object{{"parent", std::move(parent)}}}};
  }

  static boost::json::object output_dataset(const OutputRecord& record) {
    boost::json::object output = own_facet("DatasetFacet");
    output["task_id"] = record.task_id;
    output["attempt"] = record.attempt;
    output["producer_agent"] = record.producer_agent;
    output["seq"] = record.seq;
    output["type"] = type_of(record.event);
    if (const auto* artifact = std::get_if<Artifact>(&record.event)) {
      output["name"] = artifact->name;
    }
    if (const auto* final = std::get_if<Final>(&record.event)) output["ok"] = final->ok;
    boost::json::object statistics = standard_facet("1-0-2", "OutputStatisticsOutputDatasetFacet");
    const ContentRef& content = *content_of(record.event);
    if (const auto* file = std::get_if<FileRef>(&content)) {
      output["path"] = file->path;
      if (file->mime) output["mime"] = *file->mime;
      if (file->size_hint) statistics["size"] = *file->size_hint;
    } else {
      statistics["size"] = std::get<Inline>(content).value.text().size();
    }
    boost::json::object object = dataset(record.id);
    object["facets"] = boost::json::object{{"skep_output", std::move(output)}};
    if (statistics.contains("size")) {
      object["outputFacets"] = boost::json::object{{"outputStatistics", std::move(statistics)}};
    }
    return object;
  }

  void write(std::string_view type, Timestamp time, boost::json::object run,
             boost::json::object job, boost::json::array inputs = {},
             boost::json::array outputs = {}) {
    const boost::json::object event{
        {"eventType", type},           {"eventTime", skep::json::format_timestamp(time)},
        {"run", std::move(run)},       {"job", std::move(job)},
        {"inputs", std::move(inputs)}, {"outputs", std::move(outputs)},
        {"producer", kProducer},       {"schemaURL", std::string(kSpec) + "RunEvent"}};
    text_ += boost::json::serialize(event);
    text_ += '\n';
  }

  RunId run_;
  std::string text_;
};

}  // namespace

std::unique_ptr<Format> make_openlineage_format() { return std::make_unique<OpenLineage>(); }

}  // namespace skep::interop
