-- Invalidates all entries of a cache, or those that have one of some tags.
--
-- KEYS[1]  the state
-- KEYS[2]  the tags, a sorted set: tag by the epoch at which it was last invalidated
-- ARGV[1]  milliseconds until Redis forgets both, longer than any entry lives
-- ARGV[2]  number of tags to know at most
-- ARGV[3]  tags from here on; none for the whole cache
-- Reply    the new state
--
-- Takes as long for a million entries as for one: it only counts up the epoch of the cache, which
-- entries are compared with when they are read.
--
-- The state is the text "cleared:epoch:forgotten": the epoch at which the cache was last
-- invalidated as a whole, the present epoch, and the highest epoch of a tag that is not known any
-- more. Epochs grow with the server's clock, so that they grow after a loss, too.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local state = redis.call('GET', KEYS[1])
local cleared, epoch, forgotten = now, now, now
if state then
  cleared, epoch, forgotten = string.match(state, '^(%d+):(%d+):(%d+)$')
  cleared, epoch, forgotten = tonumber(cleared), tonumber(epoch), tonumber(forgotten)
end
-- Without its tags nobody could say which entries they had invalidated: all.
local lost = epoch > cleared and redis.call('EXISTS', KEYS[2]) == 0
epoch = math.max(epoch + 1, now)
if #ARGV == 2 or lost then
  cleared, forgotten = epoch, epoch
  redis.call('UNLINK', KEYS[2])
end
if #ARGV > 2 and epoch > cleared then
  for i = 3, #ARGV do
    redis.call('ZADD', KEYS[2], string.format('%.0f', epoch), ARGV[i])
  end
  local excess = redis.call('ZCARD', KEYS[2]) - tonumber(ARGV[2])
  if excess > 0 then
    forgotten = tonumber(redis.call('ZRANGE', KEYS[2], excess - 1, excess - 1, 'WITHSCORES')[2])
    redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', forgotten))
  end
  redis.call('PEXPIRE', KEYS[2], ARGV[1])
end
state = string.format('%.0f:%.0f:%.0f', cleared, epoch, forgotten)
redis.call('SET', KEYS[1], state, 'PX', ARGV[1])
return state
