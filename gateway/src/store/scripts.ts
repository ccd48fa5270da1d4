/**
 * The atomic steps, in Lua, each on one key (any Redis Cluster runs them) and with the time as an argument.
 *
 * A single record is `<0|1><call><JSON {e, r}>`: the digit says that it was consumed, `call` names the one call that claimed or
 * consumed it (Redis's client sends again what was not answered, and that is no second taker), `e` is its end. A grant is a
 * hash: `record`, `use`, `upstream`, `until` (its latest end), `c:<hash>` code, `a:<hash>` access, `r:<hash>` refresh, `revoked`.
 */
import { MAX_ACCESS_TOKENS, MAX_SPENT_REFRESH_TOKENS } from './store.ts'

/** A single record in its parts: the digit, the call, the JSON. */
const single = `
local function split(kept)
  local at = string.find(kept, '{', 1, true)
  return string.sub(kept, 1, 1), string.sub(kept, 2, at - 1), string.sub(kept, at)
end
`

/** KEYS record; ARGV now, ms. 1 where it is there: it lives at least that long from now, and never shorter than before. */
const extend = `${single}
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
local digit, call, json = split(kept)
local known = string.match(json, '^{"e":(%d+),')
if not known then return 1 end
local now = tonumber(ARGV[1])
if tonumber(known) <= now then return 0 end
local till = now + tonumber(ARGV[2])
if till > tonumber(known) then
  local rest = string.sub(json, #known + 6)
  redis.call('SET', KEYS[1], digit .. call .. '{"e":' .. string.format('%d', till) .. rest, 'PX', ARGV[2])
end
return 1
`

/** KEYS record; ARGV now, JSON of the record alone. 1 where one was there: its end stays. */
const replace = `${single}
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
local digit, call, json = split(kept)
local known = string.match(json, '^{"e":(%d+),')
if known and tonumber(known) <= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], digit .. call .. '{"e":' .. (known or 'null') .. ',"r":' .. ARGV[2] .. '}', 'KEEPTTL')
return 1
`

/** KEYS counter; ARGV ms. What it counts, this one included. */
const count = `
local counted = redis.call('INCR', KEYS[1])
if counted == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return counted
`

/** KEYS record; ARGV now, JSON, ms or 0, call. Nil where this call wrote, else the value that is there. */
const claim = `${single}
local kept = redis.call('GET', KEYS[1])
if kept then
  local digit, call, json = split(kept)
  if call == ARGV[4] then return nil end
  local record = cjson.decode(json)
  if record.e == cjson.null or record.e > tonumber(ARGV[1]) then return kept end
end
local value = '0' .. ARGV[4] .. ARGV[2]
if tonumber(ARGV[3]) > 0 then
  redis.call('SET', KEYS[1], value, 'PX', ARGV[3])
else
  redis.call('SET', KEYS[1], value)
end
return nil
`

/** KEYS record; ARGV call. The value as it was before this call: the digit tells the first taker. */
const consume = `${single}
local kept = redis.call('GET', KEYS[1])
if not kept then return nil end
local digit, call, json = split(kept)
if digit == '0' then redis.call('SET', KEYS[1], '1' .. ARGV[1] .. json, 'KEEPTTL') end
return (digit == '0' or call == ARGV[1]) and '0' .. json or kept
`

/** KEYS link; ARGV owner. 1 where it was this owner's. */
const release = `${single}
local kept = redis.call('GET', KEYS[1])
if not kept then return 0 end
local digit, call, json = split(kept)
if cjson.decode(json).r.owner ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`

/** Before a write: what is over goes, and so do the oldest of too many tokens. After it: the grant's end. */
const housekeeping = `
local key, now = KEYS[1], tonumber(ARGV[1])
local function forget(tokens, most)
  if #tokens <= most then return end
  table.sort(tokens, function (a, b) return a.age < b.age end)
  for i = 1, #tokens - most do redis.call('HDEL', key, tokens[i].name) end
end
local function prune(grace)
  local fields, access, spent = redis.call('HGETALL', key), {}, {}
  for i = 1, #fields, 2 do
    local name, kind = fields[i], string.sub(fields[i], 1, 2)
    if kind == 'a:' or kind == 'r:' or kind == 'c:' then
      local token = cjson.decode(fields[i + 1])
      if token.e <= now and not (kind == 'c:' and token.u) then
        redis.call('HDEL', key, name)
      elseif kind == 'a:' then
        access[#access + 1] = { name = name, age = token.e }
      elseif kind == 'r:' and token.at then
        spent[#spent + 1] = { name = name, age = token.at }
        if token.x and now - token.at > grace then
          token.x = nil
          redis.call('HSET', key, name, cjson.encode(token))
        end
      end
    end
  end
  forget(access, ${MAX_ACCESS_TOKENS - 1})
  forget(spent, ${MAX_SPENT_REFRESH_TOKENS - 1})
end
local function settle(use, last)
  redis.call('HSET', key, 'use', use)
  local till = math.max(tonumber(redis.call('HGET', key, 'until') or '0'), last)
  redis.call('HSET', key, 'until', string.format('%d', till))
  redis.call('PEXPIRE', key, string.format('%d', math.max(till - now, 1)))
end
`

