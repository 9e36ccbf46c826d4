#include <skep/skep.hpp>

// Both back ends and all of their dependencies must link.
int main() {
  auto opened = skep::BlockingStore::open_sqlite("consumer.db");
  skep::BlockingStore memory(skep::make_memory_store());
  const skep::AppendRequest request("task", 1, "agent", skep::Progress("started"));
  return opened && opened->append(request) && memory.append(request) ? 0 : 1;
}
