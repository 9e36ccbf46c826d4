// The public API in the shapes its users write. GCC 12 miscompiles some temporaries inside a
// `co_await` expression, so each shape here is awaited, under sanitizers, and its content compared.
#include "support/store_test.hpp"

#include <skep/blocking_store.hpp>
#include <skep/memory_store.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <thread>

namespace skep::test {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

class PublicApiTest : public StoreTest {};
SKEP_INSTANTIATE(PublicApiTest, backends());

// Longer than any small-string buffer, so that a double free is one.
const std::string kTask = "the task with a name that a string keeps on the heap";
const std::string kAgent = "the agent with a name that a string keeps on the heap";
const std::string kParent = "out-0123456789 and some more, to be on the heap";
const std::string kValue = R"({"answer": "a text that a string keeps on the heap"})";

AppendRequest expected() {
  return {kTask, 1, kAgent, final_of(kValue), {OutputRef(kParent), OutputRef(kParent)}};
}

awaitable<Result<OutputRef>> append_named(OutputStore& store) {
  AppendRequest request;
  request.task_id = kTask;
  request.attempt = 1;
  request.producer_agent = kAgent;
  request.event = Final(Inline(*JsonText::parse(kValue)), true);
  request.parent_refs = {OutputRef(kParent), OutputRef(kParent)};
  co_return co_await store.append(std::move(request));
}

awaitable<Result<OutputRef>> append_copied(OutputStore& store) {
  const AppendRequest request = expected();
  auto ref = co_await store.append(request);
  EXPECT_EQ(request.task_id, kTask);
  co_return ref;
}

awaitable<Result<OutputRef>> append_temporary(OutputStore& store) {
  const JsonText value = json(kValue);
  const std::vector<OutputRef> parents(2, OutputRef(kParent));
  co_return co_await store.append(
      AppendRequest(kTask, 1, kAgent, Final(Inline(value), true), parents));
}

awaitable<Result<OutputRef>> append_all_temporary(OutputStore& store) {
  co_return co_await store.append(
      AppendRequest(std::string(kTask), 1, std::string(kAgent), Final(Inline(json(kValue)), true),
                    std::vector(2, OutputRef(kParent))),
      CallOptions(std::chrono::seconds(60)));
}

awaitable<Result<OutputRef>> append_later(OutputStore& store) {
  auto operation = store.append(expected());
  co_return co_await std::move(operation);
}

awaitable<Result<OutputRef>> append_in_condition(OutputStore& store) {
  if (auto ref = co_await store.append(expected())) co_return *ref;
  co_return fail(ErrorKind::kInternal, "unreachable");
}

awaitable<Result<OutputRef>> append_in_batch(OutputStore& store) {
  std::vector<AppendRequest> requests;
  requests.push_back(expected());
  auto refs = co_await store.append_all(std::move(requests));
  if (!refs) co_return std::unexpected(refs.error());
  co_return refs->front();
}

awaitable<Result<OutputRef>> append_copied_batch(OutputStore& store) {
  auto refs = co_await store.append_all(std::vector<AppendRequest>(1, expected()));
  if (!refs) co_return std::unexpected(refs.error());
  co_return refs->front();
}

using Shape = awaitable<Result<OutputRef>> (*)(OutputStore&);
constexpr Shape kShapes[] = {append_named,         append_copied,      append_temporary,
                             append_all_temporary, append_later,       append_in_condition,
                             append_in_batch,      append_copied_batch};

TEST_P(PublicApiTest, EveryShapeOfAppend) {
  for (const Shape shape : kShapes) {
    for (int i = 0; i < 3; ++i) {
      const auto ref = run(shape(store()));
      ASSERT_TRUE(is_ok(ref));
      EXPECT_EQ(get(*ref), record(ref->str(), expected()));
    }
  }
}

awaitable<void> read_in_every_shape(OutputStore& store, OutputRef ref) {
  const OutputRecord wanted = record(ref.str(), expected());
  EXPECT_EQ(co_await store.get(ref), wanted);
  EXPECT_EQ((co_await store.get(OutputRef(ref.str()))).value(), wanted);
  EXPECT_EQ((co_await store.get_latest_by_name(kAgent)).value(), wanted);
  EXPECT_EQ((co_await store.get_latest_by_name(std::string(kAgent.c_str()))).value(), wanted);
  EXPECT_EQ((co_await store.get_latest_by_name_in_run(std::string(kTask.c_str()), 1,
                                                      std::string(kAgent.c_str())))
                .value(),
            wanted);
  const auto listing = co_await store.list_for_attempt(std::string(kTask.c_str()), 1);
  EXPECT_EQ(listing.value().records, std::vector(1, wanted));

  ListQuery query;
  query.task_id = kTask;
  query.producer_agent = kAgent;
  EXPECT_EQ((co_await store.list(query)).value().listing.records.size(), 1);
  EXPECT_EQ((co_await store.list(std::move(query))).value().listing.records.size(), 1);
  EXPECT_EQ((co_await store.list(ListQuery())).value().listing.records.size(), 1);
  EXPECT_EQ((co_await store.tasks()).value().front().task_id, kTask);
  EXPECT_EQ((co_await store.agents(NameQuery())).value().front().producer_agent, kAgent);
  EXPECT_EQ((co_await store.ancestors(ref)).value().nodes.front().id, ref);
  LineageQuery lineage;
  lineage.task_id = kTask;
  EXPECT_EQ((co_await store.descendants(ref, lineage)).value().nodes.size(), 1);
  EXPECT_EQ((co_await store.descendants(ref, std::move(lineage))).value().nodes.size(), 1);
  EXPECT_EQ((co_await store.ancestors(OutputRef(ref.str()), LineageQuery())).value().edges.size(),
            1);
  EXPECT_EQ((co_await store.stats()).value().output_count, 1);
  const auto imported = co_await store.import_records(std::vector<OutputRecord>(1, wanted));
  EXPECT_EQ(imported.value().present_count, 1);
}

TEST_P(PublicApiTest, EveryShapeOfRead) {
  const OutputRef ref = append(expected());
  run(read_in_every_shape(store(), ref));
}

TEST_P(PublicApiTest, ALambdaWithoutCaptures) {
  asio::io_context context;
  auto future = asio::co_spawn(
      context,
      [](OutputStore& store, std::string agent) -> awaitable<Result<OutputRef>> {
        co_return co_await store.append(AppendRequest(kTask, 1, agent, final_of(kValue)));
      }(store(), kAgent),
      asio::use_future);
  context.run();
  const auto ref = future.get();
  ASSERT_TRUE(is_ok(ref));
  EXPECT_EQ(get(*ref).producer_agent, kAgent);
}

TEST_P(PublicApiTest, ALambdaWithCaptures) {
  asio::io_context context;
  std::string seen;
  asio::co_spawn(
      context,
      [&seen, &store = store(), agent = kAgent]() -> awaitable<void> {
        auto ref = co_await store.append(AppendRequest(kTask, 1, agent, final_of(kValue)));
        EXPECT_TRUE(is_ok(ref));
        auto stored = co_await store.get(*ref);
        seen = stored->producer_agent;
      },
      asio::detached);
  context.run();
  EXPECT_EQ(seen, kAgent);
}

awaitable<void> append_two_at_once(OutputStore& store) {
  using namespace asio::experimental::awaitable_operators;
  auto both = store.append(expected()) && store.append(expected());
  const auto [first, second] = co_await std::move(both);
  EXPECT_TRUE(is_ok(first));
  EXPECT_TRUE(is_ok(second));
  EXPECT_NE(first.value(), second.value());
}

TEST_P(PublicApiTest, TwoOperationsAtOnce) { run(append_two_at_once(store())); }

// Operations that are made and never awaited do nothing.
TEST_P(PublicApiTest, AnOperationThatNobodyAwaits) {
  {
    auto operation = store().append(expected());
  }
  {
    auto operation = store().get(OutputRef("\xff"));
  }
  EXPECT_TRUE(all().empty());
}

TEST_P(PublicApiTest, OneStoreServesManyEventLoops) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([this] {
      for (const Shape shape : kShapes) EXPECT_TRUE(is_ok(run(shape(store()))));
    });
  }
  threads.clear();
  EXPECT_EQ(all().size(), 3 * std::size(kShapes));
}

}  // namespace
}  // namespace skep::test
