#include "json/json_fixture.hpp"
#include "json/stored.hpp"

#include <boost/json/parse.hpp>
#include <rapidcheck.h>

namespace skep::test {
namespace {

// UTF-8 texts with the characters that JSON treats specially.
rc::Gen<std::string> text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "Z", "0", "\"", "\\", "/", "\n", "\r", "\t", std::string(1, '\0'), "\x1f", "\x7f", "é",
      "\u2028", "\U0001F41D", "{", "}", "[", "]", ",", ":", " ");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) {
                        std::string joined;
                        for (const auto& part : pieces) joined += part;
                        return joined;
                      });
}

rc::Gen<JsonText> value() {
  const auto spelt = rc::gen::map(
      text(), [](const std::string& string) { return JsonText::from_string(string)->text(); });
  const auto leaf = rc::gen::oneOf(
      spelt, rc::gen::element<std::string>("null", "true", "-0", "1e2", "12345678901234567890123",
                                           "0.10", "[]", "{}"));
  const auto wrapped = rc::gen::apply(
      [](const std::string& key, const std::string& inner, const std::string& space) {
        return "{" + space + JsonText::from_string(key)->text() + ":[" + inner + space + "," +
               inner + "]}";
      },
      text(), leaf, rc::gen::element<std::string>("", " ", "\n", "\r\n\t"));
  return rc::gen::map(rc::gen::oneOf(leaf, wrapped),
                      [](const std::string& json) { return JsonText::parse(json).value(); });
}

rc::Gen<ContentRef> content() {
  return rc::gen::oneOf(
      rc::gen::map(value(), [](const JsonText& json) { return ContentRef(Inline(json)); }),
      rc::gen::apply(
          [](const std::string& path, bool has_mime, const std::string& mime, std::uint64_t size) {
            return ContentRef(FileRef(path, has_mime ? std::optional(mime) : std::nullopt,
                                      size % 3 != 0 ? std::optional(size) : std::nullopt));
          },
          text(), rc::gen::arbitrary<bool>(), text(), rc::gen::arbitrary<std::uint64_t>()));
}

rc::Gen<OutputEvent> any_event() {
  return rc::gen::oneOf(
      rc::gen::apply(
          [](const std::string& stage, bool has_note, const std::string& note) {
            return OutputEvent(Progress(stage, has_note ? std::optional(note) : std::nullopt));
          },
          text(), rc::gen::arbitrary<bool>(), text()),
      rc::gen::map(content(), [](const ContentRef& c) { return OutputEvent(Partial(c)); }),
      rc::gen::apply([](const std::string& name,
                        const ContentRef& c) { return OutputEvent(Artifact(name, c)); },
                     text(), content()),
      rc::gen::apply([](const ContentRef& c, bool ok) { return OutputEvent(Final(c, ok)); },
                     content(), rc::gen::arbitrary<bool>()));
}

bool hold(bool property) { return property; }

TEST(JsonProperties, EveryEventRoundTrips) {
  EXPECT_TRUE(hold(rc::check("an event comes back equal, strictly read and as stored", [] {
    const OutputEvent event = *any_event();
    const std::string json = to_json(event);
    RC_ASSERT(event_from_json(json).value() == event);
    RC_ASSERT(json::event_from_stored(json).value() == event);
    RC_ASSERT(!boost::json::parse(json).get_object().empty());

    OutputRecord record;
    record.id = OutputRef("out-0123456789");
    record.event = event;
    const std::string line = to_ndjson(record);
    RC_ASSERT(line.find('\n') == std::string::npos);
    RC_ASSERT(record_from_json(line).value() == record);
  })));
}

TEST(JsonProperties, MutationsAreRefusedOrAreJson) {
  EXPECT_TRUE(hold(rc::check("what is read after a mutation is JSON", [] {
    std::string json = to_json(*any_event());
    const auto count = *rc::gen::inRange<std::size_t>(1, 4);
    for (std::size_t i = 0; i < count; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, json.size());
      json[at] = *rc::gen::arbitrary<char>();
    }
    (void)json::event_from_stored(json);
    const auto read = event_from_json(json);
    if (!read) {
      RC_ASSERT(read.error().message.find(" at byte ") != std::string::npos);
      return;
    }
    boost::json::error_code code;
    boost::json::parse_options options;
    options.max_depth = 127;
    (void)boost::json::parse(json, code, {}, options);
    RC_ASSERT(!code);
    RC_ASSERT(event_from_json(to_json(*read)).value() == *read);
  })));
}

}  // namespace
}  // namespace skep::test
