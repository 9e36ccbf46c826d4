#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/summaries.hpp"

namespace skep::cli {
namespace {

Status agents(Session& session) {
  return show_summaries(
      session, {{"outputs", true}, {"last seq", true}, {"agent"}}, NameQuery(),
      [](BlockingStore& store, const NameQuery& query) { return store.agents(query); },
      [](const AgentSummary& agent) { return agent.producer_agent; },
      [](const AgentSummary& agent) {
        return std::vector<std::string>{std::to_string(agent.output_count),
                                        std::to_string(agent.last_seq), agent.producer_agent};
      },
      [](const AgentSummary& agent) {
        return boost::json::object{{"producer_agent", agent.producer_agent},
                                   {"output_count", agent.output_count},
                                   {"last_seq", agent.last_seq}};
      });
}

}  // namespace

void add_agents(CLI::App& app, Session& session) {
  auto& command = add_command(app, "agents", "List the agents that the store knows");
  command.footer("Example:\n  skep agents --json");
  command.callback([&session] { session.action = [&session] { return agents(session); }; });
}

}  // namespace skep::cli
