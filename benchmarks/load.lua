-- What wrk asks of this script: whether each answer is right, and the figures as JSON.

local loader

function setup(thread)
  loader = thread
end

function init(arguments)
  expected = arguments[1]
  wrong = 0
end

function response(status, headers, body)
  if status ~= 200 or body ~= expected then
    wrong = wrong + 1
  end
end

function done(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout
  local form = '\n{"requests": %d, "seconds": %.6f, "p99": %.6f, "wrong": %d, "failed": %d}\n'
  local seconds, p99 = summary.duration / 1e6, latency:percentile(99) / 1e3
  io.write(form:format(summary.requests, seconds, p99, loader:get("wrong"), failed))
end
