// The handlers, by what they deal with; docs/http.md tells what each does.
#pragma once

#include "http/exchange.hpp"
#include "http/service.hpp"

namespace skep::http {

// emit_handlers.cpp
AwaitableAnswer emit(Service& service, Request& request);
AwaitableAnswer emit_by_name(Service& service, Request& request);
OrProblem<void> check_content_query(Service& service, const Request& request);
AwaitableAnswer emit_content(Service& service, Request& request);
AwaitableAnswer emit_blob(Service& service, Request& request);

// backup_handler.cpp
AwaitableAnswer get_backup(Service& service, Request& request);

// batch_handlers.cpp
AwaitableAnswer emit_batch(Service& service, Request& request);
AwaitableAnswer import_records(Service& service, Request& request);

// record_handlers.cpp
AwaitableAnswer get_by_key(Service& service, Request& request);
AwaitableAnswer get_output(Service& service, Request& request);
AwaitableAnswer get_output_content(Service& service, Request& request);
AwaitableAnswer get_latest(Service& service, Request& request);
AwaitableAnswer get_latest_content(Service& service, Request& request);

// slice_handler.cpp
AwaitableAnswer get_output_slice(Service& service, Request& request);

// blob_handlers.cpp
AwaitableAnswer get_output_blob(Service& service, Request& request);
AwaitableAnswer put_blob(Service& service, Request& request);
AwaitableAnswer collect_blobs(Service& service, Request& request);

// list_handlers.cpp
AwaitableAnswer list_outputs(Service& service, Request& request);
AwaitableAnswer list_tasks(Service& service, Request& request);
AwaitableAnswer list_runs(Service& service, Request& request);
AwaitableAnswer list_agents(Service& service, Request& request);
AwaitableAnswer get_stats(Service& service, Request& request);

// search_handler.cpp
AwaitableAnswer search_outputs(Service& service, Request& request);

// lineage_handlers.cpp
AwaitableAnswer get_ancestors(Service& service, Request& request);
AwaitableAnswer get_descendants(Service& service, Request& request);

// compare_handler.cpp
AwaitableAnswer get_diff(Service& service, Request& request);

// export_handler.cpp
AwaitableAnswer export_outputs(Service& service, Request& request);

// prune_handler.cpp
AwaitableAnswer prune_store(Service& service, Request& request);

// verify_handler.cpp
AwaitableAnswer verify_store(Service& service, Request& request);

// mcp_handlers.cpp
AwaitableAnswer post_mcp(Service& service, Request& request);
AwaitableAnswer stream_mcp(Service& service, Request& request);
AwaitableAnswer end_mcp(Service& service, Request& request);

// stream_handler.cpp
AwaitableAnswer stream_outputs(Service& service, Request& request);

// operation_handlers.cpp
AwaitableAnswer get_health(Service& service, Request& request);
AwaitableAnswer get_readiness(Service& service, Request& request);
AwaitableAnswer get_metrics(Service& service, Request& request);
AwaitableAnswer get_openapi(Service& service, Request& request);
AwaitableAnswer get_front_page(Service& service, Request& request);

}  // namespace skep::http
