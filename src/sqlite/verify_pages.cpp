#include "sqlite/file_check.hpp"

#include <string>

namespace skep::sqlite {
namespace {

class PageCheck final : public FileCheck {
 public:
  // One statement, which looks at every page: it takes as long as reading the file does. An
  // interrupt ends it.
  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    // More would not be listed, and SQLite counts them while it looks.
    auto statement = connection.prepare("PRAGMA integrity_check(1000)");
    if (!statement) return std::unexpected(std::move(statement.error()));
    for (;;) {
      const auto row = statement->step();
      if (!row) return std::unexpected(row.error());
      if (!*row) break;
      const std::string text(statement->text(0).value_or(""));
      if (text != "ok") findings.add("damaged_page", "the file", text);
    }
    auto count = connection.prepare("SELECT page_count FROM pragma_page_count");
    if (!count) return std::unexpected(std::move(count.error()));
    if (const auto row = count->step(); row && *row) {
      findings.count_checked(static_cast<std::uint64_t>(count->integer(0).value_or(0)));
    }
    return true;
  }
};

}  // namespace

std::unique_ptr<FileCheck> check_pages() { return std::make_unique<PageCheck>(); }

}  // namespace skep::sqlite
