-- A script for wrk: send a file with a content type, pausing at random if asked to, and print one line of JSON.

local threads, statuses = {}, {}

function setup(thread)
  table.insert(threads, thread)
end

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  wrk.method = "POST"
  wrk.body = file:read("*a")
  wrk.headers["Content-Type"] = arguments[2]
  local mean_pause_ms = tonumber(arguments[3])
  if mean_pause_ms > 0 then
    math.randomseed(0)
    delay = function() -- exponential pauses on many connections make requests arrive at random, at a fixed rate
      return math.floor(-mean_pause_ms * math.log(1 - math.random()) + 0.5)
    end
  end
  counts = {} -- global: threads are asked for it by name
end

function response(status, headers)
  local name = tostring(status)
  if status == 503 then
    local retry_after = false
    for header in pairs(headers) do
      retry_after = retry_after or header:lower() == "retry-after"
    end
    name = retry_after and "503 with Retry-After" or "503 without Retry-After"
  end
  counts[name] = (counts[name] or 0) + 1
end

function done(summary, latency)
  for _, thread in ipairs(threads) do
    for name, count in pairs(thread:get("counts")) do
      statuses[name] = (statuses[name] or 0) + count
    end
  end
  for _, kind in ipairs({ "connect", "read", "write", "timeout" }) do
    if summary.errors[kind] > 0 then
      statuses[kind .. " error"] = summary.errors[kind]
    end
  end
  local counted = {}
  for name, count in pairs(statuses) do
    table.insert(counted, string.format('"%s": %d', name, count))
  end
  print(string.format(
    '{"seconds": %f, "p50_ms": %f, "p99_ms": %f, "statuses": {%s}}',
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, table.concat(counted, ", ")
  ))
end
