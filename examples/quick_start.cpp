#include <skep/skep.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <iostream>

namespace asio = boost::asio;

// A final output that holds a text.
skep::OutputEvent final_text(std::string_view text) {
  return skep::Final(skep::Inline(skep::JsonText::from_string(text).value()), true);
}

// An agent in an event loop: reads one output by its ref, emits another that derives from it.
asio::awaitable<skep::Result<skep::OutputRef>> edit(skep::OutputStore& store,
                                                    skep::OutputRef source) {
  auto draft = co_await store.get(source);
  if (!draft) co_return std::unexpected(draft.error());

  std::vector<skep::OutputRef> parents{source};
  skep::AppendRequest request(draft->task_id, draft->attempt, "editor",
                              final_text("Bees dance to say where."), std::move(parents));
  co_return co_await store.append(std::move(request));
}

int main() {
  // Without an event loop, calls block. `value()` throws if there is none; see `error()`.
  auto store = skep::BlockingStore::open_sqlite("quick_start.db").value();
  auto draft = store.append({"bees", 1, "writer", final_text("Bees dance.")}).value();

  asio::io_context loop;
  auto edited = asio::co_spawn(loop, edit(store.async(), draft), asio::use_future);
  loop.run();
  std::cout << draft.str() << " became " << edited.get().value().str() << '\n';

  auto newest = store.get_latest_by_name("editor").value();
  std::cout << newest.producer_agent << ": "
            << std::get<skep::Inline>(*skep::content_of(newest.event)).value.text() << '\n';
}
