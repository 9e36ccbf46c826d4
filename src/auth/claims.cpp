#include "auth/claims.hpp"

#include "auth/random.hpp"

#include <array>
#include <utility>

namespace skep::auth {
namespace {

constexpr std::size_t kIdBytes = 8;

constexpr std::array<std::pair<std::string_view, Scope>, 3> kWords = {
    {{"emit", Scope::kEmit}, {"read", Scope::kRead}, {"admin", Scope::kAdmin}}};

std::optional<Scope> scope_of(std::string_view word) noexcept {
  for (const auto& [known, scope] : kWords) {
    if (word == known) return scope;
  }
  return std::nullopt;
}

// Calls `use` with each word of `text`.
template <class Use>
void for_each_word(std::string_view text, std::string_view separators, Use use) {
  for (;;) {
    const auto begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) return;
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find_first_of(separators));
    use(word);
    text.remove_prefix(word.size());
  }
}

}  // namespace

Result<Scopes> Scopes::parse(std::string_view words) {
  Scopes scopes;
  std::string_view unknown;
  for_each_word(words, " ,", [&](std::string_view word) {
    if (const auto scope = scope_of(word)) {
      scopes.add(*scope);
    } else if (unknown.empty()) {
      unknown = word;
    }
  });
  if (!unknown.empty()) {
    return fail(ErrorKind::kInvalidArgument,
                "'" + std::string(unknown) + "' is not a scope: there are emit, read and admin");
  }
  if (scopes == Scopes()) {
    return fail(ErrorKind::kInvalidArgument, "no scope: name emit, read or admin");
  }
  return scopes;
}

Scopes Scopes::from_claim(std::string_view words) noexcept {
  Scopes scopes;
  for_each_word(words, " ", [&scopes](std::string_view word) {
    if (const auto scope = scope_of(word)) scopes.add(*scope);
  });
  return scopes;
}

std::string Scopes::to_string() const {
  std::string text;
  for (const auto& [word, scope] : kWords) {
    if ((bits_ & bit(scope)) == 0) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

Result<std::string> new_token_id() { return random_hex(kIdBytes); }

}  // namespace skep::auth
