-- wrk: tools/call, with the next token each time. TOKENS names a file with one token a line.
local requests = {}
local at = 0

function init()
  local body = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_student_info","arguments":{}}}'
  for token in io.lines(os.getenv('TOKENS')) do
    requests[#requests + 1] = wrk.format('POST', nil, {
      ['authorization'] = 'Bearer ' .. token,
      ['content-type'] = 'application/json',
      ['accept'] = 'application/json, text/event-stream',
      ['mcp-protocol-version'] = '2025-11-25',
      ['user-agent'] = 'bench',
    }, body)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  io.write(string.format(
    '\nRESULT {"requests":%d,"seconds":%.6f,"failed":%d,"p50":%.3f,"p99":%.3f}\n',
    summary.requests, summary.duration / 1e6,
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.connect,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
