#include "cli/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace skep::cli {
namespace {

std::atomic<bool> was_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int /*signal*/) { was_interrupted = true; }

}  // namespace

void watch_signals() {
  struct sigaction before = {};
  sigaction(SIGINT, nullptr, &before);
  struct sigaction action = {};
  action.sa_handler = note_interrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // No SA_RESTART: reads are to return.
  // A job in the background is started with SIGINT ignored, and stays so.
  if (before.sa_handler != SIG_IGN) sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() noexcept { return was_interrupted; }

}  // namespace skep::cli
