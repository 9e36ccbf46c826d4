// What `OutputStore` demands of its arguments, in front of every back end.
#pragma once

#include <skep/output_store.hpp>

#include <string_view>

namespace skep {

/// The bytes of an event's texts: the size of its body, without the envelope and before escapes.
[[nodiscard]] std::size_t text_bytes(const OutputEvent& event) noexcept;

/// Errors: `kInvalidArgument`, `kTooLarge`.
[[nodiscard]] Result<void> check_request(const AppendRequest& request, std::size_t max_body_bytes);

/// As `check_request`; the content must be a `FileRef` without a path, its media type one that can
/// stand in a header.
[[nodiscard]] Result<void> check_blob_request(const AppendRequest& request,
                                              std::size_t max_body_bytes);

/// As `check_request`, of one that is imported.
[[nodiscard]] Result<void> check_record(const OutputRecord& record, std::size_t max_body_bytes);

/// As these, for each; the message names the index, from 0.
[[nodiscard]] Result<void> check_requests(const std::vector<AppendRequest>& requests,
                                          std::size_t max_body_bytes);
[[nodiscard]] Result<void> check_records(const std::vector<OutputRecord>& records,
                                         std::size_t max_body_bytes);

/// A text that is looked up; `what` names it. Errors: `kInvalidArgument`.
[[nodiscard]] Result<void> check_key(std::string_view what, std::string_view text);

/// Errors: `kInvalidArgument`.
[[nodiscard]] Result<void> check_query(const ListQuery& query);
[[nodiscard]] Result<void> check_query(const NameQuery& query);
[[nodiscard]] Result<void> check_query(const RunQuery& query);
[[nodiscard]] Result<void> check_query(const LineageQuery& query);
[[nodiscard]] Result<void> check_query(const PruneQuery& query);

/// Whether `text` can stand as a media type in a header.
[[nodiscard]] bool is_media_type(std::string_view text) noexcept;

/// Further error: `kTooLarge`, for the words.
[[nodiscard]] Result<void> check_query(const SearchQuery& query);

/// Whether `type` is one that an event can have.
[[nodiscard]] bool is_event_type(std::string_view type) noexcept;

[[nodiscard]] Result<void> check_options(const AppendOptions& options);

}  // namespace skep
