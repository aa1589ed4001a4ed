"""Hosts that mix markup and code: PHP, Blade, Astro, Svelte, HEEx, Markdown's blocks."""
