// Lines of a pipe, however they arrive.
#include "mcp/line_pipe.hpp"
#include "support/expect.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <thread>

namespace skep::mcp {
namespace {

using test::is_error;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
  }
  void write(std::string_view bytes) const {
    ASSERT_EQ(::write(write_end.get(), bytes.data(), bytes.size()),
              static_cast<ssize_t>(bytes.size()));
  }
  void close() { const Descriptor gone = std::move(write_end); }

  Descriptor read_end;
  Descriptor write_end;
};

TEST(LineInputTest, LinesAreCutAtLineFeeds) {
  Pipe pipe;
  LineInput input(pipe.read_end.get(), 10);
  pipe.write("one\n\ntw");
  EXPECT_EQ(input.next().value(), "one");
  EXPECT_EQ(input.next().value(), "");
  pipe.write("o\n0123456789\nlast");
  EXPECT_EQ(input.next().value(), "two");
  EXPECT_EQ(input.next().value(), "0123456789");
  pipe.close();
  EXPECT_EQ(input.next().value(), "last");
  EXPECT_EQ(input.next().value(), std::nullopt);
  EXPECT_EQ(input.next().value(), std::nullopt);
}

TEST(LineInputTest, ALineOverTheLimitIsPassedOver) {
  for (const std::size_t length : {11UL, 200'000UL}) {
    Pipe pipe;
    LineInput input(pipe.read_end.get(), 10);
    std::thread writer([&pipe, length] {
      const std::string line(length, 'x');
      for (std::size_t at = 0; at < length; at += 7'777) pipe.write(line.substr(at, 7'777));
      pipe.write("\nnext\n");
    });
    EXPECT_TRUE(is_error(input.next(), ErrorKind::kTooLarge, "10 bytes")) << length;
    EXPECT_EQ(input.next().value(), "next");
    writer.join();
  }
}

TEST(LineInputTest, ALineOverTheLimitMayBeTheLast) {
  Pipe pipe;
  LineInput input(pipe.read_end.get(), 10);
  pipe.write(std::string(100, 'x'));
  pipe.close();
  EXPECT_TRUE(is_error(input.next(), ErrorKind::kTooLarge));
  EXPECT_EQ(input.next().value(), std::nullopt);
}

TEST(LineInputTest, AnInterruptEndsTheWait) {
  Pipe pipe;
  LineInput input(pipe.read_end.get(), 10);
  std::thread waker([&input] { input.interrupt(); });
  EXPECT_TRUE(is_error(input.next(), ErrorKind::kCancelled));
  waker.join();
  input.reset_interrupt();
  pipe.write("on\n");
  EXPECT_EQ(input.next().value(), "on");
}

TEST(LineOutputTest, AnInterruptEndsAWriteThatNobodyReads) {
  Pipe pipe;
  LineOutput output(pipe.write_end.get());
  std::thread waker([&output] { output.interrupt(); });
  EXPECT_TRUE(is_error(output.write(std::string(1 << 20, 'x')), ErrorKind::kCancelled));
  waker.join();
}

TEST(LineOutputTest, WhatIsLargerThanAPipeIsWrittenWhole) {
  Pipe pipe;
  const std::string text(300'000, 'x');
  std::thread writer([&] {
    const LineOutput output(pipe.write_end.get());
    EXPECT_TRUE(output.write(text + "\n"));
  });
  LineInput input(pipe.read_end.get(), 1 << 20);
  EXPECT_EQ(input.next().value(), text);
  writer.join();
}

}  // namespace
}  // namespace skep::mcp
