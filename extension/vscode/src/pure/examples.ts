/** Questions for a user who has asked none yet. */

const OF_LANGUAGE: Record<string, string[]> = {
  go: [
    'What does this function return on an error?',
    'Write a table-driven test for this function.',
  ],
  python: ['What can raise an exception here?', 'Add type hints to this function.'],
  javascript: ['Write this with async and await.', 'What happens when this is undefined?'],
  typescript: ['Which type is this, and why?', 'Write this without `any`.'],
  rust: ['Why does the borrow checker refuse this?', 'Write this without `unwrap`.'],
  sql: ['Which index would make this query faster?', 'Write this with a JOIN.'],
  html: ['Is this accessible to screen readers?', 'Write this with semantic elements.'],
  css: ['Why is this element not centred?', 'Write this with a grid.'],
  shellscript: ['What happens when a file name has a space?', 'Make this stop at the first error.'],
  yaml: ['What does this configuration do?', 'Is a key missing here?'],
};
const ALIKE: Record<string, string> = {
  javascriptreact: 'javascript',
  typescriptreact: 'typescript',
  vue: 'html',
  svelte: 'html',
  scss: 'css',
  less: 'css',
};
const OF_ANY_CODE = ['What could go wrong here?', 'Write a test for this.'];
const WITHOUT_FILE = [
  'How do I undo the last commit with git?',
  'What is the difference between a process and a thread?',
  'Write a regular expression for a date like 2026-11-30.',
];

/** Three questions for a file of that language, or for no file. */
export function examples(language: string | undefined): string[] {
  if (language === undefined) {
    return WITHOUT_FILE;
  }
  return ['Explain this code.', ...(OF_LANGUAGE[ALIKE[language] ?? language] ?? OF_ANY_CODE)];
}
