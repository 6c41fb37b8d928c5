-- Shotlog in the Console of DaVinci Resolve (Workspace > Console, Lua), for editions that list no
-- Python scripts. Paste one line, and paste it again when `shotlog watch` has prepared the markers:
--
--   dofile([[<folder>/shotlog.lua]])
--
-- It exports the current timeline into the folder that `shotlog watch` looks at, and adds the
-- markers that were prepared for the timeline as it is now. Options, before the line:
--
--   SHOTLOG = {remove = true}       remove our markers, except those that you changed
--   SHOTLOG = {adopt = true}        take over markers that came with the copy of another timeline
--   SHOTLOG = {occupied = "skip"}   leave markers out where others are; else they move a little
--
-- Lua 5.1. It needs nothing but `resolve` and `dofile`: no io, os, require, package, debug, bit.

local lacking = ""
for _, need in ipairs({
  {"print", print}, {"pcall", pcall}, {"dofile", dofile}, {"unpack", unpack}, {"math", math},
  {"string", string}, {"table", table},
}) do
  if need[2] == nil then lacking = lacking .. " " .. need[1] end
end
if lacking ~= "" then
  error("Shotlog: this Lua lacks" .. lacking .. ". Paste the line into Workspace > Console of"
    .. " DaVinci Resolve, with Lua chosen above.", 0)
end

local HANDOVER = [==[@HANDOVER@]==]
local LAYOUT = 1
local PREFIX = "shotlog1;"
local STEPS = {1, -1, 2, -2, 3, -3} -- frames by which a marker moves where another is
local COLOURS = {} -- any other name is refused silently
for name in ("Blue Cyan Green Yellow Red Pink Purple Fuchsia Rose Lavender Sky Mint Lemon Sand"
  .. " Cocoa Cream"):gmatch("%a+") do
  COLOURS[name] = true
end

local floor, format = math.floor, string.format

local function say(text, ...)
  print("Shotlog: " .. (select("#", ...) > 0 and format(text, ...) or text))
end

-- ---- calls of Resolve: a missing method is nil there, and list getters may give nil

local function field(object, name)
  local there, value = pcall(function() return object[name] end)
  if there then return value end
  return nil
end

local function ask(object, name, ...)
  local method = field(object, name)
  if method == nil then return nil end
  local done, value = pcall(method, object, ...)
  if done then return value end
  return nil
end

local function whole(value)
  return floor((tonumber(value) or 0) + 0.5)
end

local function find_resolve()
  if resolve ~= nil then return resolve end
  for _, object in pairs({fusion or false, fu or false, app or false}) do
    local found = object and ask(object, "GetResolve")
    if found then return found end
  end
  return nil
end

-- ---- SHA-256, for the hash in the custom data of markers; with arithmetic where `bit` is missing

local WORD = 2 ^ 32

local function of_bytes(operation)
  local results = {}
  for a = 0, 255 do
    local row = {}
    for b = 0, 255 do
      local value, place, x, y = 0, 1, a, b
      for _ = 1, 8 do
        if operation(x % 2, y % 2) then value = value + place end
        x, y, place = floor(x / 2), floor(y / 2), place * 2
      end
      row[b] = value
    end
    results[a] = row
  end
  return function(x, y)
    local value, place = 0, 1
    for _ = 1, 4 do
      value = value + results[x % 256][y % 256] * place
      x, y, place = floor(x / 256), floor(y / 256), place * 256
    end
    return value
  end
end

local band, bxor
local function prepare_words()
  if band then return end
  if type(bit) == "table" and bit.band and bit.bxor then
    band = function(x, y) return bit.band(x, y) % WORD end
    bxor = function(x, y) return bit.bxor(x, y) % WORD end
  else
    band = of_bytes(function(x, y) return x == 1 and y == 1 end)
    bxor = of_bytes(function(x, y) return x ~= y end)
  end
end

local function rotated(word, places)
  local low = word % 2 ^ places
  return (word - low) / 2 ^ places + low * 2 ^ (32 - places)
end

local function shifted(word, places)
  return floor(word / 2 ^ places)
end

