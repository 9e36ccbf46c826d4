// `skep tail`: what is there, what comes, and how it ends.
#include "cli/cli_fixture.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>

namespace skep::test {
namespace {

// A tail that runs beside the test, with its output in a file.
class TailTest : public CliTest {
 protected:
  ~TailTest() override {
    if (child_ > 0) (void)end(SIGKILL);
  }

  void start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"skep", "tail"});
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const auto directory = path("");
    const auto out = path("tail.out");
    const auto err = path("tail.err");
    child_ = ::fork();
    if (child_ != 0) return;
    std::signal(SIGINT, SIG_DFL);
    ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    if (::chdir(directory.c_str()) == 0) ::execv(SKEP_COMMAND, argv.data());
    ::_exit(127);
  }

  // The exit code once the signal has ended it.
  [[nodiscard]] int end(int signal) {
    ::kill(child_, signal);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  [[nodiscard]] bool shows(const std::string& text) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < deadline) {
      if (read_file("tail.out").find(text) != std::string::npos) return true;
      ::usleep(5'000);
    }
    return false;
  }

 private:
  pid_t child_ = 0;
};

TEST_F(TailTest, ShowsWhatIsThereAndWhatComes) {
  const auto one = emit("writer", "one");
  start({"--all"});
  ASSERT_TRUE(shows(one)) << read_file("tail.err");
  const auto two = emit("editor", "two");
  ASSERT_TRUE(shows("two"));
  EXPECT_EQ(end(SIGINT), 0) << read_file("tail.err");
  EXPECT_EQ(read_file("tail.err"), "");
  const auto lines = lines_of(read_file("tail.out"));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_TRUE(lines[0].starts_with("ref "));
  EXPECT_TRUE(lines[1].starts_with(one));
  EXPECT_TRUE(lines[2].starts_with(two));
}

TEST_F(TailTest, Filters) {
  (void)emit("a", "old");
  start({"--json", "--after-seq", "1", "--task", "t", "--agent", "a", "--type", "final"});
  (void)emit("b", "of another");
  (void)emit("a", "of another type", {"--type", "partial"});
  const auto wanted = emit("a", "wanted");
  ASSERT_TRUE(shows("wanted")) << read_file("tail.err");
  EXPECT_EQ(end(SIGINT), 0) << read_file("tail.err");
  const auto lines = lines_of(read_file("tail.out"));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(skep({"get", wanted, "--json"}).out, lines[0] + "\n");
}

TEST_F(TailTest, BeginsWithWhatIsNew) {
  (void)emit("a", "old");
  start({});
  // Until it has begun, what is emitted may be taken for old.
  std::string out;
  for (int i = 0; i < 1'000 && out.empty(); ++i) {
    (void)emit("a", "new");
    out = read_file("tail.out");
  }
  EXPECT_EQ(end(SIGINT), 0) << read_file("tail.err");
  EXPECT_NE(out.find("new"), std::string::npos);
  EXPECT_EQ(out.find("old"), std::string::npos);
}

TEST_F(TailTest, BeginsInOnePlace) {
  (void)emit("a", "x");
  for (const std::string seq : {"x", "-1", "9223372036854775808"}) {
    EXPECT_EQ(skep({"tail", "--after-seq", seq}).code, 2);
  }
  const Ran ran = skep({"tail", "--all", "--after-seq", "1"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "skep: --all and --after-seq exclude each other\n");
}

}  // namespace
}  // namespace skep::test
