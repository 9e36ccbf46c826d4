// Random sequences of operations against a model that is a plain list of records.
#include "model/below.hpp"
#include "support/backend.hpp"
#include "support/expect.hpp"
#include "support/run.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <ostream>

namespace skep::test {
namespace {

// Few words, so that runs and producers meet.
const std::array<std::string, 4> kWords = {"", "a", "b", "é\n"};
const std::array<std::string, 3> kValues = {"null", "1.0", "{\"b\":1,\n \"a\": [2]}"};

// A record as the model knows it: the id of an appended one is the store's to choose.
struct Output {
  std::optional<int> brought_id;
  int task = 0;
  int attempt = 0;
  int agent = 0;
  int value = 0;

  [[nodiscard]] AppendRequest request() const {
    return test::request(word(task), static_cast<std::uint32_t>(attempt), word(agent),
                         kValues.at(static_cast<std::size_t>(value)));
  }
  [[nodiscard]] OutputRecord record() const {
    return test::record("brought " + std::to_string(brought_id.value()), request());
  }
  static const std::string& word(int index) { return kWords.at(static_cast<std::size_t>(index)); }

  friend bool operator==(const Output&, const Output&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Output& output) {
    if (output.brought_id) out << "#" << *output.brought_id << " ";
    return out << "t" << output.task << "/" << output.attempt << "/a" << output.agent << "="
               << output.value;
  }
};

using Model = std::vector<Output>;

// The store, and the records that it gave for each output of the model.
struct System {
  explicit System(std::unique_ptr<OutputStore> opened) : store(std::move(opened)) {}

  // The newest of the store is the output with this index; it is `ref`, if that is known.
  void learn(const Output& output, std::optional<OutputRef> ref) {
    OutputRecord expected = ref ? test::record(ref->str(), output.request()) : output.record();
    auto stored = run(store->get(expected.id));
    RC_ASSERT(stored.has_value());
    RC_ASSERT(*stored == expected);
    RC_ASSERT(stored->seq > (records.empty() ? 0 : records.back().seq));
    records.push_back(std::move(*stored));
  }

  std::unique_ptr<OutputStore> store;
  std::vector<OutputRecord> records;
};

using Command = rc::state::Command<Model, System>;

rc::Gen<Output> an_output() {
  return rc::gen::exec([] {
    Output output;
    output.task = below(3);
    output.attempt = below(2);
    output.agent = below(4);
    output.value = below(3);
    return output;
  });
}

// Mostly the same for an id, so that imports meet equal records as well as different ones.
rc::Gen<Output> a_brought_output() {
  return rc::gen::exec([] {
    Output output;
    output.brought_id = below(9);
    output.task = *output.brought_id % 3;
    output.agent = *output.brought_id % 4;
    output.value = below(8) == 0 ? 1 : 0;
    return output;
  });
}

std::vector<Output> up_to_five(rc::Gen<Output> output) {
  return *rc::gen::resize(5, rc::gen::container<std::vector<Output>>(std::move(output)));
}

std::optional<int> maybe_below(int bound) {
  const int number = below(bound + 1);
  return number == bound ? std::nullopt : std::optional(number);
}

void show_all(std::ostream& out, const char* what, const std::vector<Output>& outputs) {
  out << what;
  for (const Output& output : outputs) out << " " << output;
}

struct Append : Command {
  Output output = *an_output();

  void apply(Model& model) const override { model.push_back(output); }
  void run(const Model&, System& system) const override {
    const auto ref = test::run(system.store->append(output.request()));
    RC_ASSERT(ref.has_value());
    system.learn(output, *ref);
  }
  void show(std::ostream& out) const override { out << "append " << output; }
};

struct AppendAll : Command {
  std::vector<Output> outputs = up_to_five(an_output());

  void apply(Model& model) const override {
    model.insert(model.end(), outputs.begin(), outputs.end());
  }
  void run(const Model&, System& system) const override {
    std::vector<AppendRequest> requests;
    for (const Output& output : outputs) requests.push_back(output.request());
    const auto refs = test::run(system.store->append_all(requests));
    RC_ASSERT(refs.has_value());
    RC_ASSERT(refs->size() == outputs.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) system.learn(outputs[i], (*refs)[i]);
  }
  void show(std::ostream& out) const override { show_all(out, "append_all", outputs); }
};

struct Import : Command {
  std::vector<Output> outputs = up_to_five(a_brought_output());

  // What is new of `outputs`, or nothing if one contradicts another.
  [[nodiscard]] std::optional<std::vector<Output>> added_to(const Model& model) const {
    Model all = model;
    for (const Output& output : outputs) {
      const auto present = std::ranges::find(all, output.brought_id, &Output::brought_id);
      if (present == all.end()) {
        all.push_back(output);
      } else if (*present != output) {
        return std::nullopt;
      }
    }
    return std::vector(all.begin() + static_cast<std::ptrdiff_t>(model.size()), all.end());
  }

  void apply(Model& model) const override {
    const auto added = added_to(model).value_or(std::vector<Output>());
    model.insert(model.end(), added.begin(), added.end());
  }
  void run(const Model& model, System& system) const override {
    std::vector<OutputRecord> records;
    for (const Output& output : outputs) records.push_back(output.record());
    const auto result = test::run(system.store->import_records(records));
    const auto added = added_to(model);
    RC_ASSERT(result.has_value() == added.has_value());
    if (!added) {
      RC_ASSERT(result.error().kind == ErrorKind::kConflict);
      return;
    }
    RC_ASSERT(result->added_count == added->size());
    RC_ASSERT(result->present_count == outputs.size() - added->size());
    for (const Output& output : *added) system.learn(output, std::nullopt);
  }
  void show(std::ostream& out) const override { show_all(out, "import", outputs); }
};

struct Latest : Command {
  int agent = below(4);
  std::optional<int> task = maybe_below(3);
  int attempt = below(2);

