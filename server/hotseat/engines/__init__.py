"""Where models run, with one protocol for all engines, and where their files come from. The only
I/O of the lower layers; decides nothing about which model should be loaded."""
