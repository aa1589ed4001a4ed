/** What a request for a suggestion would hold, as a text to read. */

import type { PromptResult } from '../protocol.ts';

export function promptPage(result: PromptResult): string {
  if (result.problem) {
    return `Nothing would be sent: ${result.problem}.\n`;
  }
  const { expert, model, prompt, suffix, maxTokens, engine } = result;
  const size = `${prompt.length + (suffix ?? '').length} characters`;
  const head = [
    `A suggestion here would come from ${expert}, with the model ${model}, at ${engine}.`,
    `It would be sent ${size}, and would write ${maxTokens} tokens at most.`,
  ];
  const after = suffix === null ? [] : ['', '──── text after the cursor ────', suffix];
  return [...head, '', '──── prompt ────', prompt, ...after, ''].join('\n');
}
