// Outputs by what people call them.
#pragma once

#include <skep/blocking_store.hpp>

#include <string>

namespace skep::cli {

/// What `ask(ref)` says of the output with the ref `key`, or, if that is not there, of the newest
/// output of the agent with that name. A ref goes first: a record that was imported may have any.
template <class Ask>
auto ask_of(BlockingStore& store, const std::string& key, Ask ask) -> decltype(ask(OutputRef())) {
  auto answer = ask(OutputRef(key));
  if (answer || answer.error().kind != ErrorKind::kNotFound) return answer;
  const auto newest = store.get_latest_by_name(key);
  if (newest) return ask(newest->id);
  if (newest.error().kind != ErrorKind::kNotFound) return std::unexpected(newest.error());
  return answer;
}

}  // namespace skep::cli
