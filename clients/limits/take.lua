-- Takes one request from the bucket KEYS[1], if it holds one: {admitted, missing}, by this server's own clock.
-- ARGV: requests for each second, which is also millionths for each microsecond; the bucket's size in millionths.
-- A double holds all of these exactly, and redis.call writes them so.
local per_second, size = tonumber(ARGV[1]), tonumber(ARGV[2])
local one = 1000000
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local kept = redis.call('HMGET', KEYS[1], 'missing', 'at')
-- A clock that was set back, or another server's, gives nothing and takes nothing.
local passed = math.max(0, now - (kept[2] or now))
local missing = math.min(size, math.max(0, (kept[1] or 0) - passed * per_second))
local admitted = missing + one <= size
if admitted then
    missing = missing + one
end
redis.call('HSET', KEYS[1], 'missing', missing, 'at', now)
-- Full by then, and as good as unknown.
redis.call('PEXPIRE', KEYS[1], math.ceil(missing / per_second / 1000) + 1)
return {admitted and 1 or 0, missing}
