-- Keeps the answer of an operation, unless another has claimed it meanwhile. A claim that expired
-- and that nobody took over counts as kept: the operation was done once. Safe to repeat.
--
-- KEYS[1]  the operation
-- ARGV[1]  claim
-- ARGV[2]  fingerprint of the request
-- ARGV[3]  answer
-- ARGV[4]  milliseconds for which the answer is kept
-- Reply    1 if the answer is there now, 0 if another has claimed the operation
local claim = redis.call('HGET', KEYS[1], 'claim')
if claim and claim ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'print', ARGV[2], 'answer', ARGV[3])
return redis.call('PEXPIRE', KEYS[1], ARGV[4])
