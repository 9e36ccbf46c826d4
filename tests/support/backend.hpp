// The back ends that a test program runs its suite on.
//
// To run the suite on another one: define `backends()` in a source file, and build it together with
// the object library skep_conformance.
#pragma once

#include <skep/output_store.hpp>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace skep::test {

struct Backend {
  /// Opens the store that lives in `directory`, and makes it if there is none. Throws on failure.
  using Open = std::function<std::unique_ptr<OutputStore>(const std::filesystem::path& directory,
                                                          std::size_t max_body_bytes)>;

  Backend(std::string backend_name, bool is_durable, Open open_function)
      : name(std::move(backend_name)), durable(is_durable), open(std::move(open_function)) {}

  std::string name;  ///< As `StoreStats::backend`, then `_` and a variant if there is one.
  bool durable;      ///< Opening a directory again, at the same time even, finds the same records.
  Open open;

  friend void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }
};

/// Defined by the test program.
std::vector<Backend> backends();

/// Those of `backends()` whose records outlive a store object.
inline std::vector<Backend> durable_backends() {
  std::vector<Backend> all = backends();
  std::erase_if(all, [](const Backend& backend) { return !backend.durable; });
  return all;
}

}  // namespace skep::test
