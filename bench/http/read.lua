-- Reads of records, in any order. Arguments: the file with their ids, what stands before an id in
-- the path, and what follows it.
dofile("bench/http/common.lua")

local requests = {}

function init(args)
  for i, id in ipairs(lines_of(args[1])) do
    requests[i] = wrk.format("GET", args[2] .. id .. (args[3] or ""))
  end
  math.randomseed(os.time())
end

function request()
  return requests[math.random(#requests)]
end
