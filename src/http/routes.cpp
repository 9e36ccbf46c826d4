#include "http/handlers.hpp"
#include "http/router.hpp"

#include <array>

namespace skep::http {
namespace {

using auth::Scope;
using beast_http::verb;

constexpr std::optional<Scope> kOpen = std::nullopt;
constexpr bool kMayTakeLong = true;

constexpr std::array kRoutes = {
    Route{verb::post, "/v1/data/emit", Scope::kEmit, BodyKind::kJson, emit},
    Route{verb::post, "/v1/data/{name}", Scope::kEmit, BodyKind::kJson, emit_by_name},
    Route{verb::get, "/v1/data/{name}", Scope::kRead, BodyKind::kNone, get_by_key},
    Route{verb::post, "/v1/outputs", Scope::kEmit, BodyKind::kNdjson, emit_batch},
    Route{verb::get, "/v1/outputs", Scope::kRead, BodyKind::kNone, list_outputs},
    Route{verb::post, "/v1/outputs/content", Scope::kEmit, BodyKind::kContent, emit_content,
          !kMayTakeLong, check_content_query},
    Route{verb::post, "/v1/outputs/blob", Scope::kEmit, BodyKind::kStream, emit_blob, !kMayTakeLong,
          check_content_query},
    Route{verb::get, "/v1/outputs/{ref}", Scope::kRead, BodyKind::kNone, get_output},
    Route{verb::get, "/v1/outputs/{ref}/content", Scope::kRead, BodyKind::kNone,
          get_output_content},
    Route{verb::get, "/v1/outputs/{ref}/blob", Scope::kRead, BodyKind::kNone, get_output_blob,
          kMayTakeLong},
    Route{verb::get, "/v1/outputs/{ref}/ancestors", Scope::kRead, BodyKind::kNone, get_ancestors,
          kMayTakeLong},
    Route{verb::get, "/v1/outputs/{ref}/descendants", Scope::kRead, BodyKind::kNone,
          get_descendants, kMayTakeLong},
    Route{verb::get, "/v1/outputs/{ref}/slice", Scope::kRead, BodyKind::kNone, get_output_slice,
          kMayTakeLong},
    Route{verb::get, "/v1/latest", Scope::kRead, BodyKind::kNone, get_latest},
    Route{verb::get, "/v1/latest/content", Scope::kRead, BodyKind::kNone, get_latest_content},
    Route{verb::get, "/v1/tasks", Scope::kRead, BodyKind::kNone, list_tasks},
    Route{verb::get, "/v1/runs", Scope::kRead, BodyKind::kNone, list_runs},
    Route{verb::get, "/v1/agents", Scope::kRead, BodyKind::kNone, list_agents},
    Route{verb::get, "/v1/stats", Scope::kRead, BodyKind::kNone, get_stats},
    Route{verb::get, "/v1/search", Scope::kRead, BodyKind::kNone, search_outputs, kMayTakeLong},
    Route{verb::get, "/v1/diff", Scope::kRead, BodyKind::kNone, get_diff, kMayTakeLong},
    Route{verb::get, "/v1/export", Scope::kRead, BodyKind::kNone, export_outputs, kMayTakeLong},
    Route{verb::get, "/v1/stream", Scope::kRead, BodyKind::kNone, stream_outputs},
    Route{verb::post, "/v1/records", Scope::kAdmin, BodyKind::kNdjson, import_records},
    Route{verb::post, "/v1/blobs", Scope::kAdmin, BodyKind::kStream, put_blob},
    Route{verb::post, "/v1/blobs/collect", Scope::kAdmin, BodyKind::kNone, collect_blobs},
    Route{verb::get, "/v1/backup", Scope::kAdmin, BodyKind::kNone, get_backup},
    Route{verb::post, "/v1/prune", Scope::kAdmin, BodyKind::kJson, prune_store},
    Route{verb::post, "/v1/verify", Scope::kAdmin, BodyKind::kNone, verify_store},
    Route{verb::post, "/mcp", Scope::kRead, BodyKind::kJson, post_mcp, kMayTakeLong},
    Route{verb::get, "/mcp", Scope::kRead, BodyKind::kNone, stream_mcp},
    Route{verb::delete_, "/mcp", Scope::kRead, BodyKind::kNone, end_mcp},
    Route{verb::get, "/healthz", kOpen, BodyKind::kNone, get_health},
    Route{verb::get, "/readyz", kOpen, BodyKind::kNone, get_readiness},
    Route{verb::get, "/metrics", Scope::kRead, BodyKind::kNone, get_metrics},
    Route{verb::get, "/openapi.json", kOpen, BodyKind::kNone, get_openapi},
    Route{verb::get, "/", kOpen, BodyKind::kNone, get_front_page},
};

}  // namespace

std::span<const Route> all_routes() noexcept { return kRoutes; }

}  // namespace skep::http
