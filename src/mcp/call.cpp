#include "mcp/call.hpp"

#include <utility>

namespace skep::mcp {

void Call::tell_progress(double progress, double total, const std::string& message) const {
  if (progress_token.is_null() || !notify) return;
  JsonObject params{{"progressToken", progress_token}, {"progress", progress}};
  if (total > 0) params["total"] = total;
  if (revision >= Revision::k20250326) params["message"] = message;
  notify(notification("notifications/progress", std::move(params)));
}

void Call::log(LogLevel level, JsonObject data) const {
  if (!log_level || level < *log_level || !notify) return;
  JsonObject params{{"level", to_string(level)}, {"logger", "skep"}};
  params["data"] = std::move(data);
  notify(notification("notifications/message", std::move(params)));
}

}  // namespace skep::mcp
