#include "json/stored.hpp"
#include "sqlite/file_check.hpp"

#include <string>

namespace skep::sqlite {
namespace {

// A key may outlive the records that were stored under it, if these are removed: then the request
// is answered with their refs all the same.
class KeyCheck final : public FileCheck {
 public:
  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    auto statement = connection.prepare(
        "SELECT key, refs_json, typeof(request_hash) = 'blob' FROM skep_keys WHERE key > ?1 "
        "ORDER BY key LIMIT 1000");
    if (!statement) return std::unexpected(std::move(statement.error()));
    const std::string after = last_;
    statement->bind(1, after);
    for (bool has_rows = false;; has_rows = true) {
      const auto row = statement->step();
      if (!row) return row;
      if (!*row) return !has_rows;
      last_ = statement->text(0).value_or("");
      findings.count_checked();
      const auto refs = json::parent_refs_from_stored(statement->text(1).value_or(""));
      if (!refs) {
        findings.add("damaged_key", "idempotency key " + last_,
                     "refs_json: " + refs.error().message);
      } else if (statement->integer(2) != 1) {
        findings.add("damaged_key", "idempotency key " + last_, "request_hash is no blob");
      }
      // Keys of another type sort after all texts, and none follows that could be told apart.
      if (!statement->text(0)) return true;
    }
  }

 private:
  std::string last_;
};

}  // namespace

std::unique_ptr<FileCheck> check_keys() { return std::make_unique<KeyCheck>(); }

}  // namespace skep::sqlite
