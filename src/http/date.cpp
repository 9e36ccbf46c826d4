#include "http/message_writer.hpp"

#include <array>
#include <ctime>

namespace skep::http {

const std::string& date_text() {
  thread_local std::time_t made_at = 0;
  thread_local std::string text;
  const std::time_t now = std::time(nullptr);
  if (now != made_at) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> buffer{};
    std::strftime(buffer.data(), buffer.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    text = buffer.data();
    made_at = now;
  }
  return text;
}

}  // namespace skep::http
