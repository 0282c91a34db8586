-- Reads an entry; where there is none that serves, takes a lease to load it.
--
-- KEYS[1]  the entry
-- KEYS[2]  the state of the cache (see invalidate.lua), if it lies on the same node
-- ARGV[1]  token, 16 characters
-- ARGV[2]  lease in milliseconds
-- ARGV[3]  first bytes of an entry that the caller has seen and does not want, or empty
-- ARGV[4]  1 if that one may be served until it is replaced, else 0
-- ARGV[5]  generation: entries of an older one count as nothing
-- ARGV[6]  waiter to be told when another's lease ends, 16 characters, or empty
-- Reply    {0 = there is an entry | 1 = the lease is the caller's | 2 = it is another's,
--          now in microseconds, milliseconds until the lease ends, its token,
--          the entry, perhaps below a pause, or empty, the state or nil}
--
-- What lies under the key begins with one byte: 249 = an entry (layout: Envelope), 250 = a lease:
--   byte 250, token (16), end in microseconds (16 digits), number of waiters (2 digits),
--   waiters (16 each), and to the end the entry that may be served meanwhile, or nothing.
-- Everything else counts as nothing. An invalidation removes the key and so the lease.
--
-- A token that begins with ~ is shared: whoever asks for a shared one gets the token that is there,
-- and whoever asks for one of its own takes a shared one away.
--
-- A token that begins with ! is nobody's: a pause, because a load has failed. Until its end nobody
-- gets the lease who could serve the entry below; who cannot takes it away.
local token, lease, unwanted, keep = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4] == '1'
local generation, waiter = tonumber(ARGV[5]), ARGV[6]
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])

local state = KEYS[2] and redis.call('GET', KEYS[2]) or false
local value = redis.call('GET', KEYS[1])
local kind = value and string.byte(value)
local entry, waiters, paused, remaining = '', '', false, 0
if kind == 249 then
  entry = value
elseif kind == 250 then
  local count = tonumber(string.sub(value, 34, 35))
  local ends = tonumber(string.sub(value, 18, 33))
  waiters = string.sub(value, 36, 35 + 16 * count)
  entry = string.sub(value, 36 + 16 * count)
  local shared = string.byte(value, 2) == 126 and string.byte(token) ~= 126
  remaining = math.ceil((ends - now) / 1000)
  paused = ends > now and string.byte(value, 2) == 33
  if ends > now and not shared and not paused then
    if waiter ~= '' and count < 99 and not string.find(waiters, waiter, 1, true) then
      local head = string.sub(value, 1, 33) .. string.format('%02d', count + 1)
      redis.call('SET', KEYS[1], head .. waiters .. waiter .. entry, 'KEEPTTL')
    end
    return { 2, now, remaining, string.sub(value, 2, 17), entry, state }
  end
end

if #entry < 36 or struct.unpack('>I8', entry, 23) < generation then
  entry = ''
elseif unwanted == '' or string.sub(entry, 1, #unwanted) ~= unwanted then
  return { 0, now, 0, '', paused and value or entry, state }
elseif not keep then
  entry = ''
elseif paused and string.byte(token) ~= 126 then
  return { 2, now, remaining, string.sub(value, 2, 17), value, state }
end

local life = lease
if entry ~= '' then
  life = math.max(lease, redis.call('PTTL', KEYS[1]))
end
local ends = string.format('%016.0f', now + lease * 1000)
local head = '\250' .. token .. ends .. string.format('%02d', #waiters / 16)
redis.call('SET', KEYS[1], head .. waiters .. entry, 'PX', life)
return { 1, now, lease, token, entry, state }
