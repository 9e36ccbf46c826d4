// Reading what a server answers. Errors of all: `kInternal` if it is not what a Skep server says.
#pragma once

#include <skep/output_store.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace skep::remote {

[[nodiscard]] Result<OutputRef> read_ref(std::string_view text);

/// The refs of a batch, which must be `count`.
[[nodiscard]] Result<std::vector<OutputRef>> read_refs(std::string_view text, std::size_t count);

[[nodiscard]] Result<ImportResult> read_import_result(std::string_view text);

[[nodiscard]] Result<BlobInfo> read_blob_info(std::string_view text);
[[nodiscard]] Result<BlobCollection> read_blob_collection(std::string_view text);

/// Further error: `kCorrupt` for a record whose event is not valid: it lay in the store like that.
[[nodiscard]] Result<OutputRecord> read_record(std::string_view text);

/// A record that can't be read is among the damaged.
[[nodiscard]] Result<Page> read_page(std::string_view text);

[[nodiscard]] Result<std::vector<TaskSummary>> read_tasks(std::string_view text);
[[nodiscard]] Result<std::vector<RunSummary>> read_runs(std::string_view text);
[[nodiscard]] Result<std::vector<AgentSummary>> read_agents(std::string_view text);
[[nodiscard]] Result<Lineage> read_lineage(std::string_view text);
[[nodiscard]] Result<StoreStats> read_stats(std::string_view text);
[[nodiscard]] Result<Slice> read_slice(std::string_view text);
[[nodiscard]] Result<PruneReport> read_prune_report(std::string_view text);
[[nodiscard]] Result<VerifyReport> read_verify_report(std::string_view text);

// search.cpp
[[nodiscard]] Result<SearchPage> read_search_page(std::string_view text);

}  // namespace skep::remote
