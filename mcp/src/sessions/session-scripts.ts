/**
 * What must be one step in Redis, in Lua. All keys of a session share its hash tag, so each script runs on one node of a
 * cluster. KEYS: session, log, open requests, subscriptions. Only commands of Redis 7.0.
 */

/** ARGV: ms of life. */
export const USE = `
local fields = redis.call('HGETALL', KEYS[1])
if #fields == 0 then return false end
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[1]) end
local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
if newest then
  table.insert(fields, 'logged')
  table.insert(fields, newest[1])
end
return fields`

/** ARGV: log level. */
export const SET_LOG_LEVEL = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
return redis.call('HSET', KEYS[1], 'level', ARGV[1])`

/** ARGV: ms of life, most of them, URI. 0: too many, or no session. */
export const SUBSCRIBE = `
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local there = redis.call('SISMEMBER', KEYS[4], ARGV[3]) == 1
if not there and redis.call('SCARD', KEYS[4]) >= tonumber(ARGV[2]) then return 0 end
redis.call('SADD', KEYS[4], ARGV[3])
redis.call('PEXPIRE', KEYS[4], ARGV[1])
return 1`

/** ARGV: ms of life, most open requests, stream, then request and replica in turn. */
export const OPEN = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if redis.call('HLEN', KEYS[3]) + (#ARGV - 3) / 2 > tonumber(ARGV[2]) then return false end
for at = 4, #ARGV, 2 do redis.call('HSET', KEYS[3], ARGV[at], ARGV[at + 1]) end
local position = redis.call('XADD', KEYS[2], '*', 's', ARGV[3], 'm', '', 'l', '')
redis.call('PEXPIRE', KEYS[2], ARGV[1])
redis.call('PEXPIRE', KEYS[3], ARGV[1])
return position`

/**
 * Logs one message, tells every replica, and keeps the log within its bounds.
 * ARGV: ms of life, most entries, most bytes, stream, message, 1 if the last, open request to close or '', channel, nudge.
 */
export const APPEND = `
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
if ARGV[7] ~= '' and redis.call('HDEL', KEYS[3], ARGV[7]) == 0 then return false end
local position = redis.call('XADD', KEYS[2], '*', 's', ARGV[4], 'm', ARGV[5], 'l', ARGV[6])
-- Not by HINCRBY: Lua writes less of nothing as -0, which is no number to Redis.
local bytes = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0) + #ARGV[5]
local entries = redis.call('XLEN', KEYS[2])
while entries > 1 and (entries > tonumber(ARGV[2]) or bytes > tonumber(ARGV[3])) do
  local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
  bytes = bytes - #oldest[2][4]
  redis.call('XDEL', KEYS[2], oldest[1])
  entries = entries - 1
end
redis.call('HSET', KEYS[1], 'bytes', bytes)
redis.call('PEXPIRE', KEYS[2], ARGV[1])
redis.call('PUBLISH', ARGV[8], ARGV[9])
return position`
