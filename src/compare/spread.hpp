// JSON text as people read it, whatever becomes of it.
#pragma once

#include "store/stop_flag.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace skep::compare {

inline constexpr std::size_t kMaxIndentDepth = 32;

/// Gives `sink` the tokens of JSON text as they are spelled, in pieces that together are the text
/// without its white space, and between them where white space belongs: each element and member on
/// a line of its own, indented by two spaces to a depth of `kMaxIndentDepth`. Ends early once
/// `stop` is set, or the sink `is_full()`. Of a text that is not JSON it gives what it can.
template <class Sink>
class Spreader {
 public:
  Spreader(std::string_view text, Sink& sink, const StopFlag& stop)
      : text_(text), sink_(sink), stop_(stop) {}

  void spread() {
    while (at_ < text_.size() && !sink_.is_full() && !stop_.is_set()) step();
  }

 private:
  static constexpr std::string_view kSpace = " \t\n\r";
  static constexpr std::string_view kEndsWord = " \t\n\r\"{}[],:";

  void step() {
    switch (text_[at_]) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        at_ = end_of_space(at_);
        break;
      case '"':
        take(end_of_string() - at_);
        break;
      case '{':
      case '[':
        open();
        break;
      case '}':
      case ']':
        if (depth_ > 0) --depth_;
        begin_line();
        take(1);
        break;
      case ',':
        take(1);
        begin_line();
        break;
      case ':':
        take(1);
        sink_.space(1);
        break;
      default:
        take(std::min(text_.find_first_of(kEndsWord, at_), text_.size()) - at_);
    }
  }

  void open() {
    take(1);
    at_ = end_of_space(at_);
    if (at_ < text_.size() && (text_[at_] == '}' || text_[at_] == ']')) {
      take(1);
    } else {
      ++depth_;
      begin_line();
    }
  }

  void take(std::size_t size) {
    sink_.token(text_.substr(at_, size));
    at_ += size;
  }

  void begin_line() { sink_.line(2 * std::min(depth_, kMaxIndentDepth)); }

  [[nodiscard]] std::size_t end_of_space(std::size_t from) const {
    return std::min(text_.find_first_not_of(kSpace, from), text_.size());
  }

  [[nodiscard]] std::size_t end_of_string() const {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2U : 1U;
    return std::min(end + 1, text_.size());
  }

  std::string_view text_;
  Sink& sink_;
  const StopFlag& stop_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace skep::compare
