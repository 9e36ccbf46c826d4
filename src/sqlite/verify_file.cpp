// Verifying from outside: a store's file, open or not.
#include "blob/layout.hpp"
#include "sqlite/open.hpp"
#include "sqlite/schema.hpp"
#include "sqlite/sqlite_store.hpp"
#include "sqlite/verify.hpp"

#include <memory>
#include <utility>

namespace skep {
namespace sqlite {

Awaitable<VerifyReport> SqliteStore::do_verify(VerifyOptions options) {
  VerifyStep step = [reads = reads_](std::shared_ptr<Verification> verification,
                                     CallOptions call_options) {
    auto job = [verification = std::move(verification)](Connection& connection) {
      return verification->advance(connection);
    };
    return reads->read(std::move(job), call_options);
  };
  return sqlite::verify(std::move(step), blobs_.path(), std::move(options));
}

namespace {

Awaitable<VerifyReport> verify_file(std::string path, VerifyOptions options) {
  auto blobs = blob::directory_of(path);
  auto reader =
      start_isle<Connection>([path = std::move(path)] { return open_reader(path, kBusyTimeout); });
  VerifyStep step = [isle = reader.isle](std::shared_ptr<Verification> verification,
                                         CallOptions call_options) {
    auto job = [verification = std::move(verification)](Connection& connection) {
      return verification->advance(connection);
    };
    return isle.call(std::move(job), call_options);
  };
  auto operation = verify(std::move(step), std::move(blobs), std::move(options));
  co_return co_await std::move(operation);
}

}  // namespace
}  // namespace sqlite

Awaitable<VerifyReport> verify_sqlite_file(std::filesystem::path path, VerifyOptions options) {
  auto file = sqlite::existing_file(path);
  if (!file) co_return std::unexpected(std::move(file.error()));
  auto operation = sqlite::verify_file(std::move(*file), std::move(options));
  co_return co_await std::move(operation);
}

}  // namespace skep
