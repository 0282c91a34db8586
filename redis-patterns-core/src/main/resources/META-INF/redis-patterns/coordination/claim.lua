-- Claims an operation for one executor, or tells what has become of it. Sending it again with the
-- same claim is safe: a repeated request whose first answer was lost finds its own claim.
--
-- KEYS[1]  the operation, a hash: "claim" and "print" while it is under way, "answer" once it is
--          done; expires with the lease, then with the time that answers are kept
-- ARGV[1]  claim, unique for each execution
-- ARGV[2]  fingerprint of the request
-- ARGV[3]  lease in milliseconds
-- Reply    "C" if claimed; "F" and the milliseconds of the present lease if another's execution is
--          under way; "A" and the answer if it is done; "D" if it was asked for something different
local record = redis.call('HMGET', KEYS[1], 'claim', 'print', 'answer')
if record[2] and record[2] ~= ARGV[2] then
  return 'D'
end
if record[3] then
  return 'A' .. record[3]
end
if record[1] and record[1] ~= ARGV[1] then
  return 'F' .. redis.call('PTTL', KEYS[1])
end
redis.call('HSET', KEYS[1], 'claim', ARGV[1], 'print', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 'C'
