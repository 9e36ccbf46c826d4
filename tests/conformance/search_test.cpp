#include "support/store_test.hpp"

#include <skep/search.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace skep::test {
namespace {

using namespace std::chrono_literals;

class SearchTest : public StoreTest {
 protected:
  OutputRef store_text(const std::string& text, const std::string& agent = "a",
                       const std::string& task = "t", std::uint32_t attempt = 1) {
    return append(request(task, attempt, agent, JsonText::from_string(text)->text()));
  }
  SearchPage search(const SearchQuery& query) {
    auto page = run(store().search(query));
    EXPECT_TRUE(is_ok(page));
    return page.value_or(SearchPage());
  }
  std::vector<OutputRef> found(const SearchQuery& query) {
    std::vector<OutputRef> refs;
    for (const auto& hit : search(query).hits) refs.push_back(hit.id);
    return refs;
  }
  std::vector<OutputRef> found(const std::string& words) { return found(SearchQuery(words)); }
  std::set<OutputRef> found_set(const SearchQuery& query) {
    const auto refs = found(query);
    return {refs.begin(), refs.end()};
  }
  std::set<OutputRef> found_set(const std::string& words) { return found_set(SearchQuery(words)); }
};
SKEP_INSTANTIATE(SearchTest, backends());

using RefList = std::vector<OutputRef>;
using RefSet = std::set<OutputRef>;

TEST_P(SearchTest, AHitSaysWhatWasFoundWhere) {
  const auto ref = store_text("Bees tell where flowers are with a dance.", "writer", "bees", 7);
  store_text("Wasps do not.");
  const auto page = search(SearchQuery("FLOWERS"));
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_FALSE(page.next_offset);
  const SearchHit& hit = page.hits.front();
  const OutputRecord stored = get(ref);
  EXPECT_EQ(hit.id, ref);
  EXPECT_EQ(hit.task_id, "bees");
  EXPECT_EQ(hit.attempt, 7U);
  EXPECT_EQ(hit.producer_agent, "writer");
  EXPECT_EQ(hit.type, "final");
  EXPECT_EQ(hit.seq, stored.seq);
  EXPECT_EQ(hit.created_at, stored.created_at);
  EXPECT_EQ(hit.snippet.text, "Bees tell where flowers are with a dance.");
  EXPECT_EQ(hit.snippet.matches, (std::vector<TextRange>{{16, 7}}));
  EXPECT_FALSE(hit.snippet.is_cut_before);
  EXPECT_FALSE(hit.snippet.is_cut_after);
}

TEST_P(SearchTest, TheLanguage) {
  const auto waggle = store_text("The waggle dance of bees");
  const auto dance = store_text("A dance; wasps waggle too. The bee does");
  const auto wasps = store_text("Wasps are paper-makers");
  EXPECT_EQ(found_set("waggle dance"), (RefSet{waggle, dance}));
  EXPECT_EQ(found_set("\"waggle dance\""), (RefSet{waggle}));
  EXPECT_EQ(found_set("waggle -wasps"), (RefSet{waggle}));
  EXPECT_EQ(found_set("wasps -\"wasps waggle\""), (RefSet{wasps}));
  EXPECT_EQ(found_set("bee"), (RefSet{dance}));
  EXPECT_EQ(found_set("bee*"), (RefSet{waggle, dance}));
  EXPECT_EQ(found_set("\"paper mak\"*"), (RefSet{wasps}));
  EXPECT_EQ(found_set("paper-makers"), (RefSet{wasps}));
  EXPECT_EQ(found_set("bees OR wasps"), (RefSet{waggle, dance, wasps}));
  EXPECT_EQ(found_set("waggle bees OR paper OR bee"), (RefSet{waggle, dance}));
  EXPECT_EQ(found_set("honey"), RefSet());
  EXPECT_EQ(found_set("the NOT paper"), RefSet());
}

TEST_P(SearchTest, CapitalsAccentsAndScripts) {
  const auto latin = store_text("Une ABEILLE butine la fleur d'\u00c9t\u00e9");
  const auto russian =
      store_text("\u041f\u0447\u0435\u043b\u0430 \u0442\u0430\u043d\u0446\u0443\u0435\u0442");
  const auto japanese = store_text("\u6771\u4eac\u306e\u871c\u8702\u306f\u8e0a\u308b\u3002");
  const auto chinese = store_text("\u871c\u8702\u5728\u4eac\u90fd");
  EXPECT_EQ(found_set("abeille ete"), (RefSet{latin}));
  EXPECT_EQ(found_set("\u00e9T\u00c9"), (RefSet{latin}));
  EXPECT_EQ(found_set("\u041f\u0427\u0415\u041b*"), (RefSet{russian}));
  EXPECT_EQ(found_set("\u871c\u8702"), (RefSet{japanese, chinese}));
  EXPECT_EQ(found_set("\u6771\u4eac"), (RefSet{japanese}));
  const auto page = search(SearchQuery("\u4eac\u90fd"));
  ASSERT_EQ(page.hits.size(), 1U);
  EXPECT_EQ(page.hits.front().snippet.text, "\u871c\u8702\u5728\u4eac\u90fd");
  EXPECT_EQ(page.hits.front().snippet.matches, (std::vector<TextRange>{{9, 6}}));
}

TEST_P(SearchTest, WhatIsSearchedOfEachForm) {
  const auto sign = append(AppendRequest("t", 1, "a", Progress("foraging", "alpha meadow")));
  const auto part = append(AppendRequest("t", 1, "a", Partial(Inline(json("\"alpha chunk\"")))));
  const auto draft =
      append(AppendRequest("t", 1, "a", Artifact("alpha.md", Inline(json("[1, \"nectar\"]")))));
  const auto object = append(request("t", 1, "a", R"({"alpha key": {"deep": ["pollen", 1250]}})"));
  const auto file =
      append(AppendRequest("t", 1, "a", Final(FileRef("/hive/alpha.pdf", "x/secret"), true)));
  EXPECT_EQ(found_set("alpha"), (RefSet{sign, part, draft, object, file}));
  EXPECT_EQ(found_set("foraging meadow"), (RefSet{sign}));
  EXPECT_EQ(found_set("nectar md"), (RefSet{draft}));
  EXPECT_EQ(found_set("pollen 1250 deep"), (RefSet{object}));
  EXPECT_EQ(found_set("hive pdf"), (RefSet{file}));
  EXPECT_EQ(found_set("secret"), RefSet()) << "a media type is no text";
  EXPECT_EQ(found_set("inline OR artifact"), RefSet()) << "nor is what the event is written with";
}

TEST_P(SearchTest, Filters) {
  const auto one = store_text("bee", "a", "t", 1);
  const auto two = store_text("bee", "b", "t", 2);
  const auto three = append(AppendRequest("u", 1, "a", Progress("bee")));
  SearchQuery query("bee");
  query.task_id = "t";
  EXPECT_EQ(found_set(query), (RefSet{one, two}));
  query.attempt = 2;
  EXPECT_EQ(found_set(query), (RefSet{two}));
  query = SearchQuery("bee");
  query.producer_agent = "a";
  EXPECT_EQ(found_set(query), (RefSet{one, three}));
  query.type = "progress";
  EXPECT_EQ(found_set(query), (RefSet{three}));
  query.task_id = "";
  EXPECT_EQ(found_set(query), RefSet());
}

TEST_P(SearchTest, TimesAreFromAndBefore) {
  std::vector<OutputRecord> records;
  const Timestamp noon(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24) + 12h);
  for (int i = 0; i < 4; ++i) {
    records.push_back(record("out-000000000" + std::to_string(i), request("t", 1, "a", "\"bee\"")));
    if (i < 3) records.back().created_at = noon + std::chrono::hours(i);
  }
  ASSERT_TRUE(is_ok(run(store().import_records(records))));
  SearchQuery query("bee");
  EXPECT_EQ(found_set(query).size(), 4U);
  query.created_from = noon + 1h;
  EXPECT_EQ(found_set(query), (RefSet{records[1].id, records[2].id}));
  query.created_before = noon + 2h;
  EXPECT_EQ(found_set(query), (RefSet{records[1].id}));
  query.created_from.reset();
  EXPECT_EQ(found_set(query), (RefSet{records[0].id, records[1].id}));
}

