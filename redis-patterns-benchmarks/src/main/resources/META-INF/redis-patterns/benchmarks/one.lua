-- Does nothing, to measure the way there and back.
--
-- KEYS[1]  any key, not touched
-- Reply    1
return 1
