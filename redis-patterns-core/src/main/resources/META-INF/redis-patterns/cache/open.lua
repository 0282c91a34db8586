-- Makes sure that a cache has a state, and that it stays for long enough.
--
-- KEYS[1]  the state (see invalidate.lua)
-- KEYS[2]  the tags
-- ARGV[1]  milliseconds until Redis forgets both, longer than any entry lives
-- Reply    the state
local state = redis.call('GET', KEYS[1])
if state then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
  return state
end
local time = redis.call('TIME')
local now = string.format('%.0f', tonumber(time[1]) * 1000000 + tonumber(time[2]))
state = now .. ':' .. now .. ':' .. now
redis.call('UNLINK', KEYS[2])
redis.call('SET', KEYS[1], state, 'PX', ARGV[1])
return state