TEST_P(SearchTest, TheBestComeFirst) {
  const auto long_text = store_text("bee " + std::string(300, '-') +
                                    " and many other words, of "
                                    "which none matters here, so that it is long");
  const auto often = store_text("bee, bee, bee");
  const auto rare = store_text("bee drone flower meadow");
  for (int i = 0; i < 10; ++i) store_text("something else " + std::to_string(i));
  const auto refs = found("bee");
  ASSERT_EQ(refs.size(), 3U);
  EXPECT_EQ(refs.front(), often);
  EXPECT_EQ(refs.back(), long_text);
  EXPECT_EQ(found("bee OR drone").front(), rare) << "a rarer word weighs more";
  const auto page = search(SearchQuery("bee"));
  EXPECT_GT(page.hits[0].score, page.hits[1].score);
  EXPECT_GT(page.hits[1].score, page.hits[2].score);
  EXPECT_GT(page.hits[2].score, 0);
}

TEST_P(SearchTest, OfEqualsTheNewestComeFirstPageByPage) {
  RefList refs;
  for (int i = 0; i < 7; ++i) refs.insert(refs.begin(), store_text("bee"));
  SearchQuery query("bee");
  query.limit = 3;
  RefList all;
  std::vector<std::size_t> sizes;
  for (;;) {
    const auto page = search(query);
    sizes.push_back(page.hits.size());
    for (const auto& hit : page.hits) all.push_back(hit.id);
    if (!page.next_offset) break;
    EXPECT_EQ(*page.next_offset, all.size());
    query.offset = *page.next_offset;
  }
  EXPECT_EQ(all, refs);
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 3, 1}));
  query.offset = kMaxSearchOffset;
  EXPECT_TRUE(search(query).hits.empty());
}

