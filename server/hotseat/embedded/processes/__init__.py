"""Child processes: one for each base model in memory, its users, and its end.

`pool` owns the table of processes, `process_run` their start and end, `keep_alive` the time when a
model leaves, `sharing` the turns of requests over one base, `heap_trimming` the time when a process
frees memory. Only `child` imports llama.cpp, and it runs in a process of its own. `ollama_pool` is
the other pool, which schedules as an Ollama daemon does, with `ollama_schedule`, `ollama_loader`
and `ollama_runner`.
"""
