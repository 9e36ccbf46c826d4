#include "slice/parameters.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace skep::slice {
namespace {

using Form = Parameter::Form;

std::string range_text(std::uint64_t first, const std::optional<std::uint64_t>& last) {
  return std::to_string(first) + '-' + (last ? std::to_string(*last) : "");
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Write {
  std::vector<Parameter>& out;

  void number(std::string_view name, std::uint64_t value) const {
    out.push_back({name, std::to_string(value), Form::kNumber});
  }
  void operator()(const Whole&) const {}
  void operator()(const LineRange& lines) const {
    out.push_back({"lines", range_text(lines.first, lines.last)});
  }
  void operator()(const ByteRange& bytes) const {
    out.push_back({"bytes", range_text(bytes.first, bytes.last)});
  }
  void operator()(const FirstChars& first) const { number("first", first.count); }
  void operator()(const LastChars& last) const { number("last", last.count); }
  void operator()(const Grep& grep) const {
    const Grep by_default;
    out.push_back({"grep", grep.pattern});
    if (grep.context_lines != 0) number("context", grep.context_lines);
    if (grep.ignore_case) out.push_back({"ignore_case", "true", Form::kFlag});
    if (grep.max_matches != by_default.max_matches) number("max_matches", grep.max_matches);
    if (grep.from_byte != 0) number("from_byte", grep.from_byte);
    if (grep.from_line) number("from_line", *grep.from_line);
  }
};

// Parameters as they are asked for.
class Read {
 public:
  explicit Read(const std::vector<Parameter>& parameters) : parameters_(parameters) {}

  [[nodiscard]] const std::string* find(std::string_view name) const {
    const auto found = std::ranges::find(parameters_, name, &Parameter::name);
    return found == parameters_.end() ? nullptr : &found->value;
  }

  [[nodiscard]] Result<std::optional<std::uint64_t>> number(std::string_view name) const {
    const std::string* text = find(name);
    if (text == nullptr) return std::nullopt;
    const auto value = number_in(*text);
    if (value) return value;
    return malformed(name, "a number");
  }

  [[nodiscard]] Result<bool> flag(std::string_view name) const {
    const std::string* text = find(name);
    if (text == nullptr || *text == "false") return false;
    if (*text == "true") return true;
    return malformed(name, "true or false");
  }

  template <class Range>
  [[nodiscard]] Result<Range> range(std::string_view name) const {
    const std::string_view text = *find(name);
    const auto dash = text.find('-');
    const auto first = number_in(text.substr(0, dash));
    Range range;
    if (dash == std::string_view::npos) {
      range.last = first;
    } else if (dash + 1 != text.size()) {
      range.last = number_in(text.substr(dash + 1));
      if (!range.last) return malformed(name, "a range, as 10-20 or 10-");
    }
    if (!first) return malformed(name, "a range, as 10-20 or 10-");
    range.first = *first;
    return range;
  }

 private:
  static std::unexpected<Error> malformed(std::string_view name, const std::string& expected) {
    return fail(ErrorKind::kInvalidArgument, "'" + std::string(name) + "' must be " + expected);
  }

  const std::vector<Parameter>& parameters_;
};

// A selection, from the parameter that chooses it.
template <class T>
Result<void> put(Result<T> read, SliceQuery& query) {
  if (!read) return std::unexpected(std::move(read.error()));
  query.selection = std::move(*read);
  return {};
}

template <class Chars>
Result<Chars> read_chars(const Read& read, std::string_view name) {
  const auto count = read.number(name);
  if (!count) return std::unexpected(count.error());
  Chars chars;
  chars.count = **count;
  return chars;
}

Result<Grep> read_grep(const Read& read) {
  Grep grep(*read.find("grep"));
  const auto context = read.number("context");
  if (!context) return std::unexpected(context.error());
  grep.context_lines = static_cast<std::size_t>(context->value_or(grep.context_lines));
  const auto ignore_case = read.flag("ignore_case");
  if (!ignore_case) return std::unexpected(ignore_case.error());
  grep.ignore_case = *ignore_case;
  const auto max_matches = read.number("max_matches");
  if (!max_matches) return std::unexpected(max_matches.error());
  grep.max_matches = static_cast<std::size_t>(max_matches->value_or(grep.max_matches));
  const auto from_byte = read.number("from_byte");
  if (!from_byte) return std::unexpected(from_byte.error());
  grep.from_byte = from_byte->value_or(0);
  const auto from_line = read.number("from_line");
  if (!from_line) return std::unexpected(from_line.error());
  grep.from_line = *from_line;
  return grep;
}

Result<void> read_selection(const Read& read, std::string_view name, SliceQuery& query) {
  if (name == "lines") return put(read.range<LineRange>(name), query);
  if (name == "bytes") return put(read.range<ByteRange>(name), query);
  if (name == "first") return put(read_chars<FirstChars>(read, name), query);
  if (name == "last") return put(read_chars<LastChars>(read, name), query);
  return put(read_grep(read), query);
}

}  // namespace

std::vector<Parameter> to_parameters(const SliceQuery& query) {
  std::vector<Parameter> parameters;
  if (query.pointer) parameters.push_back({"pointer", *query.pointer});
  const Write write{parameters};
  std::visit(write, query.selection);
  if (query.max_chars) write.number("max_chars", *query.max_chars);
  return parameters;
}

Result<SliceQuery> from_parameters(const std::vector<Parameter>& parameters) {
  const Read read(parameters);
  SliceQuery query;
  if (const std::string* pointer = read.find("pointer")) query.pointer = *pointer;
  const auto max_chars = read.number("max_chars");
  if (!max_chars) return std::unexpected(max_chars.error());
  if (*max_chars) query.max_chars = static_cast<std::size_t>(**max_chars);
  std::string chosen;
  for (const std::string_view name : {"lines", "bytes", "first", "last", "grep"}) {
    if (read.find(name) == nullptr) continue;
    if (!chosen.empty()) {
      return fail(ErrorKind::kInvalidArgument,
                  "'" + chosen + "' and '" + std::string(name) + "' exclude each other: give one");
    }
    chosen = name;
  }
  for (const std::string_view name :
       {"context", "ignore_case", "max_matches", "from_byte", "from_line"}) {
    if (read.find(name) != nullptr && chosen != "grep") {
      return fail(ErrorKind::kInvalidArgument, "'" + std::string(name) + "' goes with 'grep'");
    }
  }
  if (chosen.empty()) return query;
  if (auto selected = read_selection(read, chosen, query); !selected) {
    return std::unexpected(std::move(selected.error()));
  }
  return query;
}

}  // namespace skep::slice
