-- Gives a claim back, so that the next request executes the operation. An answer stays.
--
-- KEYS[1]  the operation
-- ARGV[1]  claim
-- Reply    1 if it was claimed until now, 0 if the claim had been lost or the operation is done
local record = redis.call('HMGET', KEYS[1], 'claim', 'answer')
if record[1] ~= ARGV[1] or record[2] then
  return 0
end
return redis.call('DEL', KEYS[1])
