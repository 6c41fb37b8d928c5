"""Opens a project and saves it as Shotcut and Kdenlive do, through MLT: FILE RESULT STORE.

STORE is the prefix of the properties that are the application's own, "shotcut" or "kdenlive". Run
by the system's Python, for which Debian has MLT's bindings.
"""

import ctypes
import ctypes.util
import sys

import mlt7 as mlt

source, result, store = sys.argv[1:]
mlt.Factory.init()
profile = mlt.Profile()
profile.from_producer(mlt.Producer(profile, "xml", source))
project = mlt.Producer(profile, "xml", source)

# The bin is no part of the timeline; MLT hands it over beside it. The bindings have no type for it.
library = ctypes.CDLL(ctypes.util.find_library("mlt-7"))
get_data = library.mlt_properties_get_data
get_data.restype = ctypes.c_void_p
get_data.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
set_data = library.mlt_properties_set_data
set_data.argtypes = [ctypes.c_void_p, ctypes.c_char_p, *[ctypes.c_void_p] * 4]
retained = project.get_data("xml_retain")
media_bin = get_data(int(retained), b"main_bin", None)
set_data(int(project.get_properties()), b"xml_retain main_bin", media_bin, None, None, None)

saving = mlt.Consumer(profile, "xml", result)
saving.set("store", store)
saving.connect(project)
saving.run()
