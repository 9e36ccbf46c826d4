// A store that makes room for another one.
#pragma once

#include <skep/error.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace skep::sqlite {

/// The store at a path, whole under a second name beside it: the same files, linked, so that both
/// are there until another one is renamed to the path, however that ends. Where there are no links
/// it is a copy. Unless `keep` is called, the store is put back in the end, and the name removed.
class Aside {
 public:
  /// Of the database at `path`.
  explicit Aside(std::filesystem::path path) : path_(std::move(path)) {}
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;
  ~Aside();

  /// Gives the store its second name, durably. Nothing happens if none is there. Errors: `kIo`.
  [[nodiscard]] Result<void> make();

  /// Its name now; nothing if there was none.
  [[nodiscard]] std::optional<std::filesystem::path> keep() noexcept;

 private:
  /// A file that has its second name.
  struct Kept {
    std::string suffix;
    std::uintmax_t device = 0;
    std::uintmax_t inode = 0;
  };

  [[nodiscard]] bool put_back(const Kept& file) const;

  const std::filesystem::path path_;
  std::optional<std::filesystem::path> name_;
  std::vector<Kept> files_;
  bool is_kept_ = false;
};

}  // namespace skep::sqlite
