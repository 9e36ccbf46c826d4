// The members of a JSON object that a reader knows by name.
#pragma once

#include "json/cursor.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skep::json {

/// One member's value, as text that lives as long as what it was read from.
struct Member {
  std::string_view name;
  std::string_view raw;
  std::size_t position = 0;  ///< Of the value, for errors.

  [[nodiscard]] bool is_null() const noexcept { return raw == "null"; }
  [[nodiscard]] Cursor cursor() const { return Cursor(raw, position); }

  // Errors of these: `kInvalidArgument`, naming the member and the byte.
  [[nodiscard]] Result<std::string> as_string() const;
  [[nodiscard]] Result<bool> as_bool() const;
  /// An integer from 0 to `max`, spelt with digits alone.
  [[nodiscard]] Result<std::uint64_t> as_integer(std::uint64_t max) const;
};

/// An object, of which the named members were kept and the others ignored.
class Envelope {
 public:
  /// Reads the object at the cursor; `what` names it in errors.
  [[nodiscard]] static Result<Envelope> read(Cursor& cursor, std::string_view what,
                                             std::initializer_list<std::string_view> names);

  /// Errors: `kInvalidArgument` if the member is missing or was there more than once.
  [[nodiscard]] Result<Member> required(std::string_view name) const;

  /// Nothing if the member is missing. Errors: as above, for a repeated one.
  [[nodiscard]] Result<std::optional<Member>> optional(std::string_view name) const;

  /// As `optional`; a member that is `null` counts as missing.
  [[nodiscard]] Result<std::optional<Member>> nullable(std::string_view name) const;

  [[nodiscard]] Result<std::string> string(std::string_view name) const;
  [[nodiscard]] Result<std::optional<std::string>> nullable_string(std::string_view name) const;

 private:
  struct Slot {
    Member member;
    bool present = false;
    std::optional<std::size_t> repeated_at;
  };

  [[nodiscard]] const Slot& slot(std::string_view name) const;

  std::string what_;
  std::size_t position_ = 0;
  std::vector<Slot> slots_;
};

}  // namespace skep::json
