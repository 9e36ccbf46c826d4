// The shapes of a header that are refused, because two programs could read them in two ways.
#pragma once

#include "http/problem.hpp"

#include <boost/beast/http/message.hpp>

#include <string_view>

namespace skep::http {

using Header = beast_http::request_header<>;

/// Whether some bytes of a header, as they came, are free of folded lines, bare line feeds and
/// NULs. `is_first` says that they begin it.
[[nodiscard]] bool is_plain(std::string_view bytes, bool is_first) noexcept;

/// Whether a header begins with a request line that is well-formed, but not of HTTP/1.0 or
/// HTTP/1.1.
[[nodiscard]] bool is_of_other_version(std::string_view header) noexcept;

/// Checks framing and the number of headers that may be there once.
[[nodiscard]] OrProblem<void> check_framing(const Header& header);

}  // namespace skep::http
