#include "slice/pointer.hpp"

#include "slice/json_scan.hpp"
#include "slice/utf8.hpp"

#include <skep/slice.hpp>

#include <charconv>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::size_t kListedKeys = 20;
constexpr std::size_t kListedKeyBytes = 60;

std::string in_quotes(std::string_view text) {
  std::string cut(text.substr(0, kListedKeyBytes));
  if (cut.size() < text.size()) {
    while (!cut.empty() && is_continuation(text[cut.size()])) cut.pop_back();
    cut += "…";
  }
  return '"' + cut + '"';
}

// A walk along a pointer. The path so far is kept for errors.
class Walk {
 public:
  Walk(Window& window, std::string_view pointer) : scan_(window), pointer_(pointer) {}

  // Moves to the value that the token selects in the value that is next.
  Result<void> step(const std::string& token) {
    const auto first = scan_.peek();
    if (!first) return std::unexpected(first.error());
    auto stepped = *first == '{' ? into_object(token)
                   : *first == '['
                       ? into_array(token)
                       : leads_nowhere(token, what_begins_with(*first) + ", with nothing below it");
    path_ += '/' + escaped(token);
    return stepped;
  }

  Result<ValuePart> value() {
    const auto first = scan_.peek();
    if (!first) return std::unexpected(first.error());
    const std::uint64_t begin = scan_.position();
    if (auto skipped = scan_.skip_value(); !skipped) {
      return std::unexpected(std::move(skipped.error()));
    }
    return ValuePart{begin, scan_.position(), *first == '"'};
  }

 private:
  static std::string escaped(std::string_view token) {
    std::string text;
    for (const char c : token) {
      if (c == '~' || c == '/') {
        text += c == '~' ? "~0" : "~1";
      } else {
        text += c;
      }
    }
    return text;
  }

  static std::string what_begins_with(char c) {
    switch (c) {
      case '"':
        return "a string";
      case 't':
      case 'f':
        return "a boolean";
      case 'n':
        return "null";
      default:
        return "a number";
    }
  }

  [[nodiscard]] std::unexpected<Error> leads_nowhere(std::string_view token,
                                                     const std::string& what) const {
    const std::string place = path_.empty() ? "the value" : "the value at " + in_quotes(path_);
    return fail(ErrorKind::kInvalidArgument, "the JSON Pointer " + in_quotes(pointer_) +
                                                 " leads nowhere at " + in_quotes(token) + ": " +
                                                 place + " is " + what);
  }

  Result<void> into_object(const std::string& token) {
    if (auto opened = scan_.expect('{'); !opened) return opened;
    std::string keys;
    std::uint64_t count = 0;
    auto closed = scan_.skip_if('}');
    while (closed && !*closed) {
      const auto key = scan_.read_string(kMaxPointerBytes);
      if (!key) return std::unexpected(key.error());
      if (auto colon = scan_.expect(':'); !colon) return colon;
      if (*key && **key == token) return {};
      if (count++ < kListedKeys) {
        keys += (keys.empty() ? "" : ", ") + (*key ? in_quotes(**key) : "a very long name");
      }
      if (auto skipped = scan_.skip_value(); !skipped) return skipped;
      closed = scan_.skip_if('}');
      if (closed && !*closed) {
        if (auto comma = scan_.expect(','); !comma) return comma;
      }
    }
    if (!closed) return std::unexpected(closed.error());
    if (count == 0) return leads_nowhere(token, "an object without members");
    if (count > kListedKeys) keys += " and " + std::to_string(count - kListedKeys) + " more";
    return leads_nowhere(token, "an object, whose members are " + keys);
  }

  Result<void> into_array(const std::string& token) {
    std::uint64_t index = 0;
    const char* end = token.data() + token.size();
    const auto [stop, error] = std::from_chars(token.data(), end, index);
    const bool is_index =
        error == std::errc() && stop == end && (token.size() == 1 || token.front() != '0');
    if (auto opened = scan_.expect('['); !opened) return opened;
    std::uint64_t count = 0;
    auto closed = scan_.skip_if(']');
    while (closed && !*closed) {
      if (is_index && count == index) return {};
      ++count;
      if (auto skipped = scan_.skip_value(); !skipped) return skipped;
      closed = scan_.skip_if(']');
      if (closed && !*closed) {
        if (auto comma = scan_.expect(','); !comma) return comma;
      }
    }
    if (!closed) return std::unexpected(closed.error());
    if (count == 0) return leads_nowhere(token, "an array without elements");
    return leads_nowhere(
        token, "an array of " + std::to_string(count) +
                   (count == 1 ? " element: 0" : " elements: 0 to " + std::to_string(count - 1)));
  }

  JsonScan scan_;
  std::string_view pointer_;
  std::string path_;
};

}  // namespace

Result<std::vector<std::string>> parse_pointer(std::string_view pointer) {
  std::vector<std::string> tokens;
  if (pointer.empty()) return tokens;
  if (pointer.front() != '/') {
    return fail(ErrorKind::kInvalidArgument,
                "the JSON Pointer " + in_quotes(pointer) +
                    " must be empty or begin with '/', as in /results/0/text");
  }
  for (std::size_t i = 0; i < pointer.size(); ++i) {
    if (pointer[i] == '/') {
      tokens.emplace_back();
    } else if (pointer[i] != '~') {
      tokens.back() += pointer[i];
    } else if (i + 1 < pointer.size() && (pointer[i + 1] == '0' || pointer[i + 1] == '1')) {
      tokens.back() += pointer[++i] == '0' ? '~' : '/';
    } else {
      return fail(ErrorKind::kInvalidArgument, "the JSON Pointer " + in_quotes(pointer) +
                                                   " has a '~' that is neither ~0 (for ~) nor ~1 "
                                                   "(for /) at byte " +
                                                   std::to_string(i));
    }
  }
  return tokens;
}

Result<ValuePart> find_value(TextSource& source, std::string_view pointer, const Stop& stop) {
  const auto tokens = parse_pointer(pointer);
  if (!tokens) return std::unexpected(tokens.error());
  Window window(source, stop);
  Walk walk(window, pointer);
  for (const std::string& token : *tokens) {
    if (auto stepped = walk.step(token); !stepped) {
      return std::unexpected(std::move(stepped.error()));
    }
  }
  return walk.value();
}

}  // namespace skep::slice
