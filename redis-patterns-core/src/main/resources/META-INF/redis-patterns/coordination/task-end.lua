-- Ends a run and remembers what came of it.
--
-- KEYS[1]  the task
-- ARGV[1]  id of the run
-- ARGV[2]  outcome
-- ARGV[3]  message
-- ARGV[4]  milliseconds after which the next fire is due, or -1 where that is not counted from now
-- Reply    1 if it was under way, 0 if another had taken its place
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local run = redis.call('HMGET', KEYS[1], 'node', 'fire', 'started')
redis.call('HSET', KEYS[1], 'last-node', run[1], 'last-fire', run[2], 'last-started', run[3],
  'last-ended', string.format('%.0f', now), 'last-outcome', ARGV[2], 'last-message', ARGV[3])
if ARGV[4] ~= '-1' then
  redis.call('HSET', KEYS[1], 'due', string.format('%.0f', now + ARGV[4]))
end
redis.call('HDEL', KEYS[1], 'run', 'until', 'node', 'fire', 'started')
return 1
