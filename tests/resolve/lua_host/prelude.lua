-- Gives a Lua 5.1 file the globals of Resolve, as proxies of a double that a Python process holds.
-- Arguments: sandbox ("open", "closed" or "muted"), "file" or "line", the file or the line, and the
-- two ends of the pipes. Requests are JSON lines; answers are Lua expressions, one a line.

local SANDBOX, WAY, TEXT, FROM_HOST, TO_HOST = ...

local read_file, write_file = io.open(FROM_HOST, "r"), io.open(TO_HOST, "w")
local real_pcall, real_xpcall, real_dofile, new_proxy = pcall, xpcall, dofile, newproxy
local load_text, exit, set_environment = loadstring, os.exit, setfenv
local type, tostring, pairs, error, select, unpack = type, tostring, pairs, error, select, unpack
local getmetatable, rawequal, setmetatable = getmetatable, rawequal, setmetatable
local concat, format, gsub, byte, match = table.concat, string.format, string.gsub, string.byte, string.match
local floor, huge = math.floor, math.huge
local traceback = debug.traceback

local ids = setmetatable({}, { __mode = "k" }) -- the number of each proxy

-- ---- to the host: JSON

local function quoted(text)
  return '"' .. gsub(text, '[%c"\\\127-\255]', function(char)
    return format("\\u%04x", byte(char)) -- a byte a sign; the host joins them to UTF-8
  end) .. '"'
end

local function is_list(value)
  local count = 0
  for key in pairs(value) do
    if type(key) ~= "number" or key < 1 or floor(key) ~= key then return false end
    count = count + 1
  end
  return count == #value
end

local encode

local function encode_table(value)
  local parts = {}
  if is_list(value) then
    for index = 1, #value do parts[index] = encode(value[index]) end
    return "[" .. concat(parts, ",") .. "]"
  end
  for key, each in pairs(value) do
    parts[#parts + 1] = "[" .. encode(key) .. "," .. encode(each) .. "]"
  end
  return '{"table":[' .. concat(parts, ",") .. "]}"
end

function encode(value)
  local kind = type(value)
  if value == nil then return "null" end
  if kind == "boolean" then return tostring(value) end
  if kind == "number" then
    if value ~= value or value == huge or value == -huge then error("no finite number", 0) end
    return floor(value) == value and format("%.0f", value) or format("%.17g", value)
  end
  if kind == "string" then return quoted(value) end
  if kind == "table" then return encode_table(value) end
  if ids[value] then return format('{"handle":%d}', ids[value]) end
  error("a " .. kind .. " cannot be passed to Resolve", 0)
end

local function ask(request)
  write_file:write(request, "\n")
  write_file:flush()
end

-- ---- from the host: Lua expressions with H(number, kind) for a proxy and E(text) for an error

local receive

local function method_of(id, name)
  return function(self, ...)
    if type(self) ~= "userdata" or ids[self] ~= id then
      ask('{"op":"no self","name":' .. quoted(name) .. "}")
      error("call " .. name .. " with a colon", 2)
    end
    local parts = {}
    for index = 1, select("#", ...) do parts[index] = encode((select(index, ...))) end
    ask(format('{"op":"call","handle":%d,"name":%s,"arguments":[%s]}', id, quoted(name), concat(parts, ",")))
    return receive()
  end
end

local MISSING, METHOD = {}, {}

local function proxy(id, kind)
  local made = new_proxy(true)
  local meta = getmetatable(made)
  ids[made] = id
  meta.__metatable = false
  meta.__tostring = function() return kind .. " (of Resolve)" end
  meta.__newindex = function(_, name)
    ask(format('{"op":"assigned","handle":%d,"name":%s}', id, quoted(tostring(name))))
    error("a handle of Resolve takes no fields", 2)
  end
  meta.__index = function(_, name)
    ask(format('{"op":"get","handle":%d,"name":%s}', id, quoted(tostring(name))))
    local answer = receive()
    if rawequal(answer, MISSING) then return nil end
    if rawequal(answer, METHOD) then return method_of(id, name) end
    return answer
  end
  return made
end

function receive()
  local line = read_file:read("*l")
  if line == nil then exit(3) end
  local chunk = load_text("return " .. line)
  set_environment(chunk, {
    H = proxy,
    E = function(text) error(text, 0) end,
    MISSING = MISSING,
    METHOD = METHOD,
    huge = huge,
  })
  return chunk()
end

-- ---- the globals of Resolve

ask('{"op":"globals"}')
for name, value in pairs(receive()) do _G[name] = value end
local bmd_resolve = resolve
local has_bmd = HAS_BMD
HAS_BMD = nil

local function serialise(value)
  local kind = type(value)
  if kind == "string" then return format("%q", value) end
  if kind ~= "table" then return tostring(value) end
  local parts = {}
  for key, each in pairs(value) do
    parts[#parts + 1] = "[" .. serialise(key) .. "] = " .. serialise(each)
  end
  return "{ " .. concat(parts, ", ") .. " }"
end

if has_bmd then
  bmd = {
    scriptapp = function(name) return name == "Resolve" and bmd_resolve or nil end,
    writestring = serialise,
    readstring = function(text)
      local chunk = load_text("return " .. text)
      if not chunk then return nil end
      set_environment(chunk, {})
      local ok, value = real_pcall(chunk)
      return ok and value or nil
    end,
  }
end

-- ---- errors that a script hides are seen all the same

local function look_at(message)
  local name = match(tostring(message), "attempt to call %a+ '([%w_]+)' %(a nil value%)")
  if name then ask('{"op":"called nil","name":' .. quoted(name) .. "}") end
end

local function watched(ok, ...)
  if not ok then look_at((...)) end
  return ok, ...
end

pcall = function(...) return watched(real_pcall(...)) end
xpcall = function(run, handler)
  return real_xpcall(run, function(message)
    look_at(message)
    return handler(message)
  end)
end

-- ---- what the sandbox takes away

local function say(...)
  local parts = {}
  for index = 1, select("#", ...) do parts[index] = tostring((select(index, ...))) end
  ask('{"op":"print","text":' .. quoted(concat(parts, "\t")) .. "}")
end

print = SANDBOX == "muted" and function() end or say
newproxy = nil
if SANDBOX ~= "open" then
  for _, name in pairs({
    "io", "os", "require", "package", "debug", "ffi", "module", "jit", "bit", "loadfile", "load",
    "arg",
  }) do
    _G[name] = nil
  end
end

local function run()
  if WAY == "file" then return real_dofile(TEXT) end
  local chunk, problem = load_text(TEXT, "=console")
  if not chunk then error(problem, 0) end
  return chunk()
end

local ok, message = real_xpcall(run, function(message)
  look_at(message)
  return traceback(tostring(message), 2)
end)
ask('{"op":"end","error":' .. (ok and "null" or quoted(tostring(message))) .. "}")
exit(0)
