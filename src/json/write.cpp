#include "json/write.hpp"

#include <boost/json/serializer.hpp>

namespace skep::json {

void write_string(std::string& out, std::string_view text) {
  boost::json::serializer serializer;
  serializer.reset(boost::json::string_view(text.data(), text.size()));
  char buffer[4096];
  while (!serializer.done()) {
    const auto piece = serializer.read(buffer);
    out.append(piece.data(), piece.size());
  }
}

}  // namespace skep::json
