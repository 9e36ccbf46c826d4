// The back ends that need no server.
#include "support/backend.hpp"
#include "support/run.hpp"

#include <skep/memory_store.hpp>
#include <skep/sqlite_store.hpp>

#include <stdexcept>

namespace skep::test {
namespace {

std::unique_ptr<OutputStore> opened(Result<std::unique_ptr<OutputStore>> store) {
  if (!store) throw std::runtime_error("the store doesn't open: " + store.error().message);
  return std::move(*store);
}

SqliteStoreOptions sqlite_options(std::size_t max_body_bytes) {
  SqliteStoreOptions options;
  options.max_body_bytes = max_body_bytes;
  options.search = true;
  return options;
}

}  // namespace

std::vector<Backend> backends() {
  return {
      Backend("memory", false,
              [](const std::filesystem::path&, std::size_t max_body_bytes) {
                return make_memory_store(MemoryStoreOptions{.max_body_bytes = max_body_bytes});
              }),
      Backend("sqlite", true,
              [](const std::filesystem::path& directory, std::size_t max_body_bytes) {
                return opened(run(
                    open_sqlite_store(directory / "outputs.db", sqlite_options(max_body_bytes))));
              }),
      Backend("sqlite_in_memory", false,
              [](const std::filesystem::path&, std::size_t max_body_bytes) {
                return opened(run(open_sqlite_store_in_memory(sqlite_options(max_body_bytes))));
              }),
  };
}

}  // namespace skep::test
