#include "cli/cli_fixture.hpp"

#include <fcntl.h>
#include <pty.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sstream>

namespace skep::test {
namespace {

int exit_code_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// In the child: only what is safe between fork and exec. `argv` was made before.
[[noreturn]] void become_skep(const std::filesystem::path& directory,
                              const std::vector<char*>& argv) {
  if (::chdir(directory.c_str()) == 0) ::execv(SKEP_COMMAND, argv.data());
  ::_exit(127);
}

std::vector<char*> argv_of(std::vector<std::string>& arguments) {
  arguments.insert(arguments.begin(), "skep");
  std::vector<char*> argv;
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  return argv;
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void redirect(const std::filesystem::path& path, int flags, int descriptor) {
  const int file = ::open(path.c_str(), flags, 0600);
  if (file < 0 || ::dup2(file, descriptor) < 0) ::_exit(126);
}

}  // namespace

CliTest::CliTest() {
  std::string name = (std::filesystem::temp_directory_path() / "skep-cli-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  directory_ = name;
  for (const char* variable :
       {"SKEP_DB", "SKEP_URL", "SKEP_TOKEN", "SKEP_CA_FILE", "SKEP_KEY_FILE", "NO_COLOR"}) {
    ::unsetenv(variable);
  }
}

CliTest::~CliTest() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

Ran CliTest::skep(const std::vector<std::string>& arguments, const std::string& input) {
  write_file(".in", input);
  Ran ran = skep_into((directory_ / ".out").string(), arguments);
  ran.out = read_file(".out");
  return ran;
}

Ran CliTest::skep_into(const std::string& out, const std::vector<std::string>& arguments) {
  if (!std::filesystem::exists(path(".in"))) write_file(".in", "");
  auto copy = arguments;
  const auto argv = argv_of(copy);
  const auto in = path(".in");
  const auto err = path(".err");
  const pid_t child = ::fork();
  if (child == 0) {
    redirect(in, O_RDONLY, STDIN_FILENO);
    redirect(out, O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(err, O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    become_skep(directory_, argv);
  }
  Ran ran;
  ran.code = exit_code_of(child);
  ran.err = read_file(".err");
  return ran;
}

Ran CliTest::skep_on_terminal(const std::vector<std::string>& arguments) {
  auto copy = arguments;
  const auto argv = argv_of(copy);
  ::setenv("TERM", "xterm", 1);
  winsize size{};
  size.ws_row = 24;
  size.ws_col = 80;
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (child == 0) become_skep(directory_, argv);
  Ran ran;
  std::array<char, 4096> block{};
  ssize_t count = 0;
  // The terminal's end gives EIO once the child is gone.
  while ((count = ::read(terminal, block.data(), block.size())) > 0) {
    ran.out.append(block.data(), static_cast<std::size_t>(count));
  }
  ::close(terminal);
  ran.code = exit_code_of(child);
  return ran;
}

std::string CliTest::emit(const std::string& agent, const std::string& text,
                          const std::vector<std::string>& more) {
  std::vector<std::string> arguments{"emit", "--task", "t", "--agent", agent};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Ran ran = skep(arguments, text);
  EXPECT_EQ(ran.code, 0) << ran.err;
  return ran.out.substr(0, ran.out.find('\n'));
}

void CliTest::execute(const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path("skep.db").c_str(), &database), SQLITE_OK);
  char* message = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &message), SQLITE_OK)
      << (message == nullptr ? "" : message);
  sqlite3_free(message);
  sqlite3_close(database);
}

std::string CliTest::read_file(const std::string& name) const { return slurp(path(name)); }

void CliTest::write_file(const std::string& name, const std::string& text) const {
  std::ofstream(path(name), std::ios::binary) << text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace skep::test