/** ARGV now, code, access, its JSON, refresh, its JSON, use, latest end. */
const redeem = `${housekeeping}
local kept = redis.call('HGET', key, 'c:' .. ARGV[2])
if not kept then return 'unknown' end
local code = cjson.decode(kept)
-- The client of Redis sends again what was not answered: tokens that are there already are this very redemption's.
if code.u then return redis.call('HEXISTS', key, 'a:' .. ARGV[3]) == 1 and 'redeemed' or 'replay' end
if code.e <= now then return 'unknown' end
prune(0)
code.u = 1
redis.call('HSET', key, 'c:' .. ARGV[2], cjson.encode(code), 'a:' .. ARGV[3], ARGV[4], 'r:' .. ARGV[5], ARGV[6])
settle(ARGV[7], tonumber(ARGV[8]))
return 'redeemed'
`

/** ARGV now, refresh, access, its JSON, successor, its JSON, use, latest end, grace, sealed. */
const rotate = `${housekeeping}
local kept = redis.call('HGET', key, 'r:' .. ARGV[2])
local grace = tonumber(ARGV[9])
if not kept then return { 'unknown' } end
local token = cjson.decode(kept)
if token.e <= now then return { 'unknown' } end
if not token.at then
  prune(grace)
  token.at, token.n, token.x = now, ARGV[5], ARGV[10]
  redis.call('HSET', key, 'r:' .. ARGV[2], cjson.encode(token), 'a:' .. ARGV[3], ARGV[4], 'r:' .. ARGV[5], ARGV[6])
  settle(ARGV[7], tonumber(ARGV[8]))
  return { 'rotated' }
end
if now - token.at > grace then return { 'replay' } end
local successor = redis.call('HGET', key, 'r:' .. token.n)
if not token.x or not successor then return { 'refused' } end
local next = cjson.decode(successor)
if next.at or next.j ~= cjson.decode(ARGV[6]).j then return { 'refused' } end
prune(grace)
redis.call('HSET', key, 'a:' .. ARGV[3], ARGV[4])
-- Only the access token is written: a successor that is not must not lengthen the grant.
settle(ARGV[7], cjson.decode(ARGV[4]).e)
return { 'again', token.x }
`

/** ARGV now, channel, grant id, tombstone's ms. 1 where it was alive. Announced in the same step. */
const revoke = `
local till = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'revoked', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PUBLISH', ARGV[2], ARGV[3])
return till > tonumber(ARGV[1]) and 1 or 0
`

/** KEYS grant; ARGV now, channel, message. 1 where it was alive. Announced in the same step. */
const narrow = `
for _, name in ipairs(redis.call('HKEYS', KEYS[1])) do
  if string.sub(name, 1, 2) == 'a:' then redis.call('HDEL', KEYS[1], name) end
end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return tonumber(redis.call('HGET', KEYS[1], 'until') or '0') > tonumber(ARGV[1]) and 1 or 0
`

/** KEYS grant; ARGV now, JSON, its revision. 1 where it was written; the same again, since the client may send it twice. */
const keepUpstream = `
if tonumber(redis.call('HGET', KEYS[1], 'until') or '0') <= tonumber(ARGV[1]) then return 0 end
local kept = redis.call('HGET', KEYS[1], 'upstream')
if kept == ARGV[2] then return 1 end
if (kept and cjson.decode(kept).revision or 0) ~= tonumber(ARGV[3]) - 1 then return 0 end
redis.call('HSET', KEYS[1], 'upstream', ARGV[2])
return 1
`

export const scripts = {
  claim,
  consume,
  extend,
  replace,
  count,
  release,
  redeem,
  rotate,
  revoke,
  narrow,
  keepUpstream,
} as const
