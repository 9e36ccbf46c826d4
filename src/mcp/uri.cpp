#include "mcp/uri.hpp"

#include <boost/system/result.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/parse_query.hpp>
#include <boost/url/pct_string_view.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>
#include <ostream>  // which Boost 1.81 forgets in what follows

#include <charconv>
#include <limits>

namespace skep::mcp {
namespace {

constexpr std::string_view kScheme = "skep://";

std::string encoded(std::string_view text) {
  return boost::urls::encode(boost::urls::string_view(text.data(), text.size()),
                             boost::urls::unreserved_chars);
}

std::optional<std::string> decoded(std::string_view text) {
  const auto checked =
      boost::urls::make_pct_string_view(boost::urls::string_view(text.data(), text.size()));
  if (!checked) return std::nullopt;
  return checked->decode();
}

struct WriteUri {
  std::string operator()(const OutputRef& ref) const { return "output/" + encoded(ref.str()); }
  std::string operator()(const RunId& run) const {
    return "run/" + encoded(run.task_id) + "/" + std::to_string(run.attempt);
  }
  std::string operator()(const LatestOf& latest) const {
    return "latest/" + encoded(latest.producer_agent);
  }
};

}  // namespace

std::string uri_of(const ResourceName& name) {
  return std::string(kScheme) + std::visit(WriteUri{}, name);
}

std::optional<ResourceName> parse_uri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  const auto slash = uri.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view kind = uri.substr(0, slash);
  std::string_view rest = uri.substr(slash + 1);
  std::optional<std::uint64_t> attempt;
  if (kind == "run") {
    const auto last = rest.rfind('/');
    if (last == std::string_view::npos) return std::nullopt;
    attempt = parse_number(rest.substr(last + 1), std::numeric_limits<std::uint32_t>::max());
    if (!attempt) return std::nullopt;
    rest = rest.substr(0, last);
  }
  if (rest.find('/') != std::string_view::npos) return std::nullopt;
  auto name = decoded(rest);
  if (!name) return std::nullopt;
  if (attempt) return RunId(std::move(*name), static_cast<std::uint32_t>(*attempt));
  if (kind == "output") return OutputRef(std::move(*name));
  if (kind == "latest") return LatestOf(std::move(*name));
  return std::nullopt;
}

std::string to_form_text(const Form& form) {
  std::string text;
  for (const auto& [name, value] : form) {
    if (!text.empty()) text += '&';
    text += name + '=' + encoded(value);
  }
  return text;
}

std::optional<Form> parse_form(std::string_view text) {
  const auto parameters =
      boost::urls::parse_query(boost::urls::string_view(text.data(), text.size()));
  if (!parameters) return std::nullopt;
  Form form;
  for (const auto& parameter : *parameters) {
    form.emplace_back(parameter.key.decode(), parameter.value.decode());
  }
  return form;
}

std::optional<std::string> value_of(const Form& form, std::string_view name) {
  for (const auto& [given, value] : form) {
    if (given == name) return value;
  }
  return std::nullopt;
}

OutputRef parse_ref(std::string text) {
  const auto name = parse_uri(text);
  const auto* ref = name ? std::get_if<OutputRef>(&*name) : nullptr;
  return ref != nullptr ? *ref : OutputRef(std::move(text));
}

std::optional<std::uint64_t> parse_number(std::string_view text, std::uint64_t max) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

}  // namespace skep::mcp
