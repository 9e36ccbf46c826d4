-- What a swarm does in ten minutes, at an even pace: reads, emits (some with a key, and some of
-- those again), batches, requests that are wrong, connections that end. Arguments: the file with
-- bodies, the file with ids, the number of agents.
dofile("bench/http/common.lua")

local bodies, ids, agents, batch
local last_key, last_request = 0, nil

local function emit(headers)
  local body = emit_json(bodies[math.random(#bodies)], agents)
  return wrk.format("POST", "/v1/data/emit", headers or json_headers, body)
end

local function emit_with_key()
  if last_request and math.random() < 0.1 then return last_request end
  last_key = last_key + 1
  last_request = emit({ ["Content-Type"] = "application/json",
                        ["Idempotency-Key"] = "key-" .. last_key })
  return last_request
end

local function wrong()
  local kind = math.random(3)
  if kind == 1 then return wrk.format("GET", "/v1/data/nobody-" .. math.random(1e9)) end
  if kind == 2 then return wrk.format("POST", "/v1/data/emit", json_headers, '{"task_id":') end
  return wrk.format("GET", "/v1/outputs?limit=0")
end

local function read()
  local path = "/v1/data/" .. ids[math.random(#ids)]
  local kind = math.random(20)
  if kind == 1 then path = "/v1/outputs?limit=20&task_id=bench" end
  if kind == 2 then path = "/v1/latest?producer_agent=agent-" .. math.random(agents) end
  if kind == 3 then path = "/metrics" end
  if kind == 4 then return wrk.format("GET", path, { ["Connection"] = "close" }) end
  return wrk.format("GET", path)
end

function init(args)
  bodies, ids = lines_of(args[1], 256), lines_of(args[2])
  agents = tonumber(args[3])
  local lines = {}
  for i = 1, 64 do lines[i] = emit_json(bodies[i], agents) .. "\n" end
  batch = wrk.format("POST", "/v1/outputs", ndjson_headers, table.concat(lines))
end

function delay() return math.random(20) end

function request()
  local part = math.random()
  if part < 0.20 then return emit() end
  if part < 0.25 then return emit_with_key() end
  if part < 0.255 then return batch end
  if part < 0.27 then return wrong() end
  return read()
end
