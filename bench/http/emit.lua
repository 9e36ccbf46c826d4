-- Single emits. Arguments: the file with bodies, the number of agents.
dofile("bench/http/common.lua")

local requests, turn = {}, 0

function init(args)
  for i, body in ipairs(lines_of(args[1], 64)) do
    requests[i] = wrk.format("POST", "/v1/data/emit", json_headers,
                             emit_json(body, tonumber(args[2])))
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
