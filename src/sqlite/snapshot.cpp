#include "sqlite/snapshot.hpp"

#include "sqlite/engine_error.hpp"
#include "sqlite/open.hpp"
#include "sqlite/read_transaction.hpp"
#include "sqlite/schema.hpp"
#include "store/cancelled.hpp"

#include <filesystem>
#include <memory>
#include <system_error>

namespace skep::sqlite {
namespace {

// Pages between two looks at the clock and at an interrupt: 1 MiB.
constexpr int kStepPages = 256;

struct Finish {
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

Result<void> copy_pages(Connection& source, Connection& target, std::uint64_t page_bytes,
                        const std::function<bool(const BackupProgress&)>& on_progress) {
  const std::unique_ptr<sqlite3_backup, Finish> backup(
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
  if (!backup) {
    return std::unexpected(engine_error(target.handle(), sqlite3_extended_errcode(target.handle()),
                                        "beginning a copy"));
  }
  for (;;) {
    const int code = sqlite3_backup_step(backup.get(), kStepPages);
    if (code != SQLITE_OK && code != SQLITE_DONE) {
      return std::unexpected(engine_error(nullptr, code, "copying the database"));
    }
    if (source.interrupted()) return skep::cancelled();
    const auto total = static_cast<std::uint64_t>(sqlite3_backup_pagecount(backup.get()));
    const auto left = static_cast<std::uint64_t>(sqlite3_backup_remaining(backup.get()));
    const BackupProgress progress{(total - left) * page_bytes, total * page_bytes};
    if (on_progress && !on_progress(progress)) return skep::cancelled();
    if (code == SQLITE_DONE) return {};
  }
}

}  // namespace

Result<void> copy_snapshot(Connection& source, const std::string& path,
                           const std::function<bool(const BackupProgress&)>& on_progress) {
  auto target = Connection::open(path, Connection::Mode::kReadWrite, kBusyTimeout);
  if (!target) return std::unexpected(std::move(target.error()));
  // It is synced once, at the end, and of no use before.
  if (auto set = (*target)->execute("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF"); !set) {
    return set;
  }
  const auto page_size = source.pragma("page_size");
  if (!page_size) return std::unexpected(page_size.error());
  const ReadTransaction transaction(source);
  if (!transaction.begun()) return std::unexpected(transaction.begun().error());
  // The transaction begins to see with its first read: what follows is of one commit.
  if (auto begun = source.run("SELECT COUNT(*) FROM sqlite_master"); !begun) return begun;
  if (auto copied = copy_pages(source, **target, std::stoul(*page_size), on_progress); !copied) {
    return copied;
  }
  // A file without a log can be read where nothing can be written.
  const auto mode = (*target)->pragma("journal_mode=DELETE");
  if (!mode) return std::unexpected(mode.error());
  return {};
}

Result<BackupReport> inspect_snapshot(const std::string& path) {
  auto connection = open_reader(path, kBusyTimeout);
  if (!connection) return std::unexpected(std::move(connection.error()));
  const auto shape = read_shape(**connection);
  if (!shape) return std::unexpected(shape.error());
  if (!shape->has_table) {
    return fail(ErrorKind::kInvalidArgument, path + " is not an output store");
  }
  const auto checked = (*connection)->pragma("quick_check(1)");
  if (!checked) return std::unexpected(checked.error());
  if (*checked != "ok") return fail(ErrorKind::kCorrupt, path + " is damaged: " + *checked);
  BackupReport report;
  auto statement = (*connection)
                       ->prepare(
                           "SELECT COUNT(*), MAX(seq) FILTER (WHERE typeof(seq) = 'integer') "
                           "FROM outputs");
  if (!statement) return std::unexpected(std::move(statement.error()));
  const auto row = statement->step();
  if (!row) return std::unexpected(row.error());
  report.record_count = static_cast<std::uint64_t>(statement->integer(0).value_or(0));
  report.last_seq = statement->integer(1).value_or(0);
  std::error_code error;
  report.bytes = std::filesystem::file_size(path, error);
  return report;
}

}  // namespace skep::sqlite
