-- Begins the lease of a claim anew, only if the operation is still under way under that claim.
--
-- KEYS[1]  the operation
-- ARGV[1]  claim
-- ARGV[2]  lease in milliseconds
-- Reply    1 if it is, 0 if the claim had been lost
local record = redis.call('HMGET', KEYS[1], 'claim', 'answer')
if record[1] ~= ARGV[1] or record[2] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
