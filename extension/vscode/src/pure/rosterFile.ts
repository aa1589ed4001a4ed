/** The user's own experts.yaml: where it is, and what a new one says. */

/** The first file out of `hotseat experts --json`; undefined for anything else. */
export function rosterFile(printed: string): string | undefined {
  try {
    const { files } = JSON.parse(printed) as { files?: unknown };
    const first = Array.isArray(files) ? (files[0] as unknown) : undefined;
    return typeof first === 'string' ? first : undefined;
  } catch {
    return undefined;
  }
}

/** All of it is comments: it changes nothing until one is removed. */
export const ROSTER_TEMPLATE = `# Hotseat's models and which languages each is for. Remove a "#" to change something; what is not
# said here stays as it comes with Hotseat. The file is read again when it is saved.

# use: starter          # the models to begin with: starter, adapters or ollama

# budget: 2GB           # memory for all models together

# languages:
#   markdown: on        # suggestions in a language, on or off

# experts:
#   - name: go          # an expert that comes with Hotseat, with more languages
#     languages: [go, templ]
#   - name: zig         # one of your own; the model is one of Ollama's library
#     languages: [zig]
#     model: qwen2.5-coder:0.5b-base
`;
