// Members of what a server answers. They throw where the answer is none that a Skep server gives.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace skep::remote {

[[nodiscard]] inline std::string string_at(const boost::json::object& object,
                                           std::string_view name) {
  return boost::json::value_to<std::string>(object.at(name));
}

[[nodiscard]] inline std::size_t size_at(const boost::json::object& object, std::string_view name) {
  return object.at(name).to_number<std::size_t>();
}

}  // namespace skep::remote
