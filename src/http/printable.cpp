#include "http/printable.hpp"

#include <boost/algorithm/hex.hpp>

#include <iterator>

namespace skep::http {

std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c > ' ' && c <= '~') {
      shown += c;
    } else {
      shown += '%';
      boost::algorithm::hex(&c, &c + 1, std::back_inserter(shown));
    }
  }
  return shown;
}

}  // namespace skep::http
