"""Commands about the memory that models take: `hotseat unload`, `hotseat stop`, and the text of
`hotseat status` without a window."""