TEST_P(SearchTest, WhatWasAppendedIsFound) {
  EXPECT_EQ(found_set("bee"), RefSet());
  for (int i = 0; i < 3; ++i) {
    const auto ref = store_text("bee number" + std::to_string(i));
    EXPECT_EQ(found_set("number" + std::to_string(i)), (RefSet{ref}));
    EXPECT_EQ(found_set("bee").size(), static_cast<std::size_t>(i + 1));
  }
  std::vector<AppendRequest> batch(500, request("t", 1, "a", "\"swarm\""));
  ASSERT_TRUE(is_ok(run(store().append_all(std::move(batch)))));
  SearchQuery query("swarm");
  query.limit = kMaxSearchLimit;
  query.offset = 450;
  EXPECT_EQ(search(query).hits.size(), 50U);
}

TEST_P(SearchTest, OfALongTextTheBeginningIsSearched) {
  std::string text = "first ";
  while (text.size() < kMaxSearchedBytes) text += "filler ";
  const auto ref = store_text(text + " last");
  EXPECT_EQ(found_set("first"), (RefSet{ref}));
  EXPECT_EQ(found_set("last"), RefSet());
}

TEST_P(SearchTest, SnippetsAreAsLongAsAsked) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "filler ";
  store_text(text + "waggle dance " + text);
  SearchQuery query("dance");
  query.snippet_chars = 50;
  const auto cut = search(query).hits.front().snippet;
  EXPECT_LE(cut.text.size(), 50U);
  EXPECT_TRUE(cut.is_cut_before && cut.is_cut_after);
  ASSERT_EQ(cut.matches.size(), 1U);
  EXPECT_EQ(cut.text.substr(cut.matches[0].begin, cut.matches[0].length), "dance");
  query.snippet_chars = 0;
  EXPECT_EQ(search(query).hits.front().snippet, Snippet());
}