local function constants()
  -- The first 32 bits of the fractions of the roots of the first primes: square and cube.
  local roots, cubes, candidate = {}, {}, 2
  while #cubes < 64 do
    local prime = true
    for divisor = 2, floor(candidate ^ 0.5) do
      if candidate % divisor == 0 then prime = false break end
    end
    if prime then
      if #roots < 8 then roots[#roots + 1] = floor(candidate ^ 0.5 % 1 * WORD) end
      cubes[#cubes + 1] = floor(candidate ^ (1 / 3) % 1 * WORD)
    end
    candidate = candidate + 1
  end
  return roots, cubes
end

local ROOTS, CUBES = constants()

local function digest_block(state, text, first)
  local w = {}
  for n = 1, 16 do
    local a, b, c, d = text:byte(first + 4 * n - 4, first + 4 * n - 1)
    w[n] = ((a * 256 + b) * 256 + c) * 256 + d
  end
  for n = 17, 64 do
    local x, y = w[n - 15], w[n - 2]
    local s0 = bxor(bxor(rotated(x, 7), rotated(x, 18)), shifted(x, 3))
    local s1 = bxor(bxor(rotated(y, 17), rotated(y, 19)), shifted(y, 10))
    w[n] = (w[n - 16] + s0 + w[n - 7] + s1) % WORD
  end
  local a, b, c, d, e, f, g, h = unpack(state)
  for n = 1, 64 do
    local s1 = bxor(bxor(rotated(e, 6), rotated(e, 11)), rotated(e, 25))
    local t1 = (h + s1 + bxor(g, band(e, bxor(f, g))) + CUBES[n] + w[n]) % WORD
    local s0 = bxor(bxor(rotated(a, 2), rotated(a, 13)), rotated(a, 22))
    local t2 = (s0 + bxor(band(a, bxor(b, c)), band(b, c))) % WORD
    a, b, c, d, e, f, g, h = (t1 + t2) % WORD, a, b, c, (d + t1) % WORD, e, f, g
  end
  for n, value in ipairs({a, b, c, d, e, f, g, h}) do state[n] = (state[n] + value) % WORD end
end

local function sha256(text)
  prepare_words()
  local size = #text
  text = text .. "\128" .. ("\0"):rep((55 - size) % 64) .. ("\0"):rep(4)
  local bits = size * 8
  for place = 3, 0, -1 do text = text .. string.char(floor(bits / 256 ^ place) % 256) end
  local state = {unpack(ROOTS)}
  for first = 1, #text, 64 do digest_block(state, text, first) end
  local digits = {}
  for n = 1, 8 do digits[n] = format("%04x%04x", floor(state[n] / 65536), state[n] % 65536) end
  return table.concat(digits)
end

local function content_hash(colour, duration, name, note)
  return sha256(table.concat({colour, format("%d", duration), name, note}, "\n")):sub(1, 16)
end

-- ---- the tag in the custom data, as Shotlog's Python scripts write it

local ESCAPES = {['"'] = '\\"', ["\\"] = "\\\\"}

local function quoted(text)
  text = text:gsub('["\\]', ESCAPES)
  return '"' .. text:gsub("%c", function(c) return format("\\u%04x", c:byte()) end) .. '"'
end

local function parse_tag(custom)
  if type(custom) ~= "string" or custom:sub(1, #PREFIX) ~= PREFIX then return nil end
  local tag = {
    id = custom:match('"id":"([^"]*)"'),
    family = custom:match('"family":"([^"]*)"'),
    at = tonumber(custom:match('"at":(%d+)')),
    hash = custom:match('"hash":"(%x+)"'),
    project = custom:match('"project":"([^"]*)"') or "",
    timeline = custom:match('"timeline":"([^"]*)"') or "",
    frame = tonumber(custom:match('"frame":(%d+)')),
    clip = custom:match('"clip":"([^"]*)"') or "",
  }
  if tag.id and tag.family and tag.at and tag.hash then return tag end
  return nil -- not written by us: never touched
end

local function custom_data(tag)
  return format(
    '%s{"id":%s,"family":%s,"at":%d,"hash":%s,"project":%s,"timeline":%s,"frame":%d,"clip":%s}',
    PREFIX, quoted(tag.id), quoted(tag.family), tag.at, quoted(tag.hash), quoted(tag.project),
    quoted(tag.timeline), tag.frame, quoted(tag.clip)
  )
end

-- ---- the markers of the timeline

local function read_markers(timeline)
  local markers = {}
  for frame, told in pairs(ask(timeline, "GetMarkers") or {}) do
    local custom = type(told.customData) == "string" and told.customData or ""
    local marker = {
      frame = whole(frame), -- frames and lengths are floating point numbers there
      colour = tostring(told.color or ""),
      duration = whole(told.duration or 1),
      name = tostring(told.name or ""),
      note = tostring(told.note or ""),
      custom = custom,
      tag = parse_tag(custom),
    }
    markers[marker.frame] = marker
  end
  return markers
end

local function hash_of(marker)
  return content_hash(marker.colour, marker.duration, marker.name, marker.note)
end

local function sort_markers(markers, identity, adopt)
  local ours, edited, copies = {}, {}, {}
  for _, marker in pairs(markers) do
    local tag = marker.tag
    if tag then
      local is_here = tag.project == identity.project and tag.timeline == identity.timeline
      if not is_here and not adopt then
        copies[#copies + 1] = marker
      elseif (tag.frame and tag.frame ~= marker.frame) or tag.hash ~= hash_of(marker) then
        edited[#edited + 1] = marker
      else
        ours[#ours + 1] = marker
      end
    end
  end
  return ours, edited, copies
end

local function delete(timeline, markers)
  for _, marker in ipairs(markers) do ask(timeline, "DeleteMarkerAtFrame", marker.frame) end
end

local function remove_markers(timeline, identity, adopt)
  local ours, edited, copies = sort_markers(read_markers(timeline), identity, adopt)
  delete(timeline, ours)
  local failed, after = 0, read_markers(timeline)
  for _, marker in ipairs(ours) do
    local there = after[marker.frame]
    if there and there.custom == marker.custom then failed = failed + 1 end
  end
  say("%d removed, %d kept as you changed them.", #ours - failed, #edited)
  if failed > 0 then say("Resolve did not delete %d.", failed) end
  return copies
end

local function clamped(marker, length)
  local first, last = whole(marker.frame), whole(marker.frame) + math.max(1, whole(marker.duration))
  if first == length and first > 0 then first = length - 1 end -- a range that ends with it
  first, last = math.max(0, first), math.min(last, length)
  if first >= length or last <= 0 then return nil end
  return first, math.max(last, first + 1)
end

local function free_frame(first, last, start, taken, wanted)
  for _, step in ipairs(STEPS) do
    local frame = first + step
    if frame >= start and frame < last and not taken[frame] and not wanted[frame] then
      return frame
    end
  end
  return nil
end

local function place(prepared, taken, length, occupied, identity)
  local fitting, wanted, placed, skipped = {}, {}, {}, {}
  for _, marker in ipairs(prepared) do
    local first, last = clamped(marker, length)
    if first then
      wanted[first] = true
      fitting[#fitting + 1] = {first = first, last = last, marker = marker}
    else
      skipped[#skipped + 1] = {marker.name, "it lies after the end of the timeline"}
    end
  end
  for _, one in ipairs(fitting) do
    local marker, frame = one.marker, one.first
    local told = parse_tag(marker.custom_data)
    if taken[frame] then
      frame = nil
      if occupied ~= "skip" then
        local start = math.min(one.first, told.at)
        frame = free_frame(one.first, one.last, start, taken, wanted)
      end
    end
    if frame then
      taken[frame] = true
      local colour = COLOURS[marker.colour] and marker.colour or "Cyan"
      local duration = math.max(1, one.last - frame)
      local same = colour == marker.colour and duration == marker.duration
      local tag = {
        id = told.id, family = told.family, at = told.at, clip = "", frame = frame,
        hash = same and told.hash or content_hash(colour, duration, marker.name, marker.note),
        project = identity.project, timeline = identity.timeline,
      }
      placed[#placed + 1] = {
        frame = frame, colour = colour, duration = duration, name = marker.name,
        note = marker.note, tag = tag, custom = custom_data(tag), moved = frame ~= one.first,
      }
    else
      skipped[#skipped + 1] = {marker.name, "another marker is there"}
    end
  end
  return placed, skipped
end

-- Resolve may have kept another text or length than it was given. What it shows now is ours; only a
-- later difference is an editor's.
local function is_there(timeline, marker, after)
  local found = after[marker.frame]
  if not found or found.custom ~= marker.custom then return false end
  local hash = hash_of(found)
  if hash == marker.tag.hash then return true end
  marker.tag.hash = hash
  return ask(timeline, "UpdateMarkerCustomData", marker.frame, custom_data(marker.tag)) == true
end

local function apply_markers(timeline, identity, prepared, length, options)
  local before = read_markers(timeline)
  local ours, edited, copies = sort_markers(before, identity, options.adopt)
  local taken, theirs, standing = {}, {}, {}
  for frame in pairs(before) do taken[frame] = true end
  for _, marker in ipairs(ours) do
    taken[marker.frame], standing[marker.frame] = nil, marker
  end
  for _, group in ipairs({edited, copies}) do
    for _, marker in ipairs(group) do theirs[marker.tag.id] = true end
  end
  local wanted = {}
  for _, marker in ipairs(prepared) do
    local tag = parse_tag(marker.custom_data)
    if tag and not theirs[tag.id] then wanted[#wanted + 1] = marker end
  end
  local placed, skipped = place(wanted, taken, length, options.occupied, identity)

  local new, old, old_ids, unchanged = {}, {}, {}, 0
  for _, marker in ipairs(placed) do
    local there = standing[marker.frame]
    if there and there.custom == marker.custom then
      unchanged, standing[marker.frame] = unchanged + 1, nil
    else
      new[#new + 1] = marker
    end
  end
  for _, marker in pairs(standing) do
    old[#old + 1], old_ids[marker.tag.id] = marker, true
  end
  delete(timeline, old)
  for _, m in ipairs(new) do
    ask(timeline, "AddMarker", m.frame, m.colour, m.name, m.note, m.duration, m.custom)
  end
  local after = #new > 0 and read_markers(timeline) or before
  local added, replaced, moved = 0, 0, 0
  for _, marker in ipairs(new) do
    if not is_there(timeline, marker, after) then
      skipped[#skipped + 1] = {marker.name, "DaVinci Resolve did not take it"}
    else
      if old_ids[marker.tag.id] then replaced = replaced + 1 else added = added + 1 end
      if marker.moved then moved = moved + 1 end
    end
  end
  say("%d added, %d replaced, %d as before, %d kept as you changed them.",
    added, replaced, unchanged, #edited)
  if moved > 0 then say("%d stand beside their frame, where another marker is.", moved) end
  for _, one in ipairs(skipped) do say("left out: %s (%s)", one[1], one[2]) end
  return copies
end

-- ---- the timeline in the folder

-- A name for the file of the timeline as it is now: after a change of the edit it is another, so
-- that markers never come from an older state.
local function state_name(timeline, name, id)
  local one, two = 7, 11
  local function add(value)
    local text = tostring(value) .. "\n"
    for n = 1, #text do
      local byte = text:byte(n)
      one, two = (one * 257 + byte) % 16777213, (two * 263 + byte) % 16777199
    end
  end
  add(id)
  add(ask(timeline, "GetStartFrame"))
  for track = 1, whole(ask(timeline, "GetTrackCount", "video")) do
    add(ask(timeline, "GetIsTrackEnabled", "video", track))
    for _, item in ipairs(ask(timeline, "GetItemListInTrack", "video", track) or {}) do
      add(ask(item, "GetName"))
      for _, getter in ipairs({"GetStart", "GetEnd", "GetLeftOffset", "GetClipEnabled"}) do
        add(ask(item, getter))
      end
      add(ask(item, "GetSourceStartFrame"))
      add(ask(item, "GetSourceEndFrame"))
    end
  end
  return format("%s %06x%06x", name, one, two)
end

local function clean(name)
  name = name:gsub("[^%w _-]", "_"):sub(1, 60):gsub("^%s+", ""):gsub("%s+$", "")
  return name == "" and "timeline" or name
end

local function is_missing(problem)
  return tostring(problem):find("cannot open", 1, true) ~= nil
end

-- Returns the markers; or nil, and the reason where there are some that cannot be used.
local function prepared_for(timeline, name)
  local done, data = pcall(dofile, HANDOVER .. "/" .. name .. ".markers.lua")
  if not done then
    if is_missing(data) then return nil end
    return nil, "the prepared markers are damaged: " .. tostring(data)
  end
  if type(data) ~= "table" or type(data.markers) ~= "table" or data.layout ~= LAYOUT then
    return nil, "the prepared markers are of another version of Shotlog. Install its scripts again."
  end
  local rate = tonumber(tostring(ask(timeline, "GetSetting", "timelineFrameRate")):match("[%d.]+"))
  local theirs = data.rate[1] / data.rate[2]
  if whole(ask(timeline, "GetStartFrame")) ~= data.start
    or (rate and math.abs(rate - theirs) > 0.01) then
    return nil, "the prepared markers are of a timeline of another rate or start. Export it again."
  end
  local markers = {}
  for _, block in ipairs(data.markers) do
    for _, marker in ipairs(block) do markers[#markers + 1] = marker end
  end
  return markers
end

-- Lua has no other way to see a file here: JSON cannot be run, and what is missing not be opened.
local function is_written(path)
  local done, problem = pcall(dofile, path)
  return done or not is_missing(problem)
end

local function export(app, timeline, name)
  local kind, none = field(app, "EXPORT_OTIO"), field(app, "EXPORT_NONE")
  local path = HANDOVER .. "/" .. name .. ".otio"
  return kind ~= nil and ask(timeline, "Export", path, kind, none) == true and is_written(path)
end

local function tell_export_by_hand(name)
  say("This Resolve does not let a script export the timeline into %s", HANDOVER)
  say("Export it by hand: File > Export > Timeline, as OpenTimelineIO, into that folder,")
  say("under the name %s.otio", name)
  say("When `shotlog watch` has written %s.markers.lua there, paste the same line again.", name)
end

-- ---- what the pasted line does

-- Of the settings, `shotlog watch` writes down what this file follows.
local function setting(name)
  local done, told = pcall(dofile, HANDOVER .. "/shotlog.settings.lua")
  return done and type(told) == "table" and told[name] or nil
end

local function add_markers(app, timeline, identity, name, options)
  local state = state_name(timeline, name, identity.timeline)
  local prepared, problem = prepared_for(timeline, state)
  if not prepared and not problem and export(app, timeline, state) then
    say("the timeline was exported to %s/%s.otio", HANDOVER, state)
    say("When `shotlog watch` has written its markers there, paste the same line again. If none")
    say("come, look whether `shotlog watch` is running, and for %s.error.txt.", state)
    return {}
  end
  if not prepared and not problem then
    prepared, problem = prepared_for(timeline, name)
    if prepared then
      say("the markers are those of %s.otio. Export it again if the edit has changed since.", name)
    end
  end
  if problem then
    say(problem)
  elseif not prepared then
    tell_export_by_hand(name)
  else
    options.occupied = options.occupied or setting("occupied")
    local length = whole(ask(timeline, "GetEndFrame")) - whole(ask(timeline, "GetStartFrame"))
    return apply_markers(timeline, identity, prepared, length, options)
  end
  return {}
end

local function main()
  local options = type(SHOTLOG) == "table" and SHOTLOG or {}
  SHOTLOG = nil -- options are for one run
  if HANDOVER:sub(1, 1) == "@" then
    return say("this file was not installed. Run in a terminal: shotlog resolve install")
  end
  local app = find_resolve()
  if app == nil then
    return say("there is no `resolve` here. Paste the line into Workspace > Console of DaVinci"
      .. " Resolve, with Lua chosen above.")
  end
  local manager = ask(app, "GetProjectManager")
  local project = manager ~= nil and ask(manager, "GetCurrentProject") or nil
  if project == nil then return say("no project is open. Open one, and paste the line again.") end
  local timeline = ask(project, "GetCurrentTimeline")
  if timeline == nil then
    return say("no timeline is open. Open one, and paste the line again.")
  end
  local identity = {
    project = tostring(ask(project, "GetUniqueId") or ""),
    timeline = tostring(ask(timeline, "GetUniqueId") or ""),
  }
  local copies
  if options.remove then
    copies = remove_markers(timeline, identity, options.adopt)
  else
    local name = clean(tostring(ask(timeline, "GetName") or ""))
    copies = add_markers(app, timeline, identity, name, options)
  end
  if #copies > 0 then
    say("%d markers came with the copy of another timeline, and were left. To take them over,"
      .. " paste first: SHOTLOG = {adopt = true}", #copies)
  end
end

main()
