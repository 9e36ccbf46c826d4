#include "sqlite/verify.hpp"

#include "sqlite/read_transaction.hpp"
#include "store/cancelled.hpp"
#include "store/remaining.hpp"

#include <boost/asio/this_coro.hpp>

#include <string>
#include <utility>

namespace skep::sqlite {
namespace {

// What a file without this part of Skep's tables does not need.
std::unique_ptr<FileCheck> skipped(VerifyFindings& findings, const std::string& what) {
  findings.skip("the file keeps no " + what + ": they are made when Skep opens it");
  return nullptr;
}

}  // namespace

Verification::Verification(std::optional<std::filesystem::path> blobs) {
  report_.backend = "sqlite";
  // The last one first. Each has to say itself what it needs of the file's shape.
  if (blobs) {
    checks_.emplace_back("blobs", [this, blobs = std::move(*blobs)](VerifyFindings& findings) {
      return shape_->has_blobs ? check_blobs(blobs) : skipped(findings, "blobs");
    });
  }
  checks_.emplace_back("keys", [this](VerifyFindings& findings) {
    return shape_->has_keys ? check_keys() : skipped(findings, "idempotency keys");
  });
  checks_.emplace_back("counts", [this](VerifyFindings& findings) {
    return shape_->has_counts ? check_counts() : skipped(findings, "counts");
  });
  checks_.emplace_back("edges", [this](VerifyFindings& findings) {
    return shape_->has_edges ? check_edges() : skipped(findings, "edges");
  });
  checks_.emplace_back("records", [this](VerifyFindings&) { return check_records(*shape_); });
  checks_.emplace_back("pages", [](VerifyFindings&) { return check_pages(); });
}

Result<bool> Verification::advance(Connection& connection) {
  const ReadTransaction transaction(connection);
  if (!transaction.begun()) return std::unexpected(transaction.begun().error());
  if (!shape_) {
    if (auto looked = look_at_shape(connection); !looked) {
      return std::unexpected(std::move(looked.error()));
    }
  }
  if (!check_) {
    if (checks_.empty()) return true;
    auto [name, make] = std::move(checks_.back());
    checks_.pop_back();
    findings_.emplace(report_, name);
    check_ = make(*findings_);
    total_ = 0;
    if (!check_) return false;
  }
  const auto done = advance_check(connection);
  total_ = check_->total();
  if (done && *done) check_.reset();
  if (!done) return done;
  return false;
}

Result<void> Verification::look_at_shape(Connection& connection) {
  const auto shape = read_shape(connection);
  if (!shape && shape.error().kind == ErrorKind::kCorrupt) {
    // Not even its schema can be read: there is nothing else to look at.
    checks_.clear();
    findings_.emplace(report_, "pages");
    findings_->add("unreadable", "the file", shape.error().message);
    shape_.emplace();
    return {};
  }
  if (!shape) return std::unexpected(shape.error());
  if (!shape->has_table) {
    return fail(ErrorKind::kInvalidArgument,
                "the file has no table \"outputs\": it is not an output store");
  }
  shape_ = *shape;
  return {};
}

// What the engine calls damage ends the check, and not the verification.
Result<bool> Verification::advance_check(Connection& connection) {
  auto done = check_->advance(connection, *findings_);
  if (done || done.error().kind != ErrorKind::kCorrupt) return done;
  findings_->add("unreadable", "the check of the " + findings_->name(),
                 "it ended here: " + done.error().message);
  return true;
}

VerifyProgress Verification::progress() const {
  VerifyProgress progress;
  if (!findings_) return progress;
  progress.check = findings_->name();
  progress.checked = findings_->checked_count();
  progress.total = total_;
  return progress;
}

Awaitable<VerifyReport> verify(VerifyStep step, std::filesystem::path blobs,
                               VerifyOptions options) {
  const auto started = std::chrono::steady_clock::now();
  const auto verification = std::make_shared<Verification>(
      options.blobs ? std::make_optional(std::move(blobs)) : std::nullopt);
  for (;;) {
    const auto cancelled = check_cancelled(co_await boost::asio::this_coro::cancellation_state);
    if (!cancelled) co_return std::unexpected(cancelled.error());
    auto operation = step(verification, remaining(options, started));
    const auto done = co_await std::move(operation);
    if (!done) co_return std::unexpected(done.error());
    if (*done) co_return verification->take();
    if (options.on_progress && !options.on_progress(verification->progress())) {
      co_return skep::cancelled();
    }
  }
}

}  // namespace skep::sqlite
