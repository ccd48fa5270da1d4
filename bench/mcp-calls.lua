-- wrk: one MCP request over and over, with an id of its own each time. HEADERS: one `name: value` a line. BODY holds ID.
local headers, body, at = {}, os.getenv('BODY'), 0

function init()
  for line in os.getenv('HEADERS'):gmatch('[^\n]+') do
    local name, value = line:match('^([^:]+): (.*)$')
    headers[name] = value
  end
end

function request()
  at = at + 1
  return wrk.format('POST', nil, headers, (body:gsub('"ID"', tostring(at), 1)))
end

function response(status, _, answer)
  if wrong == nil and (status ~= 200 or (os.getenv('EXPECT') ~= '' and not answer:find(os.getenv('EXPECT'), 1, true))) then
    wrong = true
    print('WRONG ' .. status .. ' ' .. answer:sub(1, 300))
  end
end

function done(summary)
  io.write(string.format('\nRESULT {"requests":%d,"seconds":%.6f}\n', summary.requests, summary.duration / 1e6))
end
