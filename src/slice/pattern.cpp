#include "slice/pattern.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace skep::slice {
namespace {

constexpr std::int64_t kMaxMemoryBytes = std::int64_t{8} << 20U;
// Where its automaton outgrows that memory, RE2 takes time for each byte by the size of its
// program.
constexpr int kMaxInstructions = 10'000;

std::unique_ptr<RE2> compile_with(const Grep& grep, const std::string& prefix) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_nl(true);
  options.set_never_capture(true);
  options.set_case_sensitive(!grep.ignore_case);
  options.set_max_mem(kMaxMemoryBytes);
  return std::make_unique<RE2>(prefix + grep.pattern, options);
}

// Where `\C` stands, which takes a byte of a character, and a line feed too, whatever the options
// say.
std::optional<std::size_t> find_any_byte(std::string_view pattern) {
  for (std::size_t at = 0; at + 1 < pattern.size(); ++at) {
    if (pattern[at] != '\\') continue;
    const char escaped = pattern[++at];
    if (escaped == 'C') return at - 1;
    if (escaped == 'Q') at = std::min(pattern.find("\\E", at), pattern.size());
  }
  return std::nullopt;
}

}  // namespace

Pattern::Pattern(std::unique_ptr<re2::RE2> compiled) : compiled_(std::move(compiled)) {}
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;
Pattern::~Pattern() = default;

Result<Pattern> Pattern::compile(const Grep& grep) {
  auto compiled = compile_with(grep, "(?m)");
  if (compiled->ok()) {
    if (const auto at = find_any_byte(grep.pattern)) {
      return fail(ErrorKind::kInvalidArgument,
                  R"(the pattern has \C, which matches bytes and not characters, at byte )" +
                      std::to_string(*at));
    }
    if (compiled->ProgramSize() <= kMaxInstructions) return Pattern(std::move(compiled));
    return fail(ErrorKind::kInvalidArgument, "the pattern is too large: it compiles to " +
                                                 std::to_string(compiled->ProgramSize()) +
                                                 " instructions, and may to " +
                                                 std::to_string(kMaxInstructions));
  }
  // What is wrong with it as it was written: RE2 quotes the part.
  const auto as_written = compile_with(grep, "");
  const RE2& wrong = as_written->ok() ? *compiled : *as_written;
  std::string message = "the pattern is not a regular expression of RE2: " + wrong.error();
  const auto at = grep.pattern.find(wrong.error_arg());
  if (at != std::string::npos && !wrong.error_arg().empty()) {
    message += ", at byte " + std::to_string(at);
  }
  return fail(ErrorKind::kInvalidArgument, std::move(message));
}

std::optional<std::string_view> Pattern::find(std::string_view text, std::size_t begin,
                                              std::size_t end) const {
  re2::StringPiece found;
  if (!compiled_->Match(re2::StringPiece(text.data(), text.size()), begin, end, RE2::UNANCHORED,
                        &found, 1)) {
    return std::nullopt;
  }
  return std::string_view(found.data(), found.size());
}

}  // namespace skep::slice
