#include "json/parse_bounded.hpp"

#include <boost/json/memory_resource.hpp>
#include <boost/json/parser.hpp>
#include <boost/json/storage_ptr.hpp>

#include <new>
#include <string>

namespace skep::json {
namespace {

// Used by one thread at a time, as the tree is.
class BoundedMemory final : public boost::json::memory_resource {
 public:
  explicit BoundedMemory(std::size_t bytes) : rest_(bytes) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
    if (bytes > rest_) throw std::bad_alloc();
    void* memory = ::operator new(bytes);
    rest_ -= bytes;
    return memory;
  }
  // Boost 1.81 does not give the name of a member back with the size and alignment that it had.
  void do_deallocate(void* memory, std::size_t bytes, std::size_t /*alignment*/) override {
    ::operator delete(memory);
    rest_ += bytes;
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::size_t rest_;
};

}  // namespace

Result<boost::json::value> parse_bounded(std::string_view text, std::size_t max_depth) {
  constexpr std::size_t kLeast = std::size_t{32} << 20U;
  const auto memory = boost::json::make_shared_resource<BoundedMemory>(3 * text.size() + kLeast);
  boost::json::parse_options options;
  options.max_depth = max_depth;
  try {
    boost::json::parser parser(memory, options);
    parser.reset(memory);
    boost::system::error_code error;
    parser.write(boost::json::string_view(text.data(), text.size()), error);
    if (!error) return parser.release();
    return fail(ErrorKind::kInvalidArgument, error.message());
  } catch (const std::bad_alloc&) {
    return fail(ErrorKind::kTooLarge, "it has too many values to be read: " +
                                          std::to_string(text.size()) + " bytes of them");
  }
}

}  // namespace skep::json
