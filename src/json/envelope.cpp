#include "json/envelope.hpp"

#include <algorithm>
#include <charconv>

namespace skep::json {
namespace {

std::string in_quotes(std::string_view name) { return "\"" + std::string(name) + "\""; }

}  // namespace

Result<std::string> Member::as_string() const { return cursor().read_string(name); }

Result<bool> Member::as_bool() const {
  if (raw == "true") return true;
  if (raw == "false") return false;
  return Cursor::error_at(position, std::string(name) + " must be true or false,");
}

Result<std::uint64_t> Member::as_integer(std::uint64_t max) const {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), number);
  if (error == std::errc() && end == raw.data() + raw.size() && number <= max) return number;
  return Cursor::error_at(
      position, std::string(name) + " must be an integer from 0 to " + std::to_string(max) + ",");
}

Result<Envelope> Envelope::read(Cursor& cursor, std::string_view what,
                                std::initializer_list<std::string_view> names) {
  Envelope envelope;
  envelope.what_ = what;
  envelope.position_ = cursor.position();
  for (const std::string_view name : names) envelope.slots_.emplace_back().member.name = name;
  if (!cursor.skip_if('{')) {
    return Cursor::error_at(envelope.position_, "expected " + std::string(what) + " (an object)");
  }
  if (cursor.skip_if('}')) return envelope;
  std::string unescaped;
  for (;;) {
    const std::size_t name_position = cursor.position();
    const auto name = cursor.read_characters("a member name", unescaped);
    if (!name) return std::unexpected(name.error());
    if (auto colon = cursor.expect(':', "':'"); !colon) {
      return std::unexpected(std::move(colon.error()));
    }
    const std::size_t position = cursor.position();
    const auto raw = cursor.read_raw();
    if (!raw) return std::unexpected(raw.error());
    const auto known = std::ranges::find_if(
        envelope.slots_, [&name](const Slot& candidate) { return candidate.member.name == *name; });
    if (known != envelope.slots_.end()) {
      if (known->present && !known->repeated_at) known->repeated_at = name_position;
      known->present = true;
      known->member.raw = *raw;
      known->member.position = position;
    }
    if (cursor.skip_if('}')) return envelope;
    if (auto comma = cursor.expect(',', "',' or '}'"); !comma) {
      return std::unexpected(std::move(comma.error()));
    }
  }
}

const Envelope::Slot& Envelope::slot(std::string_view name) const {
  return *std::ranges::find_if(
      slots_, [name](const Slot& candidate) { return candidate.member.name == name; });
}

Result<std::optional<Member>> Envelope::optional(std::string_view name) const {
  const Slot& found = slot(name);
  if (found.repeated_at) {
    return Cursor::error_at(*found.repeated_at, "repeated member " + in_quotes(name));
  }
  if (!found.present) return std::nullopt;
  return found.member;
}

Result<std::optional<Member>> Envelope::nullable(std::string_view name) const {
  auto member = optional(name);
  if (member && *member && (*member)->is_null()) return std::nullopt;
  return member;
}

Result<Member> Envelope::required(std::string_view name) const {
  const auto member = optional(name);
  if (!member) return std::unexpected(member.error());
  if (*member) return **member;
  return Cursor::error_at(position_,
                          "missing member " + in_quotes(name) + " in the " + std::string(what_));
}

Result<std::string> Envelope::string(std::string_view name) const {
  const auto member = required(name);
  if (!member) return std::unexpected(member.error());
  return member->as_string();
}

Result<std::optional<std::string>> Envelope::nullable_string(std::string_view name) const {
  const auto member = nullable(name);
  if (!member) return std::unexpected(member.error());
  if (!*member) return std::nullopt;
  auto text = (*member)->as_string();
  if (!text) return std::unexpected(std::move(text.error()));
  return std::optional(std::move(*text));
}

}  // namespace skep::json
