// The addresses of resources: skep://output/{ref}, skep://run/{task}/{attempt},
// skep://latest/{agent}. What stands for {…} is percent-encoded.
#pragma once

#include <skep/output_record.hpp>
#include <skep/run_id.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace skep::mcp {

/// The newest output of an agent.
struct LatestOf {
  std::string producer_agent;

  LatestOf() = default;
  explicit LatestOf(std::string agent) : producer_agent(std::move(agent)) {}
  friend bool operator==(const LatestOf&, const LatestOf&) = default;
};

using ResourceName = std::variant<OutputRef, RunId, LatestOf>;

inline constexpr std::string_view kOutputTemplate = "skep://output/{ref}";
inline constexpr std::string_view kRunTemplate = "skep://run/{task}/{attempt}";
inline constexpr std::string_view kLatestTemplate = "skep://latest/{agent}";

[[nodiscard]] std::string uri_of(const ResourceName& name);

/// Nothing for what is no such address.
[[nodiscard]] std::optional<ResourceName> parse_uri(std::string_view uri);

/// Names and values as the query of a URL spells them; what cursors are made of.
using Form = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] std::string to_form_text(const Form& form);
[[nodiscard]] std::optional<Form> parse_form(std::string_view text);
[[nodiscard]] std::optional<std::string> value_of(const Form& form, std::string_view name);

/// A ref as models write it: itself, or the address of the output.
[[nodiscard]] OutputRef parse_ref(std::string text);

/// A number that is spelled as such, and in range.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max);

}  // namespace skep::mcp
