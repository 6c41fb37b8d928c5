-- Menu entry of Shotlog in Lua, which every Resolve lists. It says why the entries in Python may be
-- missing beside it: Resolve lists none, without a word, where it finds no Python.

local HANDOVER = [==[@HANDOVER@]==]

local function field(object, name)
  local there, value = pcall(function() return object[name] end)
  if there then return value end
  return nil
end

local function ask(object, name)
  local method = object and field(object, name)
  if method == nil then return nil end
  local done, value = pcall(method, object)
  if done then return value end
  return nil
end

local function find_resolve()
  if resolve ~= nil then return resolve end
  for _, object in pairs({fusion or false, fu or false, app or false}) do
    local found = object and ask(object, "GetResolve")
    if found then return found end
  end
  return nil
end

local function edition(application, product)
  local studio = ask(application, "IsStudio") -- since 21.1
  if studio ~= nil then return studio == true end
  return product:find("Studio", 1, true) ~= nil
end

local NO_PYTHON = {
  mac = {
    "On macOS, Resolve up to 21.0 looks for /usr/local/bin/python3 alone. Install Python 3.10,",
    "3.11 or 3.12 from python.org; those of Homebrew, pyenv, conda and uv are not found.",
  },
  windows = {
    "On Windows, Resolve up to 21.0 takes the highest Python of the registry. Install Python 3.10,",
    "3.11 or 3.12, 64 bit, from python.org; that of the Microsoft Store is not found.",
  },
  linux = {
    "On Linux, Resolve up to 21.0 takes the system's Python: install the packages python3 and",
    "libpython3 (Debian: libpython3-dev) of your distribution.",
  },
}

local function systems()
  -- Constants of Fusion; where they are missing, the advice for every system is told.
  if FuPLATFORM_MAC then return {"mac"} end
  if FuPLATFORM_WINDOWS then return {"windows"} end
  if FuPLATFORM_LINUX then return {"linux"} end
  return {"mac", "windows", "linux"}
end

local function advice(version, studio)
  local lines = {}
  local function add(...) for _, line in ipairs({...}) do lines[#lines + 1] = line end end
  local late = version[1] > 21 or (version[1] == 21 and version[2] >= 1)
  if late and not studio then
    add(
      "The free DaVinci Resolve runs no Python scripts since 21.1, so Shotlog's other entries are",
      "not listed. There are two ways, and both need `shotlog watch` in a terminal:",
      "",
      "1. Files. File > Export > Timeline, as OpenTimelineIO, into the folder",
      "   " .. HANDOVER,
      "   The timeline comes back there with markers, and a marker EDL beside it: right-click the",
      "   timeline in the media pool, Timelines > Import > Timeline Markers from EDL.",
      "2. The Console. Workspace > Console, choose Lua, and paste this line; once more when",
      "   the markers have been prepared:",
      "   dofile([[" .. HANDOVER .. "/shotlog.lua]])"
    )
    return lines
  end
  add("If Shotlog's other entries stand beside this one, all is well. If they are missing,")
  add("Resolve has found no Python:")
  add("")
  if late then
    add("Resolve Studio brings its own Python since 21.1. Install Resolve again if it is missing.")
  else
    for _, system in ipairs(systems()) do
      for _, line in ipairs(NO_PYTHON[system]) do add(line) end
    end
  end
  add("", "Then restart Resolve. In a terminal, `shotlog doctor` tells more.")
  return lines
end

-- UIManager is there in Studio, and in the free edition before 19.1; later, to ask for it opens an
-- offer to buy Studio.
local function show(text, version, studio)
  local before = version[1] < 19 or (version[1] == 19 and version[2] < 1)
  local host = fusion or fu
  if not (studio or before) or not host or type(bmd) ~= "table" then return end
  local manager = field(host, "UIManager")
  if manager == nil or not bmd.UIDispatcher then return end
  local dispatcher = bmd.UIDispatcher(manager)
  local window = dispatcher:AddWindow({
    ID = "ShotlogCheck", WindowTitle = "Shotlog", Geometry = {200, 200, 720, 360},
    manager:VGroup({
      manager:TextEdit({ID = "Text", ReadOnly = true, PlainText = text}),
      manager:Button({ID = "Close", Text = "Close", Weight = 0}),
    }),
  })
  window.On.Close.Clicked = function() dispatcher:ExitLoop() end
  window.On.ShotlogCheck.Close = function() dispatcher:ExitLoop() end
  window:Show()
  dispatcher:RunLoop()
  window:Hide()
end

local application = find_resolve()
if application == nil then
  print("Shotlog: there is no `resolve` here. Start this entry from Workspace > Scripts.")
else
  local product = tostring(ask(application, "GetProductName") or "DaVinci Resolve")
  local told = tostring(ask(application, "GetVersionString") or "of an unknown version")
  local major, minor = told:match("^(%d+)%.(%d+)")
  local version = {tonumber(major) or 0, tonumber(minor) or 0}
  local studio = edition(application, product)
  local lines = advice(version, studio)
  table.insert(lines, 1, product .. " " .. told .. (studio and "" or " (free)"))
  local text = table.concat(lines, "\n")
  for line in (text .. "\n"):gmatch("(.-)\n") do print("Shotlog: " .. line) end
  pcall(show, text, version, studio)
end
