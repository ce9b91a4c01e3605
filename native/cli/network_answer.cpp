#include "cli/network_answer.hpp"

#include <array>

namespace telltale::cli {

Result<workspace::Answer> run_network(runtime::Session& session,
                                      const workspace::RunNetwork& asked) {
    const auto output = session.run(asked.batch);
    if (!output) return std::unexpected(output.error());
    const std::array outputs{*output, session.embedding()};
    workspace::Answer answer;
    for (std::size_t i = 0; i < asked.outputs.size() && i < outputs.size(); ++i)
        answer.outputs.push_back({.name = asked.outputs[i],
                                  .shape = {},
                                  .values = {outputs[i].begin(), outputs[i].end()}});
    return answer;
}

}  // namespace telltale::cli
