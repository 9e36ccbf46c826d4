// What slicing holds and reads of a large content.
#include "slice/slice_fixture.hpp"
#include "slice/unescaped.hpp"
#include "slice/window.hpp"

#include <algorithm>

namespace skep::test {
namespace {

// So many bytes that nobody holds: lines of 64 bytes, or one without an end.
class EndlessSource final : public slice::TextSource {
 public:
  EndlessSource(std::uint64_t size, bool has_lines) : size_(size), has_lines_(has_lines) {}

  Result<std::size_t> read(std::uint64_t offset, std::span<char> out) override {
    largest_read = std::max(largest_read, out.size());
    if (offset >= size_) return 0;
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), size_ - offset));
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = has_lines_ && (offset + i) % 64 == 63 ? '\n' : 'a';
    }
    read_bytes += count;
    return count;
  }
  std::uint64_t size_bytes() const override { return size_; }

  std::size_t largest_read = 0;
  std::uint64_t read_bytes = 0;

 private:
  std::uint64_t size_;
  bool has_lines_;
};

constexpr std::uint64_t kHuge = std::uint64_t{1} << 40U;

Slice slice_huge(EndlessSource& source, std::initializer_list<Given> given) {
  auto part = slice::slice_content(source, "text/plain", query(given), {});
  EXPECT_TRUE(is_ok(part));
  return part.value_or(Slice());
}

TEST(MemoryTest, OfAHugeContentOnlyWhatIsNeededIsRead) {
  for (const bool has_lines : {true, false}) {
    EndlessSource source(kHuge, has_lines);
    EXPECT_EQ(slice_huge(source, {{"first", "100"}}).begin_byte, 0U);
    EXPECT_EQ(slice_huge(source, {{"last", "100"}}).end_byte, kHuge);
    EXPECT_EQ(slice_huge(source, {{"bytes", "1000000000000-"}}).begin_byte, 1'000'000'000'000U);
    EXPECT_LE(source.read_bytes, 16 * slice::Window::kBytes);
    EXPECT_LE(source.largest_read, slice::Window::kBytes);
  }
}

TEST(MemoryTest, LinesOfALargeContentAreFoundWindowByWindow) {
  EndlessSource source(kMaxCountedBytes + 64, true);
  const Slice part = slice_huge(source, {{"lines", "100000-100001"}});
  EXPECT_EQ(part.begin_byte, 99'999U * 64);
  EXPECT_EQ(part.text.size(), 128U);
  EXPECT_FALSE(part.total_lines);
  EXPECT_LE(source.largest_read, slice::Window::kBytes);
  EXPECT_LE(source.read_bytes, part.end_byte + 8 * slice::Window::kBytes);
}

TEST(MemoryTest, ALineWithoutEndIsSearchedWindowByWindow) {
  EndlessSource source(std::uint64_t{8} << 20U, false);
  const Slice part = slice_huge(source, {{"grep", "b"}, {"context", "100"}});
  EXPECT_TRUE(part.matches.empty());
  EXPECT_LE(source.largest_read, slice::Window::kBytes);
}

TEST(MemoryTest, IsGivenUpWhenToldTo) {
  EndlessSource source(kHuge, false);
  int asked = 0;
  const auto stop = [&asked] { return ++asked > 3; };
  for (const auto& given : {query({{"grep", "b"}}), query({{"lines", "2"}})}) {
    asked = 0;
    source.read_bytes = 0;
    EXPECT_TRUE(
        is_error(slice::slice_content(source, "text/plain", given, stop), ErrorKind::kCancelled));
    EXPECT_LE(source.read_bytes, 4 * slice::Window::kBytes);
  }
}

TEST(MemoryTest, AStringIsUnescapedAnywhere) {
  std::string json = "\"";
  std::string text;
  for (int i = 0; json.size() < 300'000; ++i) {
    json += R"(abc\n\u00e9\ud83d\udc1d)" + std::to_string(i);
    text += "abc\n\u00e9\U0001F41D" + std::to_string(i);
  }
  json += '"';
  slice::StringSource source(json);
  auto characters = slice::UnescapedSource::open(source, 1, json.size() - 1, {});
  ASSERT_TRUE(is_ok(characters));
  EXPECT_EQ((*characters)->size_bytes(), text.size());
  for (const std::size_t offset : {0U, 5U, 6U, 99'999U, 100'000U, 7U}) {
    for (const std::size_t size : {1U, 2U, 3U, 5U, 1000U}) {
      std::string out(size, '\0');
      const auto got = (*characters)->read(offset, out);
      ASSERT_TRUE(is_ok(got));
      ASSERT_GT(*got, 0U);
      EXPECT_EQ(out.substr(0, *got), text.substr(offset, *got)) << offset << ' ' << size;
    }
  }
  std::string end(10, '\0');
  EXPECT_EQ((*characters)->read(text.size(), end).value(), 0U);
}

// What fails is passed on, and a content that is shorter than it says is not read for ever.
class FailingSource final : public slice::TextSource {
 public:
  explicit FailingSource(bool fails) : fails_(fails) {}
  Result<std::size_t> read(std::uint64_t, std::span<char>) override {
    if (fails_) return fail(ErrorKind::kInternal, "the disk is gone");
    return 0;
  }
  std::uint64_t size_bytes() const override { return 1'000; }

 private:
  bool fails_;
};

TEST(MemoryTest, ASourceThatFails) {
  for (const auto& given : {query({{"grep", "b"}}), query({{"lines", "2"}}), query({}),
                            query({{"last", "2"}}), query({{"bytes", "10-20"}})}) {
    FailingSource failing(true);
    EXPECT_TRUE(is_error(slice::slice_content(failing, "text/plain", given, {}),
                         ErrorKind::kInternal, "the disk is gone"));
    FailingSource ending(false);
    (void)slice::slice_content(ending, "text/plain", given, {});
  }
}

}  // namespace
}  // namespace skep::test
