-- Lets a node run a task for a fire, if nobody has done so and no run is under way.
--
-- KEYS[1]  the task, a hash: of the run under way "run" (its id), "until" (end of its lease),
--          "node", "fire", "started"; the same of the last one as "last-node" and so on, with
--          "last-ended", "last-outcome", "last-message"; "seen", the latest instant; "due", before
--          which no fire of the kinds "every" and "after" is due. Times in milliseconds
-- ARGV[1]  id of the run, unique
-- ARGV[2]  node
-- ARGV[3]  lease in milliseconds
-- ARGV[4]  milliseconds for which the task is remembered
-- ARGV[5]  kind: at, every or after
-- ARGV[6]  the instant, the period or the delay, in milliseconds
-- ARGV[7]  by how many milliseconds clocks may be wrong, or a fire too early
-- Reply    1 to run; 2 if the fire was seen before or is not due; 3 if a run is under way; 4 if
--          the instant lies too far in the future, so that the node's clock must be wrong. And a
--          number: for 4, by how many milliseconds; for 3, those until the run's lease ends
--
-- Sending it again for the same run is safe: a repeated request whose first answer was lost finds
-- itself running.
--
-- A fire is one of three kinds: "at" an instant of a calendar, known to all nodes; "every" period,
-- counted by the server's clock from when the last one was due; "after" a delay since the last run
-- ended. An instant that is not later than the latest one seen counts as done: clocks differ, but
-- each names the same instants in the same order. One that comes while a run is under way is
-- skipped for good.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local value = tonumber(ARGV[6])
local slack = tonumber(ARGV[7])
local text = function(number) return string.format('%.0f', number) end
local task = redis.call('HMGET', KEYS[1], 'run', 'until', 'due', 'seen')
local due = tonumber(task[3] or 0)
if task[1] == ARGV[1] then
  return {1, 0}
end
if ARGV[5] == 'at' then
  if value > now + slack then
    return {4, value - now}
  end
  if value <= tonumber(task[4] or 0) then
    return {2, 0}
  end
  redis.call('HSET', KEYS[1], 'seen', text(value))
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
elseif now < due - slack then
  return {2, 0}
end
if task[1] and tonumber(task[2]) > now then
  return {3, tonumber(task[2]) - now}
end
if task[1] then
  local dead = redis.call('HMGET', KEYS[1], 'node', 'fire', 'started')
  redis.call('HSET', KEYS[1], 'last-node', dead[1], 'last-fire', dead[2], 'last-started', dead[3],
    'last-ended', task[2], 'last-outcome', 'LOST', 'last-message', '')
end
redis.call('HSET', KEYS[1], 'run', ARGV[1], 'until', text(now + ARGV[3]), 'node', ARGV[2],
  'fire', ARGV[5] == 'at' and text(value) or '', 'started', text(now))
if ARGV[5] == 'every' then
  redis.call('HSET', KEYS[1], 'due', text((now < due + value and due or now) + value))
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return {1, 0}
