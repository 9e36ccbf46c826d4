#include "remote/target.hpp"

#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace skep::remote {
namespace {

std::string encoded(std::string_view text) {
  namespace urls = boost::urls;
  return urls::encode(urls::string_view(text.data(), text.size()), urls::unreserved_chars);
}

}  // namespace

Target& Target::segment(std::string_view text) {
  text_ += '/';
  // Who normalizes a path on the way takes these for directories.
  if (text == "." || text == "..") {
    for (std::size_t i = 0; i < text.size(); ++i) text_ += "%2E";
  } else {
    text_ += encoded(text);
  }
  return *this;
}

Target& Target::add(std::string_view name, std::string_view value) {
  text_ += has_query_ ? '&' : '?';
  has_query_ = true;
  text_.append(name).append("=").append(encoded(value));
  return *this;
}

}  // namespace skep::remote
