// Assertions on results, and short ways to write what a test appends.
#pragma once

#include <skep/output_store.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace skep::test {

template <class T>
testing::AssertionResult is_ok(const Result<T>& result) {
  if (result) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << to_string(result.error().kind) << ": " << result.error().message;
}

/// The result is an error of that kind, nothing was written, and the message holds `part`.
template <class T>
testing::AssertionResult is_error(const Result<T>& result, ErrorKind kind,
                                  std::string_view part = {}) {
  if (result) return testing::AssertionFailure() << "it succeeded";
  const Error& error = result.error();
  if (error.kind == kind && error.outcome == Outcome::kNotApplied && !error.message.empty() &&
      error.message.find(part) != std::string::npos) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure()
         << to_string(error.kind) << ", " << to_string(error.outcome) << ": " << error.message;
}

/// The value that `text` spells; throws if it spells none.
inline JsonText json(std::string text) { return JsonText::parse(std::move(text)).value(); }

/// A final output whose value is `text`.
inline OutputEvent final_of(std::string text) { return Final(Inline(json(std::move(text))), true); }

/// A JSON string of that many characters.
inline std::string json_string(std::size_t length, char fill = 'x') {
  return '"' + std::string(length, fill) + '"';
}

inline AppendRequest request(std::string task_id, std::uint32_t attempt, std::string agent,
                             std::string value = "null") {
  return {std::move(task_id), attempt, std::move(agent), final_of(std::move(value))};
}

inline OutputRecord record(std::string id, AppendRequest request) {
  OutputRecord record;
  record.id = OutputRef(std::move(id));
  record.task_id = std::move(request.task_id);
  record.attempt = request.attempt;
  record.producer_agent = std::move(request.producer_agent);
  record.event = std::move(request.event);
  record.parent_refs = std::move(request.parent_refs);
  return record;
}

}  // namespace skep::test
