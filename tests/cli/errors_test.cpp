// What goes wrong, what is said about it, and with which exit code.
#include "cli/cli_fixture.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

namespace skep::test {
namespace {

class ErrorsTest : public CliTest {
 protected:
  void expect(const Ran& ran, int code, const std::string& part) {
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_EQ(ran.out, "");
    EXPECT_EQ(lines_of(ran.err).size(), 1U) << ran.err;
    EXPECT_TRUE(ran.err.starts_with("skep: ")) << ran.err;
    EXPECT_NE(ran.err.find(part), std::string::npos) << ran.err;
  }
  void expect_emit(const std::vector<std::string>& more, const std::string& part) {
    std::vector<std::string> arguments{"emit", "--task", "t", "--agent", "a"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect(skep(arguments), 2, part);
    EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
  }
};

TEST_F(ErrorsTest, ReadingDoesNotCreateAStore) {
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{{"get", "out-0000000000"},
                                             {"latest", "a"},
                                             {"list"},
                                             {"tail"},
                                             {"tasks"},
                                             {"runs"},
                                             {"agents"},
                                             {"stats"},
                                             {"collect"},
                                             {"export"},
                                             {"export", "file"}}) {
    expect(skep(command), 3, "no store at ./skep.db");
    EXPECT_FALSE(std::filesystem::exists(path("skep.db")));
    EXPECT_FALSE(std::filesystem::exists(path("file")));
  }
}

TEST_F(ErrorsTest, ContradictoryEmits) {
  expect_emit({"x", "--value", "1"}, "TEXT and --value exclude each other");
  expect_emit({"--file", "f", "--event", "{}"}, "--file and --event exclude each other");
  expect_emit({"--event", "{}", "--not-ok"}, "leave out --not-ok");
  expect_emit({"--name", "n", "x"}, "--type final does not go with --name");
  expect_emit({"--type", "artifact", "x"}, "--type artifact needs --name");
  expect_emit({"--type", "artifact", "--name", "n", "--ok", "x"}, "does not go with --ok");
  expect_emit({"--type", "progress"}, "--type progress needs --stage");
  expect_emit({"--type", "progress", "--stage", "s", "x"}, "does not go with TEXT");
  expect_emit({"--type", "partial", "--stage", "s", "x"}, "does not go with --stage");
  expect_emit({"--ok", "--not-ok", "x"}, "--ok and --not-ok exclude each other");
  expect_emit({"--mime", "m", "x"}, "--mime needs --file");
  expect_emit({"--link", "-"}, "--link names a file");
  expect_emit({"--file", "f", "--link", "f"}, "--file and --link exclude each other");
}

TEST_F(ErrorsTest, MalformedEmits) {
  expect_emit({"--value", "{"}, "the value is not JSON");
  expect_emit({"--value", "1 2"}, "the value is not JSON");
  expect_emit({"--event", R"({"type":"finale"})"}, "--event: ");
  expect_emit({"--attempt", "-1", "x"}, "'-1' is not a number");
  expect_emit({"--attempt", "4294967296", "x"}, "is not a number");
  expect_emit({"--attempt", "0x1", "x"}, "is not a number");
  expect_emit({"--type", "other", "x"}, "--type");
  expect_emit({"\xff\xfe"}, "argument 6 is not UTF-8 at byte 0");
  expect_emit({"x", "y"}, "skep emit --help");
  expect(skep({"emit", "--task", "t", "--agent", "a"}, "\xc3("), 2, "the text is not UTF-8");
  expect(skep({"emit", "--agent", "a", "x"}), 2, "--task is required");
  expect(skep({"emit", "--task", "t", "x"}), 2, "--agent is required");
}

TEST_F(ErrorsTest, NoSuchCommand) {
  expect(skep({"frobnicate"}), 2, "unknown command or option 'frobnicate'");
  expect(skep({}), 2, "no command given (see skep --help)");
  expect(skep({"list", "--frob"}), 2, "--frob");
}

TEST_F(ErrorsTest, AttemptNeedsTask) {
  (void)emit("a", "x");
  expect(skep({"list", "--attempt", "1"}), 2, "--attempt needs --task");
  expect(skep({"latest", "a", "--attempt", "1"}), 2, "--attempt needs --task");
  expect(skep({"tail", "--attempt", "1"}), 2, "--attempt needs --task");
}

TEST_F(ErrorsTest, NotFound) {
  (void)emit("a", "x");
  expect(skep({"get", "out-nope"}), 3, "output not found: out-nope");
  expect(skep({"latest", "b"}), 3, "output not found: b");
  expect(skep({"latest", "a", "--task", "u"}), 3, "output not found: u/1/a");
  expect(skep({"get", "\x1b[31mred"}), 3, "\\x1b[31mred");
}

TEST_F(ErrorsTest, NoBody) {
  const auto progress = emit("a", "", {"--type", "progress", "--stage", "s"});
  expect(skep({"get", progress, "--body"}), 3, "it is a progress event");
  const auto file = emit("a", "", {"--link", "/etc/passwd"});
  expect(skep({"get", file, "--body"}), 3, "it is the file /etc/passwd, which Skep does not open");
}

TEST_F(ErrorsTest, TooLarge) {
  expect(skep({"emit", "--task", "t", "--agent", "a"}, std::string((64U << 20U) + 1, 'x')), 6,
         "standard input is longer than");
}

TEST_F(ErrorsTest, NotADatabase) {
  write_file("skep.db", std::string(8192, 'x'));
  expect(skep({"list"}), 5, "skep.db");
}

TEST_F(ErrorsTest, AFullDiskIsReported) {
  (void)emit("a", "x");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"export"}, {"list"}, {"latest", "a"}, {"stats"}, {"--help"}}) {
    const Ran ran = skep_into("/dev/full", command);
    EXPECT_EQ(ran.code, 8);
    EXPECT_EQ(ran.err, "skep: cannot write standard output: No space left on device\n");
  }
  expect(skep({"export", "/dev/full"}), 8, "cannot write '/dev/full'");
  expect(skep({"export", "no/such/folder"}), 8, "cannot write 'no/such/folder'");
}

