// Listings of names with numbers, page by page.
#pragma once

#include "cli/interrupt.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <boost/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace skep::cli {

/// Shows every page of `read(store, query)` as a table of `columns`, or as JSON, an object a line.
/// `place_of` gives what the next page begins after.
template <class Query, class Read, class PlaceOf, class CellsOf, class ObjectOf>
[[nodiscard]] Status show_summaries(Session& session, std::vector<Column> columns, Query query,
                                    const Read& read, const PlaceOf& place_of,
                                    const CellsOf& cells_of, const ObjectOf& object_of) {
  auto store = session.open_existing();
  if (!store) return failed(store.error());
  Table table(session.out, std::move(columns));
  query.limit = kMaxPageCount;
  while (session.out.ok()) {
    if (interrupted()) return fail_with(ExitCode::kInterrupted, "interrupted");
    const auto page = read(*store, query);
    if (!page) return failed(page.error());
    for (const auto& item : *page) {
      if (session.json) {
        session.out.line(boost::json::serialize(object_of(item)));
      } else {
        table.add(cells_of(item));
      }
    }
    if (!session.json) table.flush();
    if (page->size() < query.limit) break;
    query.after = place_of(page->back());
  }
  return {};
}

}  // namespace skep::cli
