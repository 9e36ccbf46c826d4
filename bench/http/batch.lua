-- Batches of 64 emits. Arguments: the file with bodies, the number of agents.
dofile("bench/http/common.lua")

local requests, turn = {}, 0

function init(args)
  local bodies = lines_of(args[1], 64 * 8)
  for i = 1, 8 do
    local lines = {}
    for j = 1, 64 do
      lines[j] = emit_json(bodies[(i - 1) * 64 + j], tonumber(args[2])) .. "\n"
    end
    requests[i] = wrk.format("POST", "/v1/outputs", ndjson_headers, table.concat(lines))
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
