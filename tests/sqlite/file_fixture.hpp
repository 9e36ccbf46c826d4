// A SQLite store on a file in a directory of its own.
#pragma once

#include "sqlite/raw_file.hpp"
#include "support/expect.hpp"
#include "support/temp_dir.hpp"

#include <skep/blocking_store.hpp>

namespace skep::test {

class SqliteFileTest : public testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path path() const { return directory_.path() / "outputs.db"; }

  [[nodiscard]] Result<BlockingStore> try_open(SqliteStoreOptions options = {}) const {
    return BlockingStore::open_sqlite(path(), options);
  }

  [[nodiscard]] BlockingStore open() const { return std::move(try_open().value()); }

  /// Writes a file of the oldest shape with rows 1 … `count`, all good.
  void make_old_file(int count) const {
    RawFile file(path());
    file.execute(kOldestShape);
    for (int i = 1; i <= count; ++i) {
      const std::string n = std::to_string(i);
      file.execute("INSERT INTO outputs VALUES ('out-000000000" + n + "', 't', 1, 'a', '" +
                   R"({"type":"progress","stage":")" + n + R"(","note":null})" + "', '[]', " + n +
                   ")");
    }
  }

 private:
  TempDir directory_;
};

}  // namespace skep::test
