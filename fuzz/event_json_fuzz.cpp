// Any bytes, read as an event, a stored event, and a record: no crash, and what is accepted comes
// back the same.
#include "json/stored.hpp"

#include <skep/json.hpp>

#include <boost/json/parse.hpp>
#include <simdjson.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

// `assert` may be compiled out.
void require(bool holds) {
  if (!holds) std::abort();
}

bool is_json(std::string_view text) {
  boost::json::error_code code;
  boost::json::parse_options options;
  options.max_depth = 200;
  boost::json::parse(boost::json::string_view(text.data(), text.size()), code, {}, options);
  return !code;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto event = skep::event_from_json(text)) {
    require(is_json(text));
    const std::string written = skep::to_json(*event);
    require(is_json(written));
    require(skep::event_from_json(written) == event);
    require(skep::json::event_from_stored(written) == event);
    require(skep::json::event_from_stored(text) == event);
    require(skep::json::check_event(*event).has_value());
  }
  if (const auto event = skep::json::event_from_stored(text)) {
    const std::string written = skep::to_json(*event);
    require(skep::json::event_from_stored(written) == event);
    require(simdjson::validate_utf8(written));
    // What passes the check of an append must be readable by the strict reader.
    if (skep::json::check_event(*event)) require(skep::event_from_json(written) == event);
  } else {
    require(event.error().kind == skep::ErrorKind::kCorrupt);
  }
  if (const auto record = skep::record_from_json(text)) {
    const std::string line = skep::to_ndjson(*record);
    require(line.find_first_of("\r\n") == std::string::npos);
    for (const auto& read :
         {skep::record_from_json(line), skep::record_from_json(skep::to_json(*record))}) {
      require(read == record);
      require(read->seq == record->seq && read->created_at == record->created_at);
    }
  }
  if (const auto parents = skep::json::parent_refs_from_stored(text)) {
    require(skep::json::parent_refs_from_stored(skep::json::parent_refs_to_json(*parents)) ==
            parents);
  }
  return 0;
}
