// The members of a JSON object that a reader knows by name.
#pragma once

#include "json/cursor.hpp"

#include <boost/container/static_vector.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

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
  /// Reads the object at the cursor; `what` names it in errors. `what` and `names`, at most
  /// `kMaxNameCount` of them, must outlive the envelope.
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

  static constexpr std::size_t kMaxNameCount = 9;

 private:
  struct Slot {
    Member member;
    bool present = false;
    std::optional<std::size_t> repeated_at;
  };

  [[nodiscard]] const Slot& slot(std::string_view name) const;

  std::string_view what_;
  std::size_t position_ = 0;
  boost::container::static_vector<Slot, kMaxNameCount> slots_;
};

}  // namespace skep::json
