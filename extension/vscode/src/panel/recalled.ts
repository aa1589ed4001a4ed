/** What an answer got of earlier conversations, as one line that unfolds. */

import { counted } from '../pure/earlier.ts';
import type { Note } from '../pure/transcript.ts';
import { element } from './render.ts';

export interface NoteActions {
  /** `at` is the note's number in the turn, from 0. */
  forget(at: number): void;
  pin(at: number): void;
}

/** An empty element if nothing was recalled. It is as open as `before`, which it replaces. */
export function recalledView(
  notes: readonly Note[],
  actions: NoteActions,
  before?: HTMLElement,
): HTMLElement {
  if (notes.length === 0) {
    return element('div', { hidden: true });
  }
  const summary = `Recalled ${counted(notes.length, 'note')} from earlier conversations`;
  const made = element('details', { className: 'recalled' }, element('summary', {}, summary));
  made.append(element('ul', {}, ...notes.map((note, at) => item(note, at, actions))));
  made.open = (before as HTMLDetailsElement | undefined)?.open ?? false;
  return made;
}

function item({ text, state }: Note, at: number, actions: NoteActions): HTMLElement {
  const button = (label: string, title: string, onclick: () => void): HTMLElement => {
    const properties = { type: 'button', className: 'link', textContent: label, title, onclick };
    return element('button', properties as Partial<HTMLButtonElement>);
  };
  const pin = button('Pin', 'Make it part of every question', () => actions.pin(at));
  const forget = button('Forget', 'Remove it from this machine', () => actions.forget(at));
  const parts = {
    recalled: [pin, ' ', forget],
    pinned: ['pinned ', forget],
    forgotten: ['forgotten'],
  }[state];
  return element('li', { className: state }, `${text} `, ...parts);
}
