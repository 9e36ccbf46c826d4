#include "sqlite/raw_file.hpp"

#include <stdexcept>

namespace skep::test {

RawFile::RawFile(const std::filesystem::path& path) {
  if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(db_));
  sqlite3_busy_timeout(db_, 5'000);  // as mlua-swarm waits
}

RawFile::~RawFile() { sqlite3_close(db_); }

void RawFile::execute(const std::string& sql) {
  if (sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  }
}

std::vector<std::string> RawFile::rows(const std::string& sql) {
  std::vector<std::string> found;
  const auto add = [](void* rows, int count, char** values, char**) {
    std::string joined;
    for (int i = 0; i < count; ++i) {
      if (i > 0) joined += '|';
      joined += values[i] != nullptr ? values[i] : "NULL";
    }
    static_cast<std::vector<std::string>*>(rows)->push_back(std::move(joined));
    return 0;
  };
  if (sqlite3_exec(db_, sql.c_str(), add, &found, nullptr) != SQLITE_OK) {
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(db_));
  }
  return found;
}

}  // namespace skep::test
