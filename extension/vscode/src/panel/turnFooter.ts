/** The line under an answer: who gave it, what was read for it, and asking once more. */

import { waitingWords } from '../pure/waiting.ts';
import type { ShownSource, ShownTurn } from './messages.ts';
import { element } from './render.ts';

export interface FooterActions {
  again(): void;
  againWithoutFile(): void;
  reveal(source: ShownSource): void;
}

/** Only the last question can be asked once more: `isLast`. */
export function turnFooter(turn: ShownTurn, isLast: boolean, actions: FooterActions): HTMLElement {
  const made = element('footer', { className: turn.state }, wordsOf(turn));
  const canAskAgain = isLast && turn.state !== 'streaming';
  if (turn.sources.length > 0) {
    made.append(made.textContent ? ' · read: ' : 'read: ');
    for (const source of turn.sources) {
      made.append(
        button(source.label, `Open ${source.label}`, () => actions.reveal(source)),
        ' ',
      );
    }
    if (canAskAgain) {
      made.append(
        button('×', 'Ask once more without the file', actions.againWithoutFile, 'remove'),
      );
    }
  }
  if (canAskAgain) {
    made.append(' ', button('Ask again', 'Ask this once more, for another answer', actions.again));
  }
  return made;
}

function wordsOf(turn: ShownTurn): string {
  const by = turn.experts.join(', ');
  const note = turn.note ? ` (${turn.note})` : '';
  return {
    streaming: turn.answer ? `${by} answers…${note}` : waitingWords(turn.note, turn.waitedS),
    done: by ? `answered by ${by}${note}` : '',
    stopped: by ? `stopped; ${by} was answering` : 'stopped',
    failed: turn.problem,
  }[turn.state];
}

function button(label: string, title: string, onclick: () => void, kind = ''): HTMLElement {
  return element('button', {
    type: 'button',
    className: `link ${kind}`.trim(),
    textContent: label,
    title,
    ariaLabel: title,
    onclick,
  });
}
