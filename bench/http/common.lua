-- What wrk's scripts share: bodies, requests as text, and one line of figures at the end.

-- wrk itself sends the headers of its command line only where a request names none of its own.
local function headers_of(content_type)
  local headers = { ["Content-Type"] = content_type }
  for name, value in pairs(wrk.headers) do headers[name] = value end
  return headers
end

json_headers = headers_of("application/json")
ndjson_headers = headers_of("application/x-ndjson")

function lines_of(path, count)
  local lines = {}
  for line in io.lines(path) do
    lines[#lines + 1] = line
    if #lines == count then break end
  end
  return lines
end

-- An emit by one of `agents` agents. Bodies are base64 text: nothing in them needs an escape.
function emit_json(body, agents)
  return string.format('{"task_id":"bench","attempt":1,"producer_agent":"agent-%d","event":'
    .. '{"type":"final","content":{"kind":"inline","value":"%s"},"ok":true}}',
    math.random(agents), body)
end

-- "result REQUESTS_PER_SECOND P50_MS P99_MS FAILED"
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format("result %.1f %.3f %.3f %d\n",
    summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
