// A program that knows nothing of Skep: it appends to the seven-column table as the reference does,
// with a deferred transaction of two statements, and prints "SEQ ID" for each row it committed.
// Usage: foreign_writer FILE PREFIX COUNT
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

int execute(sqlite3* db, const char* sql) {
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
}

// Returns the new row's seq, or 0 if the database was locked: then nothing was written.
long long append(sqlite3* db, const std::string& id) {
  if (execute(db, "BEGIN") != SQLITE_OK) return 0;
  long long seq = 0;
  sqlite3_stmt* select = nullptr;
  sqlite3_prepare_v2(db, "SELECT COALESCE(MAX(seq), 0) + 1 FROM outputs", -1, &select, nullptr);
  if (sqlite3_step(select) == SQLITE_ROW) seq = sqlite3_column_int64(select, 0);
  sqlite3_finalize(select);

  sqlite3_stmt* insert = nullptr;
  sqlite3_prepare_v2(db,
                     "INSERT INTO outputs (id, task_id, attempt, producer_agent, event_json, "
                     "parent_refs_json, seq) VALUES (?1, 'shared', 1, 'foreign', "
                     "'{\"type\":\"progress\",\"stage\":\"s\",\"note\":null}', '[]', ?2)",
                     -1, &insert, nullptr);
  sqlite3_bind_text(insert, 1, id.c_str(), -1, SQLITE_TRANSIENT);
  sqlite3_bind_int64(insert, 2, seq);
  const bool inserted = seq > 0 && sqlite3_step(insert) == SQLITE_DONE;
  sqlite3_finalize(insert);
  if (inserted && execute(db, "COMMIT") == SQLITE_OK) return seq;
  execute(db, "ROLLBACK");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  sqlite3* db = nullptr;
  if (sqlite3_open(argv[1], &db) != SQLITE_OK) return 1;
  sqlite3_busy_timeout(db, 5'000);
  const int count = std::atoi(argv[3]);
  for (int i = 0; i < count;) {
    char id[32];
    std::snprintf(id, sizeof id, "%s%06d", argv[2], i);
    const long long seq = append(db, id);
    if (seq == 0) continue;  // a deferred transaction that lost the race: SQLite never waits there
    std::printf("%lld %s\n", seq, id);
    std::fflush(stdout);
    ++i;
  }
  return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
