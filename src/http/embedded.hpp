// Files of this folder that the program carries; src/http/CMakeLists.txt puts them in.
#pragma once

#include <string_view>

namespace skep::http {

extern const std::string_view kOpenApi;    ///< openapi.json
extern const std::string_view kFrontPage;  ///< front_page.html

}  // namespace skep::http
