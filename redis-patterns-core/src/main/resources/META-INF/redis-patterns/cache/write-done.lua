-- Forgets writes that are done, or that are given up and go to the dead letters.
--
-- KEYS[1]  the writes (see write-append.lua)
-- KEYS[2]  the write of each entry
-- KEYS[3]  who does the writes
-- KEYS[4]  the dead letters, a stream; expires some time after the last one came
-- ARGV[1]  token of who does them
-- ARGV[2]  why they are given up, or empty if they are done
-- ARGV[3]  number of dead letters to keep, about
-- ARGV[4]  milliseconds to keep them
-- ARGV[5]  from here on pairs: key of an entry, id of its write
-- Reply    1, or 0 if somebody else does the writes now
if redis.call('GET', KEYS[3]) ~= ARGV[1] then
  return 0
end
for i = 5, #ARGV, 2 do
  if ARGV[2] ~= '' then
    local write = redis.call('XRANGE', KEYS[1], ARGV[i + 1], ARGV[i + 1])[1]
    if write then
      local fields = write[2]
      fields[#fields + 1] = 'reason'
      fields[#fields + 1] = ARGV[2]
      redis.call('XADD', KEYS[4], 'MAXLEN', '~', ARGV[3], '*', unpack(fields))
      redis.call('PEXPIRE', KEYS[4], ARGV[4])
    end
  end
  redis.call('XDEL', KEYS[1], ARGV[i + 1])
  if redis.call('HGET', KEYS[2], ARGV[i]) == ARGV[i + 1] then
    redis.call('HDEL', KEYS[2], ARGV[i])
  end
end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[1])
end
return 1
