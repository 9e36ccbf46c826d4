#include "http/cursor.hpp"

#include "auth/base64url.hpp"

#include <charconv>
#include <optional>

namespace skep::http {
namespace {

// The kind of a cursor is its first byte.
constexpr char kSeq = 's';
constexpr char kName = 'n';
constexpr char kRun = 'r';

std::unexpected<Problem> not_a_cursor() {
  return bad_request("the parameter 'cursor' is not the next_cursor of a page like this");
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What follows the kind.
OrProblem<std::string> decode(std::string_view cursor, char kind) {
  auto text = auth::from_base64url(cursor);
  if (!text || text->empty() || text->front() != kind) return not_a_cursor();
  text->erase(0, 1);
  return std::move(*text);
}

}  // namespace

std::string make_cursor(std::int64_t seq) { return auth::to_base64url(kSeq + std::to_string(seq)); }

std::string make_cursor(std::string_view name) {
  return auth::to_base64url(kName + std::string(name));
}

std::string make_cursor(std::string_view task_id, std::uint32_t attempt) {
  return auth::to_base64url(kRun + std::to_string(attempt) + ' ' + std::string(task_id));
}

OrProblem<std::int64_t> seq_of_cursor(std::string_view cursor) {
  const auto text = decode(cursor, kSeq);
  if (!text) return std::unexpected(text.error());
  const auto seq = number<std::int64_t>(*text);
  if (!seq) return not_a_cursor();
  return *seq;
}

OrProblem<std::string> name_of_cursor(std::string_view cursor) { return decode(cursor, kName); }

OrProblem<RunPosition> run_of_cursor(std::string_view cursor) {
  const auto text = decode(cursor, kRun);
  if (!text) return std::unexpected(text.error());
  const auto space = text->find(' ');
  if (space == std::string::npos) return not_a_cursor();
  const auto attempt = number<std::uint32_t>(std::string_view(*text).substr(0, space));
  if (!attempt) return not_a_cursor();
  return RunPosition{text->substr(space + 1), *attempt};
}

}  // namespace skep::http
