#include "http/query.hpp"

#include "json/check.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <charconv>

namespace skep::http {
namespace {

namespace urls = boost::urls;

std::string in_quotes(std::string_view name) { return "'" + std::string(name) + "'"; }

// Decodes as a path or as a form does it, and checks that the result is UTF-8.
OrProblem<std::string> decode(urls::pct_string_view encoded, bool is_form,
                              const std::string& what) {
  std::string text;
  urls::encoding_opts options;
  options.space_as_plus = is_form;
  encoded.decode(options, urls::string_token::assign_to(text));
  if (auto checked = json::check_text(what, text); !checked) {
    return bad_request(checked.error().message);
  }
  return text;
}

}  // namespace

OrProblem<void> Query::expect(std::initializer_list<std::string_view> names,
                              std::string_view repeatable) const {
  for (auto i = parameters_.begin(); i != parameters_.end(); ++i) {
    const std::string& name = i->first;
    const bool may_repeat = !repeatable.empty() && name == repeatable;
    if (name != "token" && !may_repeat && std::ranges::find(names, name) == names.end()) {
      return bad_request("there is no parameter " + in_quotes(name) + " here");
    }
    const bool is_repeated = std::any_of(
        parameters_.begin(), i, [&name](const auto& earlier) { return earlier.first == name; });
    if (is_repeated && !may_repeat) {
      return bad_request("the parameter " + in_quotes(name) + " is given twice");
    }
  }
  return {};
}

const std::string* Query::find(std::string_view name) const {
  const auto found = std::ranges::find(
      parameters_, name, [](const auto& parameter) { return std::string_view(parameter.first); });
  return found != parameters_.end() ? &found->second : nullptr;
}

std::optional<std::string> Query::text(std::string_view name) const {
  const std::string* found = find(name);
  return found != nullptr ? std::optional(*found) : std::nullopt;
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : parameters_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

OrProblem<std::string> Query::required(std::string_view name) const {
  if (const std::string* found = find(name)) return *found;
  return bad_request("the parameter " + in_quotes(name) + " is missing");
}

OrProblem<std::optional<std::uint64_t>> Query::number(std::string_view name, std::uint64_t min,
                                                      std::uint64_t max) const {
  const std::string* found = find(name);
  if (found == nullptr) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = found->data() + found->size();
  const auto [stop, error] = std::from_chars(found->data(), end, number);
  if (error == std::errc() && stop == end && number >= min && number <= max) return number;
  return bad_request("the parameter " + in_quotes(name) + " must be a number from " +
                     std::to_string(min) + " to " + std::to_string(max));
}

OrProblem<bool> Query::flag(std::string_view name, bool otherwise) const {
  const std::string* found = find(name);
  if (found == nullptr) return otherwise;
  if (*found == "true") return true;
  if (*found == "false") return false;
  return bad_request("the parameter " + in_quotes(name) + " must be true or false");
}

OrProblem<Target> parse_target(std::string_view text) {
  Target target;
  std::string absolute;
  if (text == "*") {
    target.is_server = true;
    return target;
  }
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!boost::algorithm::istarts_with(text, scheme)) continue;
    text.remove_prefix(scheme.size());
    const auto end = std::min(text.find_first_of("/?"), text.size());
    target.authority = text.substr(0, end);
    absolute = text.substr(end);
    if (!absolute.starts_with('/')) absolute.insert(0, 1, '/');
    text = absolute;
    break;
  }
  const auto parsed = urls::parse_origin_form(urls::string_view(text.data(), text.size()));
  if (!parsed) {
    return bad_request(
        "the target is not a path with a query: it begins with '/', and is percent-encoded");
  }
  std::string_view path(parsed->encoded_path().data(), parsed->encoded_path().size());
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    const std::string_view encoded = path.substr(0, slash);
    auto segment = decode(urls::pct_string_view(encoded.data(), encoded.size()), false, "the path");
    if (!segment) return std::unexpected(std::move(segment.error()));
    target.segments.push_back(std::move(*segment));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  for (const auto parameter : parsed->encoded_params()) {
    if (parameter.key.empty() && !parameter.has_value) continue;  // as in "?" or "a=b&"
    auto name = decode(parameter.key, true, "the name of a parameter");
    if (!name) return std::unexpected(std::move(name.error()));
    auto value = decode(parameter.value, true, "the parameter " + in_quotes(*name));
    if (!value) return std::unexpected(std::move(value.error()));
    target.query.add(std::move(*name), std::move(*value));
  }
  return target;
}

}  // namespace skep::http
