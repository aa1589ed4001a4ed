"""Child processes: one for each base model in memory, who uses it, and when it ends.

`pool` owns the table of processes, `keep_alive` when a model leaves, `sharing` the turns of
requests over one base, `heap_trimming` when a process gives free memory back. Only `child` imports
llama.cpp, and it runs in a process of its own.
"""
