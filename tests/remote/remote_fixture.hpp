// What the tests of the remote store have in common.
#pragma once

#include "remote/http_store.hpp"
#include "remote/peer.hpp"
#include "support/expect.hpp"
#include "support/run.hpp"

#include <memory>
#include <string>
#include <utility>

namespace skep::test {

inline std::unique_ptr<OutputStore> store_at(const std::string& url,
                                             remote::HttpStoreOptions options = {}) {
  options.url = url;
  return remote::make_http_store(std::move(options)).value();
}

inline const std::string kEmitted = R"({"out_id":"out-0123456789"})";

/// A record as a server spells it, with `value` for its value.
inline std::string record_text(const std::string& value, int seq = 1) {
  return R"({"id":"out-)" + std::to_string(1'000'000'000 + seq) +
         R"(","task_id":"t","attempt":1,"producer_agent":"a",)"
         R"("event":{"type":"final","content":{"kind":"inline","value":)" +
         value + R"(},"ok":true},"parent_refs":[],"seq":)" + std::to_string(seq) +
         R"(,"created_at":null})";
}

/// A page of `records`, commas between them.
inline std::string page_text(const std::string& records, const std::string& next = "null") {
  return R"({"records":[)" + records + R"(],"damaged":[],"next_cursor":null,"next_after_seq":)" +
         next + "}";
}

inline std::string problem(const std::string& type, const std::string& more = "") {
  return R"({"type":"urn:skep:problem:)" + type + R"(","title":"T","detail":"what happened")" +
         more + "}";
}

/// The result is an error of that kind and outcome.
template <class T>
testing::AssertionResult fails_with(const Result<T>& result, ErrorKind kind, Outcome outcome,
                                    std::string_view part = {}) {
  if (result) return testing::AssertionFailure() << "it succeeded";
  const Error& error = result.error();
  if (error.kind == kind && error.outcome == outcome &&
      error.message.find(part) != std::string::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
         << to_string(error.kind) << ", " << to_string(error.outcome) << ": " << error.message;
}

}  // namespace skep::test
