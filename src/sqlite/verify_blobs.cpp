#include "blob/file.hpp"
#include "blob/hold.hpp"
#include "blob/layout.hpp"
#include "blob/sha256.hpp"
#include "sqlite/file_check.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace skep::sqlite {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} << 10U;

// A blob that many records have is read once, as long as so many can be remembered.
constexpr std::size_t kMaxRemembered = 200'000;

class BlobCheck final : public FileCheck {
 public:
  explicit BlobCheck(std::filesystem::path directory)
      : directory_(std::move(directory)), buffer_(kReadBytes) {}

  Result<bool> advance(Connection& connection, VerifyFindings& findings) override {
    if (!hold_) {
      auto hold = blob::Hold::against_collection(directory_);
      if (!hold) return std::unexpected(std::move(hold.error()));
      hold_.emplace(std::move(*hold));
    }
    const auto end = std::chrono::steady_clock::now() + kCheckPiece;
    while (std::chrono::steady_clock::now() < end) {
      if (file_) {
        read_some(findings);
        continue;
      }
      const auto has_row = next_row(connection, findings);
      if (!has_row) return has_row;
      if (!*has_row) return true;
    }
    return false;
  }

 private:
  // False at the end.
  Result<bool> next_row(Connection& connection, VerifyFindings& findings) {
    auto statement = connection.prepare(
        "SELECT b.output_id, b.sha256, b.size_bytes, o.event_json FROM skep_blobs b "
        "LEFT JOIN outputs o ON o.id = b.output_id WHERE b.output_id > ?1 "
        "ORDER BY b.output_id LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement.error()));
    const std::string after = id_;
    statement->bind(1, after);
    const auto row = statement->step();
    if (!row) return row;
    if (!*row) return false;
    findings.count_checked();
    id_ = statement->text(0).value_or("");
    sha256_ = statement->text(1).value_or("");
    const auto size = statement->integer(2);
    const auto event = statement->text(3);
    if (!blob::is_sha256_hex(sha256_) || !size || *size < 0) {
      findings.add("damaged_blob_row", id_, "its row in skep_blobs has no hash or no size");
    } else if (!event) {
      findings.add("blob_without_record", id_, "skep_blobs names a record that is not there");
    } else if (event->find(sha256_) == std::string_view::npos) {
      findings.add("blob_of_another", id_, "its event does not name the blob " + sha256_);
    } else if (!looked_at_.contains(sha256_)) {
      begin(static_cast<std::uint64_t>(*size), findings);
    }
    return true;
  }

  void begin(std::uint64_t size, VerifyFindings& findings) {
    if (looked_at_.size() >= kMaxRemembered) looked_at_.clear();
    looked_at_.insert(sha256_);
    auto file = blob::BlobFile::open(blob::path_of(directory_, sha256_), size);
    if (!file) return report(file.error(), findings);
    file_.emplace(std::move(*file));
    hash_.emplace();
    offset_ = 0;
  }

  void read_some(VerifyFindings& findings) {
    const auto size = file_->read(offset_, buffer_);
    if (size && *size != 0) {
      hash_->add({buffer_.data(), *size});
      offset_ += *size;
      return;
    }
    if (!size) {
      report(size.error(), findings);
    } else if (blob::hex(hash_->finish()) != sha256_) {
      report(blob::altered(file_->path()).error(), findings);
    }
    file_.reset();
  }

  void report(const Error& error, VerifyFindings& findings) const {
    findings.add(std::string(to_string(error.kind)), id_, error.message);
  }

  const std::filesystem::path directory_;
  std::optional<blob::Hold> hold_;  // or the blob of a record that is pruned would seem missing
  std::vector<char> buffer_;
  std::unordered_set<std::string> looked_at_;
  std::string id_;      // of the row at hand
  std::string sha256_;  // of its blob
  std::optional<blob::BlobFile> file_;
  std::optional<blob::Sha256> hash_;
  std::uint64_t offset_ = 0;
};

}  // namespace

std::unique_ptr<FileCheck> check_blobs(std::filesystem::path directory) {
  return std::make_unique<BlobCheck>(std::move(directory));
}

}  // namespace skep::sqlite
