"""Kept prompts: the KV states of prompts that were read, in memory, for the next time.

`slot_table` knows which prompt each slot of a process holds, `store` owns the states and their
bound, `memory_file` and `state_file` the bytes of one state, `process_prompts` saves and restores
for one process, `families` says for which models. Nothing here is written to a disk.
"""
