-- Begins the lease of a run anew, only if it is still under way.
--
-- KEYS[1]  the task
-- ARGV[1]  id of the run
-- ARGV[2]  lease in milliseconds
-- Reply    1 if it is, 0 if another has taken its place
if redis.call('HGET', KEYS[1], 'run') ~= ARGV[1] then
  return 0
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'until',
  string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2]))
return 1