  void run(const Model& model, System& system) const override {
    std::optional<OutputRecord> expected;
    for (std::size_t i = 0; i < model.size(); ++i) {
      const bool in_run = !task || (model[i].task == *task && model[i].attempt == attempt);
      if (in_run && model[i].agent == agent) expected = system.records[i];
    }
    const std::string& name = Output::word(agent);
    const auto found = task ? test::run(system.store->get_latest_by_name_in_run(
                                  Output::word(*task), static_cast<std::uint32_t>(attempt), name))
                            : test::run(system.store->get_latest_by_name(name));
    RC_ASSERT(found.has_value() == expected.has_value());
    if (!found) {
      RC_ASSERT(found.error().kind == ErrorKind::kNotFound);
      return;
    }
    RC_ASSERT(*found == *expected);
    RC_ASSERT(found->seq == expected->seq);
  }
  void show(std::ostream& out) const override {
    out << "latest a" << agent;
    if (task) out << " in t" << *task << "/" << attempt;
  }
};

struct List : Command {
  std::optional<int> task = maybe_below(3);
  std::optional<int> attempt = task ? maybe_below(2) : std::optional<int>();
  std::optional<int> agent = maybe_below(4);
  std::size_t skip_count = static_cast<std::size_t>(below(8));
  std::size_t limit = 1 + static_cast<std::size_t>(below(5));

  void run(const Model& model, System& system) const override {
    ListQuery query;
    if (task) query.task_id = Output::word(*task);
    if (attempt) query.attempt = static_cast<std::uint32_t>(*attempt);
    if (agent) query.producer_agent = Output::word(*agent);
    const std::size_t first = std::min(skip_count, model.size());
    if (first > 0) query.after_seq = system.records[first - 1].seq;
    query.limit = limit;
    std::vector<OutputRecord> expected;
    for (std::size_t i = first; i < model.size(); ++i) {
      if (task.value_or(model[i].task) == model[i].task &&
          attempt.value_or(model[i].attempt) == model[i].attempt &&
          agent.value_or(model[i].agent) == model[i].agent) {
        expected.push_back(system.records[i]);
      }
    }
    RC_ASSERT(walk(*system.store, query) == expected);
    if (task && attempt && !agent && first == 0) {
      const auto listing = test::run(system.store->list_for_attempt(
          Output::word(*task), static_cast<std::uint32_t>(*attempt)));
      RC_ASSERT(listing.has_value());
      RC_ASSERT(listing->records == expected);
    }
  }

  // Every page but the last is full, and says where the next begins.
  static std::vector<OutputRecord> walk(OutputStore& store, ListQuery query) {
    std::vector<OutputRecord> found;
    for (;;) {
      auto page = test::run(store.list(query));
      RC_ASSERT(page.has_value());
      auto& records = page->listing.records;
      RC_ASSERT(records.size() <= query.limit);
      std::ranges::move(records, std::back_inserter(found));
      if (!page->next_after_seq) return found;
      RC_ASSERT(records.size() == query.limit);
      RC_ASSERT(*page->next_after_seq == found.back().seq);
      query.after_seq = *page->next_after_seq;
    }
  }

  void show(std::ostream& out) const override {
    out << "list t" << task.value_or(-1) << "/" << attempt.value_or(-1) << " a"
        << agent.value_or(-1) << " skip " << skip_count << " limit " << limit;
  }
};

struct Summarize : Command {
  void run(const Model& model, System& system) const override {
    const auto stats = test::run(system.store->stats());
    RC_ASSERT(stats.has_value());
    RC_ASSERT(stats->output_count == model.size());
    RC_ASSERT(stats->last_seq == (model.empty() ? 0 : system.records.back().seq));

    const auto tasks = test::run(system.store->tasks());
    RC_ASSERT(tasks.has_value());
    std::uint64_t output_count = 0;
    for (const TaskSummary& task : *tasks) {
      output_count += task.output_count;
      const auto is_its = [&](const OutputRecord& r) { return r.task_id == task.task_id; };
      RC_ASSERT(task.output_count ==
                static_cast<std::uint64_t>(std::ranges::count_if(system.records, is_its)));
    }
    RC_ASSERT(output_count == model.size());
    RC_ASSERT(std::ranges::is_sorted(*tasks, {}, &TaskSummary::task_id));
    RC_ASSERT(stats->task_count == tasks->size());

    const auto agents = test::run(system.store->agents());
    RC_ASSERT(agents.has_value());
    RC_ASSERT(std::ranges::is_sorted(*agents, {}, &AgentSummary::producer_agent));
    RC_ASSERT(stats->agent_count == agents->size());
    for (const AgentSummary& agent : *agents) {
      const auto latest = test::run(system.store->get_latest_by_name(agent.producer_agent));
      RC_ASSERT(latest.has_value());
      RC_ASSERT(latest->seq == agent.last_seq);
    }
  }
  void show(std::ostream& out) const override { out << "summarize"; }
};

class StoreModelTest : public testing::TestWithParam<Backend> {};
INSTANTIATE_TEST_SUITE_P(Store, StoreModelTest, testing::ValuesIn(backends()),
                         [](const auto& test) { return test.param.name; });

TEST_P(StoreModelTest, BehavesAsAListOfRecords) {
  EXPECT_TRUE(rc::check([] {
    const TempDir directory;
    System system(GetParam().open(directory.path(), kDefaultMaxBodyBytes));
    rc::state::check(
        Model(), system,
        rc::state::gen::execOneOfWithArgs<Append, AppendAll, Import, Latest, List, Summarize>());
  }));
}

}  // namespace
}  // namespace skep::test