TEST_F(ErrorsTest, AClosedStandardOutputIsReported) {
  (void)emit("a", "x");
  const auto directory = path("");
  const auto err = path(".err");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(err.c_str(), O_WRONLY | O_TRUNC), STDERR_FILENO);
    ::close(STDOUT_FILENO);
    if (::chdir(directory.c_str()) == 0) ::execl(SKEP_COMMAND, "skep", "list", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 8) << status;
  EXPECT_EQ(read_file(".err"), "skep: cannot write standard output: Bad file descriptor\n");
}

TEST_F(ErrorsTest, AReaderThatLeavesIsNoError) {
  (void)emit("a", "x");
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  ::close(ends[0]);
  const auto directory = path("");
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    if (::chdir(directory.c_str()) == 0) ::execl(SKEP_COMMAND, "skep", "list", nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
}

TEST_F(ErrorsTest, AnInterruptEndsAnImport) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const auto directory = path("");
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGINT, SIG_DFL);
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[1]);
    ::dup2(::open("/dev/null", O_WRONLY), STDERR_FILENO);
    if (::chdir(directory.c_str()) == 0) ::execl(SKEP_COMMAND, "skep", "import", "-", nullptr);
    ::_exit(127);
  }
  ::close(ends[0]);
  // The store is opened once the first byte is there: by then the handler is too.
  ASSERT_EQ(::write(ends[1], "\n", 1), 1);
  while (!std::filesystem::exists(path("skep.db"))) ::usleep(1'000);
  ::kill(child, SIGINT);
  int status = 0;
  ::waitpid(child, &status, 0);
  ::close(ends[1]);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 130) << status;
}

TEST_F(ErrorsTest, HelpAndVersion) {
  const Ran help = skep({"--help"});
  EXPECT_EQ(help.code, 0);
  EXPECT_NE(help.out.find("130  interrupted"), std::string::npos);
  for (const std::string command :
       {"emit", "get", "latest", "list", "tail", "tasks", "runs", "agents", "stats", "show", "diff",
        "export", "import", "serve", "token"}) {
    EXPECT_NE(help.out.find("\n  " + command), std::string::npos) << command;
    const Ran own = skep({command, "--help"});
    EXPECT_EQ(own.code, 0);
    EXPECT_NE(own.out.find("Example"), std::string::npos) << command;
    EXPECT_NE(own.out.find("--db"), std::string::npos) << command;
  }
  EXPECT_TRUE(skep({"--version"}).out.starts_with("skep "));
}

}  // namespace
}  // namespace skep::test