TEST_P(SearchTest, AMalformedQueryIsAnError) {
  const auto refused = [this](const SearchQuery& query, ErrorKind kind, std::string_view part) {
    return is_error(run(store().search(query)), kind, part);
  };
  constexpr auto kInvalid = ErrorKind::kInvalidArgument;
  EXPECT_TRUE(refused(SearchQuery(""), kInvalid, "no word to search for"));
  EXPECT_TRUE(refused(SearchQuery("a \"b"), kInvalid, "not closed at byte 2"));
  EXPECT_TRUE(refused(SearchQuery("-a"), kInvalid, "only words to exclude"));
  EXPECT_TRUE(refused(SearchQuery(std::string(1'001, 'a')), ErrorKind::kTooLarge, "1001 bytes"));
  SearchQuery query("a");
  query.attempt = 1;
  EXPECT_TRUE(refused(query, kInvalid, "attempt"));
  query = SearchQuery("a");
  query.type = "verdict";
  EXPECT_TRUE(refused(query, kInvalid, "verdict"));
  query = SearchQuery("a");
  query.producer_agent = "\xff";
  EXPECT_TRUE(refused(query, kInvalid, "UTF-8"));
  query = SearchQuery("a");
  query.limit = 0;
  EXPECT_TRUE(refused(query, kInvalid, "limit"));
  query.limit = kMaxSearchLimit + 1;
  EXPECT_TRUE(refused(query, kInvalid, "limit"));
  query.limit = 1;
  query.offset = kMaxSearchOffset + 1;
  EXPECT_TRUE(refused(query, kInvalid, "offset"));
  query.offset = 0;
  query.snippet_chars = kMaxSnippetChars + 1;
  EXPECT_TRUE(refused(query, kInvalid, "snippet_chars"));
  query.snippet_chars = 0;
  query.created_from = Timestamp::max();
  EXPECT_TRUE(refused(query, kInvalid, "years 0000 to 9999"));
}

TEST_P(SearchTest, SyntaxOfAnEngineIsPlainText) {
  const auto ref = store_text("NEAR the rows of t; DROP TABLE outputs; 100% \"quoted\" {a b}: c^2");
  EXPECT_EQ(found_set("NEAR(the rows)"), (RefSet{ref}));
  EXPECT_EQ(found_set("'; DROP TABLE outputs; --"), (RefSet{ref}));
  EXPECT_EQ(found_set("{a b}: c^2 100%"), (RefSet{ref}));
  EXPECT_EQ(found_set("text:rows"), RefSet());
  EXPECT_EQ(found_set(std::string("rows\0t", 6)), RefSet());
  EXPECT_EQ(found_set(std::string("of\0t", 4)), (RefSet{ref}));
}

TEST_P(SearchTest, ItsTimeCanBeOver) {
  std::vector<AppendRequest> batch(2'000, request("t", 1, "a", "\"swarm of bees\""));
  ASSERT_TRUE(is_ok(run(store().append_all(std::move(batch)))));
  EXPECT_TRUE(
      is_error(run(store().search(SearchQuery("bees"), CallOptions(0ns))), ErrorKind::kTimedOut));
  EXPECT_EQ(found("bees").size(), 20U);
}

TEST_P(SearchTest, ItCanBeCancelled) {
  namespace asio = boost::asio;
  std::vector<AppendRequest> batch(2'000, request("t", 1, "a", "\"swarm of bees\""));
  ASSERT_TRUE(is_ok(run(store().append_all(std::move(batch)))));
  asio::io_context context;
  asio::cancellation_signal signal;
  std::optional<Result<SearchPage>> page;
  asio::co_spawn(context, store().search(SearchQuery("bees")),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&page](std::exception_ptr thrown, Result<SearchPage> result) {
                       if (thrown) std::rethrow_exception(thrown);
                       page.emplace(std::move(result));
                     }));
  asio::post(context, [&signal] { signal.emit(asio::cancellation_type::terminal); });
  context.run();
  ASSERT_TRUE(page);
  EXPECT_TRUE(is_error(*page, ErrorKind::kCancelled));
  EXPECT_EQ(found("bees").size(), 20U);
}

TEST_P(SearchTest, AClosedStoreHasNone) {
  store_text("bee");
  ASSERT_TRUE(is_ok(run(store().close())));
  EXPECT_TRUE(is_error(run(store().search(SearchQuery("bee"))), ErrorKind::kClosed));
}

class DurableSearchTest : public SearchTest {};
SKEP_INSTANTIATE(DurableSearchTest, durable_backends());

TEST_P(DurableSearchTest, AfterAReopenEverythingIsFound) {
  const auto before = store_text("bee");
  EXPECT_EQ(found_set("bee"), (RefSet{before}));
  const auto unsearched = store_text("bee");
  open();
  const auto after = store_text("bee");
  EXPECT_EQ(found_set("bee"), (RefSet{before, unsearched, after}));
}

TEST_P(DurableSearchTest, WhatAnotherStoreObjectAppendedIsFound) {
  EXPECT_EQ(found_set("bee"), RefSet());
  const auto other = open_another();
  const auto ref = run(other->append(request("t", 1, "a", "\"bee\"")));
  ASSERT_TRUE(is_ok(ref));
  EXPECT_EQ(found_set("bee"), (RefSet{*ref}));
  const auto there = run(other->search(SearchQuery("bee")));
  ASSERT_TRUE(is_ok(there));
  EXPECT_EQ(there->hits.size(), 1U);
}

}  // namespace
}  // namespace skep::test
